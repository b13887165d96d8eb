//! Waiting: for one of many, for all, as a future; and timers.

mod wine;

use lapwing::{Accept, CompletionPort, Event, Executor, Operation, TcpListener, Timer, Waitable};
use lapwing::{sleep, wait_all, wait_any};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

const LONG: Duration = Duration::from_secs(3600);

fn is_set(object: &impl Waitable) -> bool {
    object.wait_within(Duration::ZERO).unwrap()
}

fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(waker))
}

#[test]
fn the_first_of_those_that_are_set_is_told() {
    let events: Vec<Event> = (0..64).map(|_| Event::auto().unwrap()).collect();
    let all: Vec<&dyn Waitable> = events.iter().map(|event| event as &dyn Waitable).collect();
    assert_eq!(wait_any(&all, Some(Duration::ZERO)), Ok(None));
    events[63].set().unwrap();
    events[7].set().unwrap();
    assert_eq!(wait_any(&all, None), Ok(Some(7)));
    assert_eq!(wait_any(&all, None), Ok(Some(63)));
    assert_eq!(wait_any(&all, Some(Duration::ZERO)), Ok(None));
}

#[test]
fn all_are_taken_or_none() {
    let (one, other) = (Event::auto().unwrap(), Event::auto().unwrap());
    one.set().unwrap();
    assert_eq!(wait_all(&[&one, &other], Some(Duration::ZERO)), Ok(false));
    assert!(is_set(&one));
    one.set().unwrap();
    other.set().unwrap();
    assert_eq!(wait_all(&[&one, &other], None), Ok(true));
    assert!(!is_set(&one) && !is_set(&other));
}

#[test]
fn too_many_and_none_are_refused() {
    let event = Event::manual().unwrap();
    event.set().unwrap();
    let many = [&event as &dyn Waitable; 65];
    for error in [
        wait_any(&many, None).unwrap_err(),
        wait_any(&[], None).unwrap_err(),
        wait_all(&[], Some(Duration::ZERO)).unwrap_err(),
    ] {
        assert_eq!(error.win32(), 87);
    }
    assert_eq!(wait_any(&many, None).unwrap_err().during(), "wait_any: the objects");
    let twice = wait_all(&[&event, &event], None);
    let refused = twice.is_err_and(|error| error.win32() == 87);
    assert!(refused || wine::cannot("what is waited for with others may be there twice"));
}

#[test]
fn an_operation_is_waited_for_among_others() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let stop = Event::manual().unwrap();
    assert_eq!(wait_any(&[&stop, &accepting], Some(Duration::ZERO)), Ok(None));
    let _client = std::net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    assert_eq!(wait_any(&[&stop, &accepting], None), Ok(Some(1)));
    accepting.wait().unwrap().accepted().unwrap();
}

#[test]
fn a_timer_is_signaled_once_or_again_and_again() {
    let (manual, auto) = (Timer::manual().unwrap(), Timer::auto().unwrap());
    assert!(!is_set(&manual));
    manual.set(Duration::from_millis(1)).unwrap();
    manual.wait().unwrap();
    assert!(is_set(&manual));
    manual.set(LONG).unwrap();
    assert!(!is_set(&manual));
    manual.set(Duration::ZERO).unwrap();
    manual.wait().unwrap();

    auto.set_every(Duration::ZERO, Duration::from_millis(1)).unwrap();
    for _ in 0..3 {
        auto.wait().unwrap();
    }
    auto.cancel().unwrap();
    auto.wait_within(Duration::ZERO).unwrap();
    assert!(!is_set(&auto));
    let error = auto.set_every(Duration::ZERO, Duration::ZERO).unwrap_err();
    assert_eq!((error.win32(), error.during()), (87, "Timer::set_every: the period"));
}

