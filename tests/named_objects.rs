//! Named events, semaphores, mutexes and timers between processes: what one does, others see,
//! whoever is killed meanwhile (`tests/programs/named_objects.c`, semantics 7).

use lapwing_tests::guarded::Guarded;
use lapwing_tests::named_process::{GUARD, Process, compiled, name, two};
use lapwing_tests::scratch_folder;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn the_second_process_gets_183_and_the_first_ones_object() {
    let (mut one, mut two) = two();
    let name = name("found");
    one.says(&format!("event 0 1 0 Global\\{name}"), "0");
    two.says(&format!("event 0 0 1 Local\\{name}"), "183");
    two.says(&format!("open event 1 {name}"), "0");
    two.says("any 0 0", "258");
    one.says("set 0", "0");
    two.says("any 0 0", "0");
    two.says("any 0 1", "0");
    two.says("reset 1", "0");
    one.says("any 0 0", "258");
}

#[test]
fn another_type_has_6_and_another_name_2() {
    let (mut one, mut two) = two();
    let name = name("type");
    one.says(&format!("event 0 1 0 {name}"), "0");
    two.says(&format!("mutex 0 0 {name}"), "failed 6");
    two.says(&format!("open semaphore 0 {name}"), "failed 6");
    two.says(&format!("timer 0 0 {name}"), "failed 6");
    two.says(&format!("open timer 0 {name}"), "failed 6");
    two.says(&format!("open event 0 {}", name.to_uppercase()), "failed 2");
    two.says(&format!("open event 0 {name}"), "0");
}

#[test]
fn a_name_goes_with_the_last_handle_of_the_last_process() {
    let (mut one, mut two) = two();
    let name = name("last");
    one.says(&format!("event 0 1 1 {name}"), "0");
    two.says(&format!("event 0 1 1 {name}"), "183");
    one.says("close 0", "0");
    one.says(&format!("open event 0 {name}"), "0");
    one.says("close 0", "0");
    two.says("close 0", "0");
    two.says(&format!("open event 0 {name}"), "failed 2");
    one.says(&format!("mutex 0 0 {name}"), "0");
}

#[test]
fn a_name_goes_with_a_killed_process() {
    let (mut one, mut two) = two();
    let name = name("killed");
    one.says(&format!("event 0 1 1 {name}"), "0");
    one.kill();
    two.says(&format!("open event 0 {name}"), "failed 2");
    let mut three = Process::new();
    two.says(&format!("semaphore 0 1 2 {name}"), "0");
    three.says(&format!("semaphore 0 2 2 {name}"), "183");
    two.kill();
    three.says("any 0 0", "0");
    three.says("any 0 0", "258");
}

#[test]
fn a_set_reaches_a_waiter_of_another_process() {
    let (mut one, mut two) = two();
    let name = name("set");
    one.says(&format!("event 0 0 0 {name}"), "0");
    two.says(&format!("event 0 0 0 {name}"), "183");
    for _ in 0..50 {
        two.tell("any -1 0");
        one.says("set 0", "0");
        assert_eq!(two.answer(), "0");
    }
    two.says("any 0 0", "258");
    two.tell("any -1 0");
    two.until_asleep();
    one.says("set 0", "0");
    assert_eq!(two.answer(), "0");
}

#[test]
fn an_auto_reset_event_lets_one_through_and_a_manual_one_all() {
    let mut processes: Vec<Process> = (0..4).map(|_| Process::new()).collect();
    let (auto, manual) = (name("auto"), name("manual"));
    for process in &mut processes {
        process.ask(&format!("event 0 0 0 {auto}"));
        process.ask(&format!("event 1 1 0 {manual}"));
    }
    let (setter, waiters) = processes.split_first_mut().unwrap();
    for waiter in waiters.iter_mut() {
        waiter.tell("any -1 0 1");
        waiter.until_asleep();
    }
    setter.says("set 0", "0");
    setter.says("set 1", "0");
    let mut answers: Vec<_> = waiters.iter_mut().map(Process::answer).collect();
    answers.sort();
    // Whoever looks late may find the manual one only after the automatic one has been taken.
    assert_eq!(answers, ["0", "1", "1"]);
    setter.says("any 0 0", "258");
}

