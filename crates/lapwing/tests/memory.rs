//! What becomes of an operation's memory, whatever happens to the operation.
//!
//! Both ends of each connection are the crate's own, so that this runs under Miri too, over a
//! foundation of plain Rust (`src/sys/model.rs`): `cargo +nightly miri test -p lapwing --test
//! memory`.

use bytes::BytesMut;
use lapwing::Waitable;
use lapwing::{
    Accept, Append, Associated, AsyncStream, Cancel, Completed, CompletionPort, Datagram, Executor,
    File,
};
use lapwing::{OpenOptions, Operation, Pool, TcpListener, TcpStream, UdpSocket, Woken, alertable};
use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

type Stream = Associated<TcpStream, Arc<str>, Event>;

enum Event {
    Accepted(Completed<Accept, Associated<TcpListener, (), Event>>),
    Received(Completed<Vec<u8>, Stream>),
    Sent(Completed<Arc<[u8]>, Stream>),
    Read(Completed<Vec<u8>, Associated<File, (), Event>>),
    Told(Box<str>),
    Woken,
}

impl From<Woken> for Event {
    fn from(_: Woken) -> Self {
        Event::Woken
    }
}

type Port = CompletionPort<Event>;

/// Both ends of a connection.
fn connected(port: &Port) -> (Stream, Stream) {
    let listener = port.associate(TcpListener::bind("127.0.0.1:0").unwrap(), ()).unwrap();
    listener.accept(Operation::new(Accept::new())).then(Event::Accepted).unwrap();
    let client = TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let Event::Accepted(mut done) = port.get().unwrap() else { panic!("not an accept") };
    let key = |name: &str| Arc::from(name);
    let server = port.associate(done.accepted().unwrap(), key("server")).unwrap();
    (server, port.associate(client, key("client")).unwrap())
}

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(8))
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// As `std::mem::forget`, but Miri does not call it a leak.
fn forget(value: impl Send + 'static) {
    static FORGOTTEN: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());
    FORGOTTEN.lock().unwrap().push(Box::new(value));
}

#[test]
fn a_buffer_goes_there_and_back() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    server.receive(buffer()).then(Event::Received).unwrap();
    let message: Arc<[u8]> = Arc::from(*b"hello");
    client.send(Operation::new(message.clone())).then(Event::Sent).unwrap();
    assert_eq!(Arc::strong_count(&message), 2);
    let mut come = 0;
    for _ in 0..2 {
        match port.get().unwrap() {
            Event::Received(done) => {
                assert_eq!(&**done.source.key(), "server");
                assert_eq!(done.operation.into_buffer(), b"hello");
            }
            Event::Sent(done) => assert_eq!(done.result, Ok(5)),
            _ => panic!("neither"),
        }
        come += 1;
    }
    assert_eq!((come, Arc::strong_count(&message)), (2, 1));
}

#[test]
fn values_are_taken_or_dropped() {
    let port = Port::new(1).unwrap();
    port.post(Event::Told("one".into())).unwrap();
    port.post(Event::Told("two".into())).unwrap();
    let Event::Told(told) = port.get().unwrap() else { panic!("not what was posted") };
    assert_eq!(&*told, "one");
}

#[test]
fn a_port_ends_what_is_under_way() {
    let port = Port::new(1).unwrap();
    let (server, _client) = connected(&port);
    server.receive(buffer()).then(Event::Received).unwrap();
    let mut receiving = server.receive(buffer()).into_future();
    assert!(poll(&mut receiving).is_pending());
    drop(port);
    let Poll::Ready(done) = poll(&mut receiving) else { panic!("still under way") };
    assert!(done.result.unwrap_err().is_aborted());
}

#[test]
fn a_future_is_awaited_cancelled_dropped_or_forgotten() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let mut awaited = server.receive(buffer()).into_future();
    assert!(poll(&mut awaited).is_pending());
    let mut cancelled = server.receive(buffer()).into_future();
    assert!(poll(&mut cancelled).is_pending());
    let dropped = server.receive(buffer()).into_future();
    forget(server.receive(Operation::new(vec![0; 8])).into_future());

    assert!(cancelled.cancel());
    port.get().unwrap();
    let Poll::Ready(done) = poll(&mut cancelled) else { panic!("still under way") };
    assert!(done.result.unwrap_err().is_aborted());
    drop(dropped);
    port.get().unwrap();

    for text in ["awaited!", "too late"] {
        let mut sending = client.send(Operation::new(Arc::from(text.as_bytes()))).into_future();
        while poll(&mut sending).is_pending() {
            port.get().unwrap();
        }
    }
    let done = loop {
        if let Poll::Ready(done) = poll(&mut awaited) {
            break done;
        }
        port.get().unwrap();
    };
    assert_eq!(done.operation.buffer(), b"awaited!");
}