#[test]
fn a_timer_is_set_to_a_time_of_day() {
    let timer = Timer::manual().unwrap();
    for past in [SystemTime::UNIX_EPOCH, SystemTime::now(), SystemTime::UNIX_EPOCH - LONG] {
        timer.set_at(past).unwrap();
        timer.wait().unwrap();
    }
    timer.set_at(SystemTime::now() + LONG).unwrap();
    assert!(!is_set(&timer));
    timer.set_at(SystemTime::now() + Duration::from_millis(1)).unwrap();
    timer.wait().unwrap();
}

/// Counts how often it is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_wait_is_awaited() {
    let executor = Executor::new(2).unwrap();
    let (there, back) = (Event::auto().unwrap(), Event::auto().unwrap());
    let (waits, tells) = (there.signaled(), Arc::new(back));
    let told = tells.clone();
    executor
        .spawn(async move {
            waits.await.unwrap();
            told.set().unwrap();
        })
        .unwrap();
    executor.block_on(async {
        let back = tells.signaled();
        there.set().unwrap();
        back.await.unwrap();
        sleep(Duration::from_millis(1)).await.unwrap();
    });
    assert!(!is_set(&there) && !is_set(&*tells));
}

#[test]
fn a_wait_outlives_what_it_waits_for() {
    let event = Event::manual().unwrap();
    let waits = event.signaled();
    event.set().unwrap();
    drop(event);
    Executor::new(1).unwrap().block_on(waits).unwrap();
}

#[test]
fn a_dropped_wait_takes_nothing() {
    let event = Event::auto().unwrap();
    drop(event.signaled());
    let mut idle = event.signaled();
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    assert!(poll(&mut idle, &waker).is_pending());
    drop(idle);
    event.set().unwrap();
    assert!(is_set(&event));

    let mut signaled = event.signaled();
    assert!(poll(&mut signaled, &waker).is_pending());
    event.set().unwrap();
    while count.0.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    assert!(!is_set(&event));
    drop(signaled);
    assert!(is_set(&event));
}

#[test]
fn waits_that_are_dropped_meanwhile_lose_no_signal() {
    if wine::cannot("a wait that is unregistered takes a signal along that comes just then") {
        return;
    }
    let event = Event::auto().unwrap();
    for _ in 0..200 {
        let mut waits = event.signaled();
        assert!(poll(&mut waits, Waker::noop()).is_pending());
        std::thread::scope(|scope| {
            scope.spawn(|| event.set().unwrap());
            drop(waits);
        });
        assert!(event.wait_within(LONG).unwrap());
        assert!(!is_set(&event));
    }
}

#[test]
fn a_forgotten_wait_harms_nobody() {
    let event = Event::manual().unwrap();
    let mut waits = event.signaled();
    assert!(poll(&mut waits, Waker::noop()).is_pending());
    std::mem::forget(waits);
    event.set().unwrap();
    event.wait().unwrap();
}

#[derive(Debug, PartialEq)]
enum Told {
    Idle,
    Stopped(u32),
}

#[test]
fn a_port_hears_of_a_timer() {
    let port = Arc::new(CompletionPort::new(1).unwrap());
    let (timer, event) = (Timer::auto().unwrap(), Event::auto().unwrap());
    timer.set(LONG).unwrap();
    let watch = port.post_when(&timer, Told::Idle).unwrap();
    let stop = port.post_when(&event, Told::Stopped(7)).unwrap();
    assert_eq!(port.get_within(Duration::ZERO).unwrap(), None);
    timer.set(Duration::from_millis(1)).unwrap();
    assert_eq!(port.get().unwrap(), Told::Idle);
    event.set().unwrap();
    assert_eq!(port.get().unwrap(), Told::Stopped(7));
    drop((watch, stop));
    assert!(!is_set(&event));

    drop(port.post_when(&event, Told::Stopped(8)).unwrap());
    event.set().unwrap();
    assert_eq!(port.get_within(Duration::ZERO).unwrap(), None);
    assert!(is_set(&event));
    let last = port.post_when(&event, Told::Idle).unwrap();
    drop(port);
    event.set().unwrap();
    drop(last);
}