#[test]
fn a_semaphore_counts_for_all_processes_together() {
    let (mut one, mut two) = two();
    let name = name("semaphore");
    one.says(&format!("semaphore 0 1 3 {name}"), "0");
    two.says(&format!("semaphore 0 0 9 {name}"), "183");
    two.says("any 0 0", "0");
    one.says("any 0 0", "258");
    one.says("release 0 4", "failed 298");
    one.tell("any -1 0");
    two.says("release 0 2", "0");
    assert_eq!(one.answer(), "0");
    one.says("release 0 2", "1");
    two.says("release 0 1", "failed 298");
}

#[test]
fn a_mutex_belongs_to_a_thread_of_one_process() {
    let (mut one, mut two) = two();
    let name = name("mutex");
    one.says(&format!("mutex 0 1 {name}"), "0");
    two.says(&format!("mutex 0 1 {name}"), "183");
    two.says("unlock 0", "failed 288");
    two.says("any 0 0", "258");
    one.says("any 0 0", "0");
    one.says("unlock 0", "0");
    two.says("any 0 0", "258");
    two.tell("any -1 0");
    one.says("unlock 0", "0");
    assert_eq!(two.answer(), "0");
    one.says("unlock 0", "failed 288");
    one.says("any 0 0", "258");
    two.says("unlock 0", "0");
    one.says("any 0 0", "0");
}

#[test]
fn a_released_mutex_goes_to_the_process_that_waits() {
    let (mut one, mut two) = two();
    let name = name("handed");
    one.says(&format!("mutex 0 1 {name}"), "0");
    two.says(&format!("mutex 0 0 {name}"), "183");
    for _ in 0..20 {
        two.tell("any -1 0");
        two.until_asleep();
        one.says("unlock 0", "0");
        one.tell("any -1 0");
        assert_eq!(two.answer(), "0");
        two.says("unlock 0", "0");
        assert_eq!(one.answer(), "0");
    }
}

#[test]
fn a_killed_owner_abandons_its_mutex_once() {
    let (mut one, mut two) = two();
    let name = name("abandoned");
    one.says(&format!("mutex 0 1 {name}"), "0");
    two.says(&format!("mutex 0 0 {name}"), "183");
    two.says("any 0 0", "258");
    one.kill();
    two.says("any 0 0", "128");
    two.says("any 0 0", "0");
    two.says("unlock 0", "0");
    two.says("unlock 0", "0");
    two.says("any 0 0", "0");
}

#[test]
fn a_killed_owner_abandons_its_mutex_to_one_that_waits_already() {
    let (mut one, mut two) = two();
    let (mutex, event) = (name("heir"), name("heir"));
    one.says(&format!("mutex 0 1 {mutex}"), "0");
    two.says(&format!("mutex 0 0 {mutex}"), "183");
    two.says(&format!("event 1 0 0 {event}"), "0");
    two.tell("any -1 1 0");
    two.until_asleep();
    one.kill();
    assert_eq!(two.answer(), "129");
    two.says("unlock 0", "0");
}

#[test]
fn a_thread_that_ends_abandons_to_another_process() {
    let (mut one, mut two) = two();
    let name = name("ended");
    one.says(&format!("mutex 0 1 {name}"), "0");
    two.says(&format!("mutex 0 0 {name}"), "183");
    two.tell("any -1 0");
    two.until_asleep();
    // Its input ends, and so it does.
    assert_eq!(one.guarded().success().unwrap(), "");
    assert_eq!(two.answer(), "128");
}

#[test]
fn a_thread_that_ends_abandons_while_its_process_lives() {
    let (mut one, mut two) = two();
    let (mutex, event) = (name("thread"), name("thread"));
    one.says(&format!("mutex 0 0 {mutex}"), "0");
    two.says(&format!("mutex 0 0 {mutex}"), "183");
    two.says(&format!("event 1 1 1 {event}"), "0");
    for wait in ["any -1 0", "all -1 0 1"] {
        one.says("hold 0", "0");
        two.tell(wait);
        two.until_asleep();
        one.says("leave", "0");
        assert_eq!(two.answer(), "128");
        two.says("unlock 0", "0");
        two.says("any 0 0", "0");
        two.says("unlock 0", "0");
    }
}

#[test]
fn a_killed_owner_abandons_to_a_wait_for_all_and_to_every_process_in_turn() {
    let (mut one, mut two) = two();
    let mut three = Process::new();
    let (mutex, event) = (name("turns"), name("turns"));
    for (process, owned) in [(&mut one, 1), (&mut two, 0), (&mut three, 0)] {
        process.ask(&format!("mutex 0 {owned} {mutex}"));
        process.ask(&format!("event 1 1 1 {event}"));
    }
    two.tell("all -1 1 0");
    two.until_asleep();
    one.kill();
    assert_eq!(two.answer(), "128");
    three.tell("any -1 0");
    three.until_asleep();
    two.kill();
    assert_eq!(three.answer(), "128");
    three.says("unlock 0", "0");
}