#[test]
fn a_future_that_is_done_is_dropped_unseen() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let receiving = server.receive(buffer()).into_future();
    drop(client);
    port.get().unwrap();
    drop(receiving);
}

#[test]
fn an_operation_sets_an_event_in_spite_of_the_port() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let receiving = server.receive(buffer()).begin().unwrap();
    let Err(receiving) = receiving.wait_within(Duration::ZERO).unwrap() else {
        panic!("nothing has been sent")
    };
    let message: Arc<[u8]> = Arc::from(*b"12345678");
    let sent = client.send(Operation::new(message)).begin().unwrap();
    assert_eq!(sent.wait().unwrap().result, Ok(8));
    let done = receiving.wait().unwrap();
    assert_eq!((done.result, done.operation.buffer().as_slice()), (Ok(8), &b"12345678"[..]));

    // The same operation again: its event was reset.
    let receiving = server.receive(done.operation).begin().unwrap();
    assert!(receiving.cancel().unwrap().result.unwrap_err().is_aborted());
    drop(server.receive(buffer()).begin().unwrap());
    assert!(port.get_within(Duration::ZERO).unwrap().is_none());
}

#[test]
fn a_forgotten_operation_keeps_what_the_system_writes_to() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let server: &'static Stream = Box::leak(Box::new(server));
    forget(server.receive(buffer()).begin().unwrap());
    let message: Arc<[u8]> = Arc::from(*b"12345678");
    let sent = client.send(Operation::new(message)).begin().unwrap();
    assert_eq!(sent.wait().unwrap().result, Ok(8));
}

#[test]
fn a_task_is_posted_again_and_again_and_dropped_with_its_executor() {
    let executor = Executor::new(1).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let client = TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let server = executor.associate(accepting.wait().unwrap().accepted().unwrap()).unwrap();
    let client = executor.associate(client).unwrap();
    let echo = async move {
        let mut operation = buffer();
        loop {
            let received = server.receive(operation).await;
            operation = server.send(received.operation).await.operation;
        }
    };
    executor.spawn(echo).unwrap();
    executor.block_on(async {
        let mut operation = buffer();
        for _ in 0..3 {
            operation.buffer_mut().extend(b"ping");
            let sent = client.send(operation).await;
            operation = client.receive(sent.operation).await.operation;
            assert_eq!(operation.buffer(), b"ping");
            operation.buffer_mut().clear();
        }
    });
}

/// Both ends of a connection without a port.
fn without_a_port() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let client = TcpStream::connect(listener.local_address().unwrap()).unwrap();
    (accepting.wait().unwrap().accepted().unwrap(), client)
}

