//! Completion routines: where and when they run, and what becomes of those that do not.

mod connection;
mod wine;

use connection::connected;
use lapwing::alertable;
use lapwing::{Alertable, Alerted, Completed, Event, Operation};
use lapwing::{Datagram, NamedPipe, OpenOptions, PipeOptions, TcpStream, UdpSocket};
use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::net;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

const EVER: Duration = Duration::MAX;

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(16))
}

/// What a test gives away and wants back: it counts its owners.
fn token() -> (Rc<()>, impl Fn() -> usize) {
    let token = Rc::new(());
    let weak = Rc::downgrade(&token);
    (token, move || weak.strong_count())
}

fn panics() -> ! {
    resume_unwind(Box::new("as it is tested"))
}

/// Sends back what comes, message by message, and counts them.
fn echo<'t>(
    thread: &'t Alertable<'t, '_>,
    stream: &'t TcpStream,
    operation: Operation<Vec<u8>>,
    count: &'t Cell<u32>,
) {
    let receiving = stream.receive(operation).call(thread, move |received| {
        if received.result.unwrap() == 0 {
            return;
        }
        let sending = stream.send(received.operation).call(thread, move |sent| {
            count.set(count.get() + 1);
            sent.result.unwrap();
            echo(thread, stream, sent.operation, count);
        });
        sending.unwrap();
    });
    receiving.unwrap();
}

#[test]
fn an_echo_of_routines_borrows_what_is_outside() {
    let ((stream, mut client), count) = (connected(), Cell::new(0));
    let talk = std::thread::spawn(move || {
        for message in [b"one", b"two", b"six"] {
            client.write_all(message).unwrap();
            let mut answer = [0; 3];
            client.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, message);
        }
    });
    alertable(|thread| {
        echo(thread, &stream, buffer(), &count);
        thread.run();
        assert_eq!(thread.under_way(), 0);
    });
    talk.join().unwrap();
    assert_eq!(count.get(), 3);
}

#[test]
fn a_routine_runs_in_its_own_thread_s_wait_only() {
    let ((stream, _client), has_run) = (connected(), Cell::new(false));
    let here = std::thread::current().id();
    alertable(|thread| {
        // It is done at once, and yet is not told of before the wait.
        let sending = stream.send(Operation::new(b"x".to_vec()));
        let routine = |done: Completed<_, _>| {
            assert_eq!((done.result, std::thread::current().id()), (Ok(1), here));
            has_run.set(true);
        };
        sending.call(thread, routine).unwrap();
        // Other alertable waits of the same thread.
        alertable(|other| assert!(!other.sleep(Duration::from_millis(1))));
        assert!(!has_run.get());
        assert!(thread.sleep(EVER) && has_run.get());
        assert!(!thread.sleep(Duration::ZERO));
    });
}

#[test]
fn closures_of_any_size_are_kept() {
    let (stream, _client) = connected();
    let (small, large) = (Cell::new(0), Cell::new(0));
    let much = [7_u64; 100];
    alertable(|thread| {
        let send = || stream.send(Operation::new(b"x".to_vec()));
        send().call(thread, |_| small.set(1)).unwrap();
        send().call(thread, |_| large.set(much.iter().sum())).unwrap();
        thread.run();
    });
    assert_eq!((small.get(), large.get()), (1, 700));
}

#[test]
fn a_panic_takes_nothing_from_the_others_and_not_the_thread_s_waits() {
    let ((stream, mut client), log) = (connected(), RefCell::new(Vec::new()));
    alertable(|thread| {
        let send = || stream.send(Operation::new(b"x".to_vec()));
        send().call(thread, |_| log.borrow_mut().push(1)).unwrap();
        send().call(thread, |_| panics()).unwrap();
        send().call(thread, |_| log.borrow_mut().push(3)).unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| thread.run())).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"as it is tested"));
        assert_eq!(*log.borrow(), [1, 3]);

        stream.receive(buffer()).call(thread, |_| log.borrow_mut().push(4)).unwrap();
        client.write_all(b"x").unwrap();
        thread.run();
    });
    assert_eq!(*log.borrow(), [1, 3, 4]);
}