#[test]
fn a_timer_fires_for_all_processes() {
    let (mut one, mut two) = two();
    let name = name("timer");
    one.says(&format!("timer 0 0 Local\\{name}"), "0");
    two.says(&format!("timer 0 1 {name}"), "183");
    two.tell("any -1 0");
    two.until_asleep();
    one.says("any 0 0", "258");
    one.says("arm 0 1 0", "0");
    assert_eq!(two.answer(), "0");
    one.says("any 0 0", "258");
    // It is due at once, and resets itself for both.
    two.says("arm 0 0 0", "0");
    one.says("any 0 0", "0");
    two.says("any 0 0", "258");
    one.says("arm 0 1 1", "0");
    for _ in 0..3 {
        two.says("any -1 0", "0");
        one.says("any -1 0", "0");
    }
    two.says("cancel 0", "0");
    one.ask("any 0 0");
    two.says("any 20 0", "258");
}

#[test]
fn a_manual_timer_stays_signalled_until_it_is_set() {
    let (mut one, mut two) = two();
    let name = name("timer");
    one.says(&format!("timer 0 1 {name}"), "0");
    two.says(&format!("open timer 0 {name}"), "0");
    for process in [&mut one, &mut two] {
        process.tell("any -1 0");
        process.until_asleep();
    }
    let mut three = Process::new();
    three.says(&format!("open timer 0 {name}"), "0");
    three.says("arm 0 5 0", "0");
    assert_eq!((one.answer(), two.answer()), ("0".into(), "0".into()));
    three.says("any 0 0", "0");
    one.says("cancel 0", "0");
    two.says("any 0 0", "0");
    one.says("arm 0 3600000 0", "0");
    two.says("any 0 0", "258");
}

#[test]
fn a_timer_fires_after_the_death_of_who_set_it() {
    let (mut one, mut two) = two();
    let name = name("timer");
    one.says(&format!("timer 0 0 {name}"), "0");
    two.says(&format!("timer 0 0 {name}"), "183");
    two.tell("any -1 0");
    two.until_asleep();
    one.says("arm 0 100 0", "0");
    one.kill();
    assert_eq!(two.answer(), "0");
}

#[test]
fn a_mutex_without_handles_is_its_owners_still() {
    let (mut one, mut two) = two();
    let name = name("kept");
    one.says(&format!("mutex 0 1 {name}"), "0");
    two.says(&format!("mutex 0 0 {name}"), "183");
    one.says("close 0", "0");
    two.says("any 0 0", "258");
    one.kill();
    two.says("any -1 0", "128");
}

#[test]
fn a_killed_waiter_takes_no_signal_with_it() {
    for _ in 0..10 {
        let (mut one, mut two) = two();
        let mut three = Process::new();
        let name = name("waiter");
        for process in [&mut one, &mut two, &mut three] {
            process.ask(&format!("event 0 0 0 {name}"));
        }
        two.tell("any -1 0");
        two.until_asleep();
        // Stopped, it is told and cannot take.
        two.guarded().stop().unwrap();
        one.says("set 0", "0");
        two.kill();
        three.says("any -1 0", "0");
        three.says("any 0 0", "258");
    }
}

#[test]
fn a_mutex_reserved_for_a_killed_waiter_goes_on() {
    let (mut one, mut two) = two();
    let mut three = Process::new();
    let name = name("reserved");
    for process in [&mut one, &mut two, &mut three] {
        process.ask(&format!("mutex 0 0 {name}"));
    }
    one.says("any 0 0", "0");
    two.tell("any -1 0");
    two.until_asleep();
    two.guarded().stop().unwrap();
    one.says("unlock 0", "0");
    three.says("any 0 0", "258");
    two.kill();
    three.says("any -1 0", "0");
    one.says("any 0 0", "258");
}

#[test]
fn a_pulse_lets_through_who_waits_and_nobody_else() {
    let (mut one, mut two) = two();
    for manual in ["1", "0"] {
        let name = name("pulse");
        one.says(&format!("event 0 {manual} 0 {name}"), "0");
        two.says(&format!("event 0 {manual} 0 {name}"), "183");
        one.says("pulse 0", "0");
        two.says("any 0 0", "258");
        two.tell("any -1 0");
        two.until_asleep();
        one.says("pulse 0", "0");
        assert_eq!(two.answer(), "0");
        two.says("any 10 0", "258");
        one.says("any 0 0", "258");
    }
}