#[test]
fn a_routine_runs_is_dropped_or_panics() {
    let (server, client) = without_a_port();
    let (sum, large) = (Cell::new(0), [1_usize; 8]);
    let token = Arc::new(());
    alertable(|thread| {
        let send = || client.send(Operation::new(Arc::from(*b"12345678")));
        server
            .receive(buffer())
            .call(thread, |done| {
                assert_eq!(done.operation.buffer(), b"12345678");
                sum.set(sum.get() + done.result.unwrap());
            })
            .unwrap();
        send().call(thread, |_| sum.set(sum.get() + large.iter().sum::<usize>())).unwrap();
        thread.run();
        assert_eq!(sum.get(), 16);

        send().call(thread, |_| std::panic::resume_unwind(Box::new(()))).unwrap();
        let waits = std::panic::AssertUnwindSafe(|| thread.sleep(Duration::MAX));
        assert!(std::panic::catch_unwind(waits).is_err());

        // Due, but not waited for; under way; and of a handle that is closed.
        let owned = [0; 4].map(|_| token.clone());
        let [due, under_way, closed, sent] = owned;
        send().call(thread, |_| drop(due)).unwrap();
        alertable(|other| assert!(!other.sleep(Duration::ZERO)));
        for _ in 0..2 {
            server.receive(buffer()).call(thread, |_| {}).unwrap();
        }
        server.receive(buffer()).call(thread, |_| drop((under_way, large))).unwrap();
        client.receive(buffer()).call(thread, |_| drop(closed)).unwrap();
        drop(client);
        let remote = thread.remote().unwrap();
        remote.send(|_| drop(sent)).unwrap();
        assert_eq!(Arc::strong_count(&token), 5);
    });
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn a_closure_runs_in_the_thread_that_it_is_sent_to() {
    let (remotes, received) = std::sync::mpsc::channel();
    let working = std::thread::spawn(move || {
        alertable(|thread| {
            remotes.send(thread.remote().unwrap()).unwrap();
            assert!(thread.sleep(Duration::MAX));
        });
        std::thread::current().id()
    });
    let ran_in = Arc::new(Mutex::new(None));
    let place = ran_in.clone();
    let here = move || *place.lock().unwrap() = Some(std::thread::current().id());
    received.recv().unwrap().send(move |_| here()).unwrap();
    let worked_in = working.join().unwrap();
    assert_eq!(*ran_in.lock().unwrap(), Some(worked_in));
}

#[test]
fn several_buffers_are_filled_or_sent_at_once() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let rooms = (Vec::with_capacity(2), [0; 4].to_vec().into_boxed_slice());
    let receiving = server.receive_vectored(Operation::new(rooms)).begin().unwrap();
    let parts: [Arc<[u8]>; 2] = [Arc::from(*b"a"), Arc::from(*b"bcde")];
    let sent = client.send_vectored(Operation::new(parts)).begin().unwrap().wait().unwrap();
    assert_eq!(sent.result, Ok(5));
    let (first, second) = receiving.wait().unwrap().operation.into_buffer();
    assert_eq!((&first[..], &second[..3]), (&b"ab"[..], &b"cde"[..]));
    let server: &'static Stream = Box::leak(Box::new(server));
    let rooms = [0; 2].map(|_| Vec::with_capacity(2));
    forget(server.receive_vectored(Operation::new(rooms)).begin().unwrap());
    let more = Operation::new(vec![sent.operation.into_buffer()[1].clone()]);
    client.send_vectored(more).begin().unwrap().wait().unwrap();
}

#[test]
fn what_comes_is_put_behind_what_is_there() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let send = |text: &str| {
        let message = Operation::new(Arc::<[u8]>::from(text.as_bytes()));
        client.send(message).begin().unwrap().wait().unwrap().result.unwrap();
    };
    let pool = Pool::new(1, 8);
    let mut parts = BytesMut::with_capacity(8);
    parts.extend_from_slice(b"an");
    let first = parts.split_to(1);
    let mut operation = Operation::new((Append(parts), pool.take().unwrap()));
    for text in ["d more", "more"] {
        send(text);
        let done = server.receive_vectored(operation).begin().unwrap().wait().unwrap();
        operation = done.operation;
    }
    let (Append(parts), room) = operation.into_buffer();
    assert_eq!((&first[..], &parts[..], &room[..]), (&b"a"[..], &b"nd more"[..], &b"more"[..]));
}

#[test]
fn a_stream_s_own_buffers_outlive_it() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let mut reading = AsyncStream::with_capacity(server.clone(), 8, 8);
    let mut writing = AsyncStream::with_capacity(client, 8, 8);
    let mut context = Context::from_waker(Waker::noop());
    let mut room = [0; 5];
    assert!(reading.poll_read(&mut context, &mut room).is_pending());
    let Poll::Ready(Ok(8)) = writing.poll_write(&mut context, b"12345678, and more") else {
        panic!("there was room for eight")
    };
    // It goes on without the stream.
    drop(writing);
    (0..2).for_each(|_| drop(port.get().unwrap()));
    for expected in [&b"12345"[..], b"678"] {
        let Poll::Ready(Ok(count)) = reading.poll_read(&mut context, &mut room) else {
            panic!("it has come")
        };
        assert_eq!(&room[..count], expected);
    }
    let mut other = AsyncStream::with_capacity(server, 8, 8);
    assert!(other.poll_read(&mut context, &mut room).is_pending());
    forget(other);
}