#[test]
fn what_is_under_way_at_the_end_is_cancelled_and_dropped() {
    let ((stream, mut client), (token, owners)) = (connected(), token());
    let stream = Rc::new(stream);
    alertable(|thread| {
        let owned = (token.clone(), stream.clone());
        stream.receive(buffer()).call(thread, move |_| drop(owned)).unwrap();
        assert_eq!((owners(), thread.under_way()), (2, 1));
    });
    let panic = || {
        alertable(|thread| {
            let owned = (token.clone(), stream.clone());
            stream.receive(buffer()).call(thread, move |_| drop(owned)).unwrap();
            panics()
        })
    };
    catch_unwind(AssertUnwindSafe(panic)).unwrap_err();
    assert_eq!((owners(), Rc::strong_count(&stream)), (1, 1));
    drop(stream);
    assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
}

/// Asks for more when it is dropped.
struct Insistent<'t, 'e> {
    thread: &'t Alertable<'t, 'e>,
    stream: &'t TcpStream,
    refused: &'t Cell<bool>,
}

impl Drop for Insistent<'_, '_> {
    fn drop(&mut self) {
        let refused = self.stream.receive(buffer()).call(self.thread, |_| {}).unwrap_err();
        assert!(refused.error.is_aborted());
        self.refused.set(true);
    }
}

#[test]
fn nothing_begins_after_the_end() {
    let ((stream, _client), refused) = (connected(), Cell::new(false));
    alertable(|thread| {
        let insistent = Insistent { thread, stream: &stream, refused: &refused };
        let routine = move |_| drop(insistent);
        stream.receive(buffer()).call(thread, routine).unwrap();
    });
    assert!(refused.get());
}

#[test]
fn a_refused_operation_comes_back_and_its_routine_is_dropped() {
    let ((stream, _client), (token, owners)) = (connected(), token());
    stream.shutdown(net::Shutdown::Write).unwrap();
    alertable(|thread| {
        let sending = stream.send(Operation::new(b"late".to_vec()));
        let refused = sending.call(thread, move |_| drop(token)).unwrap_err();
        assert_eq!(refused.error.winsock(), 10058);
        assert_eq!(refused.operation.into_buffer(), b"late");
        assert_eq!((owners(), thread.under_way()), (0, 0));
    });
}

#[test]
fn a_closed_handle_ends_its_operations() {
    let ((stream, _client), error) = (connected(), Cell::new(None));
    alertable(|thread| {
        stream.receive(buffer()).call(thread, |done| error.set(done.result.err())).unwrap();
        drop(stream);
        thread.run();
    });
    let error = error.get().unwrap();
    assert!(
        error.is_aborted() || wine::cannot("a closed socket's receive ends as `HANDLES_CLOSED`")
    );
}

#[test]
fn a_wait_for_an_event_says_why_it_has_ended() {
    let ((stream, _client), event) = (connected(), Event::auto().unwrap());
    alertable(|thread| {
        assert_eq!(thread.wait(&event, Duration::ZERO).unwrap(), Alerted::TimedOut);
        event.set().unwrap();
        assert_eq!(thread.wait(&event, EVER).unwrap(), Alerted::Signaled);
        let sending = stream.send(Operation::new(b"x".to_vec()));
        sending.call(thread, |_| event.set().unwrap()).unwrap();
        assert_eq!(thread.wait(&event, EVER).unwrap(), Alerted::Routines);
        assert_eq!(thread.wait(&event, EVER).unwrap(), Alerted::Signaled);
    });
}