#[test]
fn wait_all_takes_from_everything_or_from_nothing() {
    let (mut one, mut two) = two();
    let (event, semaphore, mutex) = (name("all"), name("all"), name("all"));
    for (process, owned) in [(&mut one, 1), (&mut two, 0)] {
        process.ask(&format!("event 0 0 0 {event}"));
        process.ask(&format!("semaphore 1 0 1 {semaphore}"));
        process.ask(&format!("mutex 2 {owned} {mutex}"));
    }
    // An object of its own is one of them.
    two.says("event 3 1 1", "0");
    two.tell("all -1 0 1 2 3");
    two.until_asleep();
    one.says("set 0", "0");
    one.says("any 0 0", "0");
    one.says("set 0", "0");
    one.says("release 1 1", "0");
    one.says("any 0 1", "0");
    one.says("release 1 1", "0");
    one.says("unlock 2", "0");
    assert_eq!(two.answer(), "0");
    one.says("any 0 0 1 2", "258");
    two.says("unlock 2", "0");
    two.says("all 0 0 1", "258");
}

#[test]
fn a_wait_for_shared_and_own_objects_ends_with_either() {
    let (mut one, mut two) = two();
    let name = name("mixed");
    one.says(&format!("event 0 0 0 {name}"), "0");
    two.says(&format!("event 0 0 0 {name}"), "183");
    two.says("event 1 0 0", "0");
    two.tell("any -1 1 0");
    one.says("set 0", "0");
    assert_eq!(two.answer(), "1");
    two.says("set 1", "0");
    two.says("any -1 0 1", "1");
    two.says("any 20 0 1", "258");
    two.says("alert", "0");
    one.says("set 0", "0");
    two.says("any -1 0 1", "192");
    two.says("any -1 0 1", "0");
}

#[test]
fn a_planted_page_is_refused_and_a_broken_one_survived() {
    let (mut one, mut two) = two();
    let name = name("planted");
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = runtime.map(|path| path.join("lapwing")).filter(|path| path.exists());
    let user = rustix::process::geteuid().as_raw();
    let own = own.unwrap_or_else(|| PathBuf::from(format!("/tmp/lapwing-{user}")));
    one.says(&format!("semaphore 0 1 2 {name}"), "0");
    let page = own.join("object").join(&name);
    let length = std::fs::metadata(&page).unwrap().len();
    // Its owner still has it mapped, so its bytes change under him.
    let file = std::fs::OpenOptions::new().write(true).open(&page).unwrap();
    let ones = vec![0xFF; usize::try_from(length).unwrap()];
    std::os::unix::fs::FileExt::write_all_at(&file, &ones, 0).unwrap();
    two.says(&format!("open semaphore 0 {name}"), "failed 31");
    one.says("any 0 0", "0");
    one.says("release 0 1", "1");
    one.says("release 0 1", "failed 298");
    one.says("close 0", "0");
    two.says(&format!("semaphore 0 1 2 {name}"), "0");
}

/// Several processes take turns so often, and nobody comes between.
fn turns(processes: u32, rounds: u32) {
    let (program, prefix) = (compiled("named_stress"), name("stress"));
    let file = scratch_folder("programs").join(&prefix);
    std::fs::write(&file, [0; 32]).unwrap();
    let start = |seed: u32| {
        let mut command = Command::new(&program);
        command.arg(&prefix).arg(&file).arg(seed.to_string()).arg(rounds.to_string());
        Guarded::start(&mut command, GUARD).expect("it starts")
    };
    let running: Vec<Guarded> = (1..=processes).map(start).collect();
    for mut process in running {
        assert_eq!(process.success().unwrap(), "done\n");
    }
    let numbers = std::fs::read(&file).unwrap();
    let number = |at: usize| i64::from_ne_bytes(numbers[at * 8..at * 8 + 8].try_into().unwrap());
    // Each round counts once under what it took; the semaphore's rounds are the rest.
    assert_eq!(number(2), 0, "somebody is still inside");
    let semaphore = number(3) - number(0) - number(1);
    assert!(number(3) >= i64::from(processes * rounds) && semaphore > 0);
    let share = f64::from(processes * rounds) * 0.31;
    assert!((semaphore as f64 - share).abs() < share * 0.2, "{semaphore} of {share}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn four_processes_take_turns_a_hundred_thousand_times_each() {
    turns(4, 100_000);
}