#[test]
fn a_sender_s_address_comes_with_its_datagram_or_never() {
    let port = Port::new(1).unwrap();
    let key = Arc::<str>::from("sender");
    let one = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = one.local_address().unwrap();
    let other = port.associate(UdpSocket::bind("127.0.0.1:0").unwrap(), key).unwrap();
    let room = || Operation::new(Datagram::new(Vec::with_capacity(4)));
    let receiving = one.receive_from(room()).begin().unwrap();
    for text in ["four", "longer"] {
        let datagram = Datagram::to(address, Arc::<[u8]>::from(text.as_bytes()));
        let mut sending = other.send_to(Operation::new(datagram)).into_future();
        while poll(&mut sending).is_pending() {
            port.get().unwrap();
        }
    }
    let done = receiving.wait().unwrap();
    let (first, from) = (done.operation.into_buffer(), other.local_address().ok());
    assert_eq!((first.buffer().as_slice(), first.address()), (&b"four"[..], from));
    let done = one.receive_from(room()).begin().unwrap().wait().unwrap();
    let second = done.operation.into_buffer();
    assert_eq!(done.result.unwrap_err().winsock(), 10040);
    assert_eq!((second.buffer().as_slice(), second.address()), (&b"long"[..], from));

    // Into memory that nobody has any more.
    let receiver: &'static UdpSocket = Box::leak(Box::new(one));
    forget(receiver.receive_from(room()).begin().unwrap());
    drop(receiver.receive_from(room()).begin().unwrap());
    let datagram = Datagram::to(address, Arc::<[u8]>::from(*b"last"));
    other.send_to(Operation::new(datagram)).begin().unwrap().wait().unwrap();
}

/// The system refuses such a read, and tells nobody of it.
#[test]
fn what_ends_at_once_is_told_like_everything_else() {
    let port = Port::new(1).unwrap();
    let path = std::env::temp_dir().join("lapwing-memory");
    let file = OpenOptions::new().read(true).write(true).create(true).delete_on_close(true);
    let file = port.associate(file.open(path).unwrap(), ()).unwrap();
    file.read_at(buffer(), 0).then(Event::Read).unwrap();
    let Event::Read(done) = port.get().unwrap() else { panic!("not a read") };
    assert_eq!((done.result, done.operation.buffer().len()), (Ok(0), 0));

    let mut awaited = file.read_at(done.operation, 1).into_future();
    let done = loop {
        match poll(&mut awaited) {
            Poll::Ready(done) => break done,
            Poll::Pending => drop(port.get().unwrap()),
        }
    };
    assert_eq!(done.result, Ok(0));
    let done = file.read_at(done.operation, 2).begin().unwrap().wait().unwrap();
    assert_eq!(done.result, Ok(0));
    drop(file.read_at(done.operation, 3).into_future());
    forget(file.read_at(buffer(), 4).into_future());
}

#[test]
fn a_ticket_outlives_what_it_names() {
    let port = Port::new(1).unwrap();
    let (server, client) = connected(&port);
    let mut tickets = Vec::new();
    let mut operation = buffer();
    for round in 0..4 {
        let mut receiving = server.receive(operation);
        let ticket = receiving.ticket();
        receiving.then(Event::Received).unwrap();
        let done = std::thread::scope(|scope| {
            let cancelling = scope.spawn(|| ticket.cancel());
            if round % 2 == 0 {
                let message: Arc<[u8]> = Arc::from(*b"12345678");
                let sent = client.send(Operation::new(message)).begin().unwrap();
                assert_eq!(sent.wait().unwrap().result, Ok(8));
            }
            let Event::Received(done) = port.get().unwrap() else { panic!("not a receive") };
            let cancelled = matches!(cancelling.join().unwrap(), Cancel::Cancelled | Cancel::Asked);
            assert!(cancelled || done.result.is_ok());
            done
        });
        operation = done.operation;
        tickets.push(ticket);
    }
    drop(operation);
    assert!(tickets.iter().all(|ticket| ticket.cancel() == Cancel::NotUnderWay));
}

#[test]
fn a_wait_is_awaited_dropped_or_forgotten() {
    let event = lapwing::Event::manual().unwrap();
    let mut awaited = event.signaled();
    let mut dropped = event.signaled();
    let mut lost = event.signaled();
    let mut unseen = event.signaled();
    for waits in [&mut awaited, &mut dropped, &mut lost, &mut unseen] {
        assert!(poll(waits).is_pending());
    }
    drop(dropped);
    forget(lost);
    drop(event.signaled());
    event.set().unwrap();
    // The system tells of it on a thread of its own.
    assert_eq!(futures::executor::block_on(awaited), Ok(()));
    drop(unseen);

    let port = Arc::new(Port::new(1).unwrap());
    let watch = port.post_when(&event, Event::Told("set".into())).unwrap();
    let Event::Told(told) = port.get().unwrap() else { panic!("not what was posted") };
    assert_eq!(&*told, "set");
    drop(watch);
    event.reset().unwrap();
    drop(port.post_when(&event, Event::Told("dropped".into())).unwrap());
    let _left = port.post_when(&event, Event::Told("left".into())).unwrap();
}