#[test]
fn any_object_can_be_waited_for_alertably() {
    let timer = lapwing::Timer::auto().unwrap();
    alertable(|thread| {
        timer.set(Duration::from_millis(1)).unwrap();
        assert_eq!(thread.wait(&timer, EVER).unwrap(), Alerted::Signaled);
        assert_eq!(thread.wait(&timer, Duration::ZERO).unwrap(), Alerted::TimedOut);
    });
}

#[test]
fn a_routine_may_wait_itself() {
    let ((stream, mut client), order) = (connected(), RefCell::new(Vec::new()));
    alertable(|thread| {
        let sending = stream.send(Operation::new(b"x".to_vec()));
        sending
            .call(thread, |_| {
                order.borrow_mut().push("outer");
                let receiving = stream.receive(buffer());
                receiving.call(thread, |_| order.borrow_mut().push("inner")).unwrap();
                client.write_all(b"x").unwrap();
                assert!(thread.sleep(EVER));
                // And be a thread of its own within.
                alertable(|within| {
                    let sending = stream.send(Operation::new(b"x".to_vec()));
                    sending.call(within, |_| order.borrow_mut().push("within")).unwrap();
                    within.run();
                });
            })
            .unwrap();
        thread.run();
    });
    assert_eq!(*order.borrow(), ["outer", "inner", "within"]);
}

#[test]
fn closures_come_from_other_threads() {
    let (remotes, received) = mpsc::channel();
    let (done, is_done) = mpsc::channel();
    let working = std::thread::spawn(move || {
        alertable(|thread| {
            remotes.send(thread.remote().unwrap()).unwrap();
            while is_done.try_recv().is_err() {
                thread.sleep(EVER);
            }
            std::thread::current().id()
        })
    });
    let remote = received.recv().unwrap();
    let (ran, order) = mpsc::channel();
    for number in 0..100 {
        let ran = ran.clone();
        let run = move |_: &Alertable<'_, '_>| {
            ran.send((number, std::thread::current().id())).unwrap();
        };
        remote.clone().send(run).unwrap();
    }
    let (stream, mut client) = connected();
    let (answer, answered) = mpsc::channel();
    // A connection goes to the thread that is to serve it.
    let serve = move |thread: &Alertable<'_, '_>| {
        let sending = stream.send(Operation::new(b"hello".to_vec()));
        // What is begun there stays there, and so does its routine.
        let kept = Rc::new(answer);
        let _begun = sending.begin().unwrap().wait().unwrap();
        assert_eq!(thread.under_way(), 0);
        kept.send(()).unwrap();
    };
    remote.send(serve).unwrap();
    answered.recv().unwrap();
    let mut greeting = [0; 5];
    client.read_exact(&mut greeting).unwrap();
    remote.send(move |_| done.send(()).unwrap()).unwrap();
    let thread = working.join().unwrap();
    let order: Vec<_> = order.try_iter().collect();
    assert_eq!(order, Vec::from_iter((0..100).map(|number| (number, thread))));
    assert!(remote.send(|_| {}).unwrap_err().is_aborted());
}

#[test]
fn what_was_sent_and_has_not_run_is_dropped() {
    let (token, owners) = (std::sync::Arc::new(()), |token| std::sync::Arc::strong_count(token));
    let sent = token.clone();
    let remote = alertable(|thread| {
        let remote = thread.remote().unwrap();
        remote.send(|_| panics()).unwrap();
        let log = std::sync::Arc::clone(&sent);
        remote.send(move |_| drop(log)).unwrap();
        assert_eq!(owners(&token), 3);
        assert!(catch_unwind(AssertUnwindSafe(|| thread.sleep(EVER))).is_err());
        assert_eq!(owners(&token), 2);
        remote.send(move |_| drop(sent)).unwrap();
        remote
    });
    assert_eq!(owners(&token), 1);
    assert!(remote.send(|_| {}).is_err());
}

#[test]
fn files_have_routines() {
    let path = std::env::temp_dir().join(format!("lapwing-routines-{}", std::process::id()));
    let options = OpenOptions::new().read(true).write(true).create(true).delete_on_close(true);
    let (file, results) = (options.open(path).unwrap(), RefCell::new(Vec::new()));
    alertable(|thread| {
        let tell = |done: Completed<Vec<u8>, ()>| {
            results.borrow_mut().push((done.result, done.operation.into_buffer()));
        };
        file.write_at(Operation::new(b"hello".to_vec()), 0).call(thread, tell).unwrap();
        thread.run();
        file.read_at(buffer(), 1).call(thread, tell).unwrap();
        thread.run();
        // At the end of a file there is nothing, which is no error.
        file.read_at(buffer(), 5).call(thread, tell).unwrap();
        thread.run();
    });
    let all = [(Ok(5), b"hello".to_vec()), (Ok(4), b"ello".to_vec()), (Ok(0), Vec::new())];
    assert_eq!(*results.borrow(), all);
}

#[test]
fn pipes_have_routines() {
    let name = format!("lapwing-routines-{}", std::process::id());
    let server = PipeOptions::new().messages(true).create(&name).unwrap();
    let client = NamedPipe::open(&name).unwrap();
    server.connect(buffer()).begin().unwrap().wait().unwrap().result.unwrap();
    let results = RefCell::new(Vec::new());
    alertable(|thread| {
        let tell = |done: Completed<Vec<u8>, ()>| {
            results.borrow_mut().push((done.result, done.operation.into_buffer()));
        };
        let write = |text: &[u8]| {
            client.write(Operation::new(text.to_vec())).call(thread, |_| {}).unwrap();
        };
        // One waits for a message that it has no room for, one finds the rest, one such a message.
        let room = || Operation::new(Vec::with_capacity(2));
        server.read(room()).call(thread, tell).unwrap();
        write(b"one");
        thread.run();
        server.read(room()).call(thread, tell).unwrap();
        thread.run();
        write(b"two");
        thread.run();
        server.read(room()).call(thread, tell).unwrap();
        thread.run();
    });
    let bytes = |text: &[u8]| text.to_vec();
    let all = [(Ok(2), bytes(b"on")), (Ok(1), bytes(b"e")), (Ok(2), bytes(b"tw"))];
    assert_eq!(*results.borrow(), all);
}

#[test]
fn datagrams_have_routines() {
    let bind = || UdpSocket::bind("127.0.0.1:0").unwrap();
    let (one, other, results) = (bind(), bind(), RefCell::new(Vec::new()));
    let (from, to) = (other.local_address().unwrap(), one.local_address().unwrap());
    alertable(|thread| {
        let room = || Operation::new(Datagram::new(Vec::with_capacity(2)));
        let tell = |done: Completed<Datagram<Vec<u8>>, ()>| {
            let result = done.result.map_err(|error| error.winsock());
            assert_eq!(done.operation.buffer().address(), Some(from));
            results.borrow_mut().push((result, done.operation.into_buffer().into_buffer()));
        };
        let send = |text: &[u8]| {
            let datagram = Operation::new(Datagram::to(to, text.to_vec()));
            other.send_to(datagram).call(thread, |sent| assert!(sent.result.is_ok())).unwrap();
        };
        one.receive_from(room()).call(thread, tell).unwrap();
        one.receive_from(room()).call(thread, tell).unwrap();
        send(b"x");
        send(b"long");
        thread.run();
        let vectors = Operation::new([b"a".to_vec(), b"b".to_vec()]);
        other.connect(to).unwrap();
        other.send_vectored(vectors).call(thread, |sent| assert_eq!(sent.result, Ok(2))).unwrap();
        one.receive_from(room()).call(thread, tell).unwrap();
        thread.run();
    });
    let bytes = |text: &[u8]| text.to_vec();
    let all = [(Ok(1), bytes(b"x")), (Err(10040), bytes(b"lo")), (Ok(2), bytes(b"ab"))];
    assert_eq!(*results.borrow(), all);
}
