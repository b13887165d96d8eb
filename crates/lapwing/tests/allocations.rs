//! Nothing is allocated per operation in steady state: neither by this crate nor, on Linux, by what
//! lies beneath it, in any thread of the process.
//!
//! An operation that is new to the crate gets a line in `STEADY`: a round of it, which is counted
//! once everything is ready that is made when it is first needed.

use lapwing::{Accept, Associated, AsyncStream, Completed, CompletionPort, Datagram};
use lapwing::{Cancel, Event as Signal, EventSet, Executor, Interest, Message, MessageLoop};
use lapwing::{NamedPipe, NonBlocking, OpenOptions, Operation, PipeOptions, Pool, Timer};
use lapwing::{TcpListener, TcpStream, Woken};
use lapwing::{UdpSocket, Waitable, alertable, wait_any};
use stats_alloc::{INSTRUMENTED_SYSTEM, Stats, StatsAlloc};
use std::alloc::System;
use std::cell::Cell;
use std::future::Future;
use std::io::{Read, Write};
use std::net;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const WARM_UP: usize = 200;
const ROUNDS: usize = 1_000;
/// What is made when first needed may be needed late, on a busy machine: a list of waiters by the
/// first thread that has to sleep.
const ATTEMPTS: usize = 5;

/// On Linux the library lists the buffers of an operation that has several, once for each of the
/// two of a round.
const LISTS: usize = if matches!(std::env::consts::OS.as_bytes(), b"linux") { 2 } else { 0 };

/// What measures: how many allocations so many rounds made.
type Measure = fn() -> usize;

/// What is done in a round, and how often that allocates.
const STEADY: [(&str, usize, Measure); 18] = [
    ("`then`, with `get`", 0, || then(|port| port.get().unwrap())),
    ("`then`, with `get_many`", 0, then_many),
    ("`begin`", 0, begin),
    ("`call`", 0, called),
    ("a ticket", 0, named_by_a_ticket),
    ("a set of events", 0, watched),
    ("several buffers", LISTS, several_buffers),
    ("a pipe", 0, pipe),
    ("a socket watched by a message loop", 0, message_loop),
    ("waits for one object and for any", 0, waits),
    ("a file", 0, file),
    ("`await`, the program takes the packets", 0, awaited),
    ("`await` in a task of an executor of one thread", 0, || in_an_executor(1)),
    ("`await` in a task of an executor of two threads", 0, || in_an_executor(2)),
    ("a task that wakes itself", 0, tasks_that_yield),
    ("a stream with tokio's traits, in a task", 0, stream),
    ("datagrams, into a buffer of a pool", 0, datagrams),
    // The packet has to be somewhere until it is taken.
    ("`post`", 1, post),
];

// The only test here: others would allocate beside it.
#[test]
fn nothing_is_allocated_in_steady_state() {
    let differing: Vec<String> = STEADY
        .iter()
        .map(|(what, expected, measure)| (what, expected * ROUNDS, measure()))
        .filter(|(_, expected, found)| expected != found)
        .map(|(what, expected, found)| format!("{what}: {found} in {ROUNDS}, not {expected}"))
        .collect();
    assert!(differing.is_empty(), "allocations:\n{}", differing.join("\n"));
}

/// How many allocations so many rounds make, at the least.
fn allocations_of(mut round: impl FnMut()) -> usize {
    (0..WARM_UP).for_each(|_| round());
    let so_far = || {
        let Stats { allocations, reallocations, .. } = INSTRUMENTED_SYSTEM.stats();
        allocations + reallocations
    };
    let attempt = |_| {
        let before = so_far();
        (0..ROUNDS).for_each(|_| round());
        so_far() - before
    };
    (0..ATTEMPTS).map(attempt).min().unwrap()
}

type Stream<T> = Associated<TcpStream, (), T>;

enum Event {
    Received(Completed<Vec<u8>, Stream<Event>>),
    Sent(Completed<Vec<u8>, Stream<Event>>),
}

/// A connection, both ends.
fn connection() -> (TcpStream, net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    client.set_nodelay(true).unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let stream = accepting.wait().unwrap().accepted().unwrap();
    (stream, client)
}

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(64))
}

fn ask(client: &mut net::TcpStream) {
    client.write_all(b"hello").unwrap();
}

fn hear(client: &mut net::TcpStream) {
    let mut answer = [0; 5];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
}

/// Receives that could be cancelled.
fn named_by_a_ticket() -> usize {
    let (stream, mut client) = connection();
    let mut operation = Some(buffer());
    allocations_of(|| {
        let mut receiving = stream.receive(operation.take().unwrap());
        let ticket = receiving.ticket();
        let pending = receiving.begin().unwrap();
        ask(&mut client);
        operation = Some(pending.wait().unwrap().operation);
        assert_eq!(ticket.cancel(), Cancel::NotUnderWay);
    })
}

/// An echo of a connection that is watched.
fn watched() -> usize {
    let (stream, mut client) = connection();
    let mut set = EventSet::new();
    set.insert(stream, Interest::READ, |stream| stream).unwrap();
    let mut buffer = [0; 64];
    allocations_of(|| {
        ask(&mut client);
        let (key, _) = set.wait(Duration::MAX).unwrap().unwrap();
        let count = set[key].try_receive(&mut buffer).unwrap().unwrap();
        set[key].try_send(&buffer[..count]).unwrap();
        hear(&mut client);
    })
}

/// An echo, where `next` takes from the port.
fn then(mut next: impl FnMut(&CompletionPort<Event>) -> Event) -> usize {
    let (stream, mut client) = connection();
    let port = CompletionPort::new(1).unwrap();
    let stream = port.associate(stream, ()).unwrap();
    let mut operation = Some(buffer());
    allocations_of(|| {
        stream.receive(operation.take().unwrap()).then(Event::Received).unwrap();
        ask(&mut client);
        let Event::Received(done) = next(&port) else { panic!("not a receive") };
        assert_eq!(done.result, Ok(5));
        done.source.send(done.operation).then(Event::Sent).unwrap();
        let Event::Sent(done) = next(&port) else { panic!("not a send") };
        operation = Some(done.operation);
        hear(&mut client);
    })
}

fn then_many() -> usize {
    let mut events = Vec::with_capacity(4);
    then(|port| {
        port.get_many(&mut events, None).unwrap();
        events.pop().unwrap()
    })
}

fn begin() -> usize {
    let (stream, mut client) = connection();
    let mut operation = Some(buffer());
    allocations_of(|| {
        let receiving = stream.receive(operation.take().unwrap()).begin().unwrap();
        ask(&mut client);
        let received = receiving.wait().unwrap();
        assert_eq!(received.result, Ok(5));
        let sent = stream.send(received.operation).begin().unwrap().wait().unwrap();
        operation = Some(sent.operation);
        hear(&mut client);
    })
}

/// Routines, which are small.
fn called() -> usize {
    let (stream, mut client) = connection();
    let (stream, back) = (&stream, &Cell::new(Some(buffer())));
    alertable(|thread| {
        allocations_of(|| {
            let receiving = stream.receive(back.take().unwrap()).call(thread, move |received| {
                assert_eq!(received.result, Ok(5));
                let sending = stream.send(received.operation);
                sending.call(thread, move |sent| back.set(Some(sent.operation))).unwrap();
            });
            receiving.unwrap();
            ask(&mut client);
            thread.run();
            hear(&mut client);
        })
    })
}

fn several_buffers() -> usize {
    let (stream, mut client) = connection();
    let mut rooms = Some(Operation::new([2, 64].map(Vec::with_capacity)));
    allocations_of(|| {
        let receiving = stream.receive_vectored(rooms.take().unwrap()).begin().unwrap();
        ask(&mut client);
        let received = receiving.wait().unwrap();
        assert_eq!(received.result, Ok(5));
        let sent = stream.send_vectored(received.operation).begin().unwrap().wait().unwrap();
        rooms = Some(sent.operation);
        hear(&mut client);
    })
}

/// Echoes what the socket has; false when that is nothing.
fn echo_at_once(stream: &NonBlocking<TcpStream>) -> bool {
    let mut bytes = [0; 64];
    let Some(count) = stream.try_receive(&mut bytes).unwrap() else { return false };
    assert_eq!(stream.try_send(&bytes[..count]).unwrap(), Some(count));
    true
}

fn message_loop() -> usize {
    let (stream, mut client) = connection();
    let mut messages = MessageLoop::<_, ()>::new().unwrap();
    messages.insert(stream, Interest::READ, |stream| stream).unwrap();
    allocations_of(|| {
        ask(&mut client);
        let mut is_done = false;
        while !is_done {
            if let Some(Message::Network(key, _)) = messages.wait(Duration::MAX).unwrap() {
                is_done = echo_at_once(&messages[key]);
            }
        }
        hear(&mut client);
    })
}

fn waits() -> usize {
    let (one, other, timer) =
        (Signal::auto().unwrap(), Signal::auto().unwrap(), Timer::auto().unwrap());
    allocations_of(|| {
        other.set().unwrap();
        assert_eq!(wait_any(&[&one, &other], None), Ok(Some(1)));
        timer.set(Duration::ZERO).unwrap();
        timer.wait().unwrap();
    })
}

fn pipe() -> usize {
    let name = format!("lapwing-allocations-{}", std::process::id());
    let server = PipeOptions::new().create(&name).unwrap();
    let client = NamedPipe::open(&name).unwrap();
    server.connect(buffer()).begin().unwrap().wait().unwrap();
    let (mut room, mut text) = (Some(buffer()), Some(Operation::new(&b"hello"[..])));
    allocations_of(|| {
        let reading = server.read(room.take().unwrap()).begin().unwrap();
        let written = client.write(text.take().unwrap()).begin().unwrap().wait().unwrap();
        let read = reading.wait().unwrap();
        assert_eq!((read.result, written.result), (Ok(5), Ok(5)));
        (room, text) = (Some(read.operation), Some(written.operation));
    })
}

fn file() -> usize {
    let path = std::env::temp_dir().join(format!("lapwing-allocations-{}", std::process::id()));
    let options = OpenOptions::new().read(true).write(true).create(true).delete_on_close(true);
    let file = options.open(path).unwrap();
    let (mut room, mut text) = (Some(buffer()), Some(Operation::new(&b"hello"[..])));
    allocations_of(|| {
        let writing = file.write_at(text.take().unwrap(), 0).begin().unwrap();
        text = Some(writing.wait().unwrap().operation);
        let read = file.read_at(room.take().unwrap(), 0).begin().unwrap().wait().unwrap();
        assert_eq!(read.result, Ok(5));
        room = Some(read.operation);
    })
}

/// What the future becomes, taking packets meanwhile.
fn served<F: Future>(port: &CompletionPort<Woken>, future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        port.get().unwrap();
    }
}

fn awaited() -> usize {
    let (stream, mut client) = connection();
    let port = CompletionPort::new(1).unwrap();
    let stream = port.associate(stream, ()).unwrap();
    let mut operation = Some(buffer());
    allocations_of(|| {
        ask(&mut client);
        let received = served(&port, stream.receive(operation.take().unwrap()).into_future());
        assert_eq!(received.result, Ok(5));
        let sent = served(&port, stream.send(received.operation).into_future());
        operation = Some(sent.operation);
        hear(&mut client);
    })
}

fn in_an_executor(threads: u32) -> usize {
    let (stream, mut client) = connection();
    let executor = Executor::new(threads).unwrap();
    let stream = executor.associate(stream).unwrap();
    let echo = async move {
        let mut operation = buffer();
        loop {
            let received = stream.receive(operation).await;
            if !received.result.is_ok_and(|count| count > 0) {
                break;
            }
            operation = stream.send(received.operation).await.operation;
        }
    };
    executor.spawn(echo).unwrap();
    allocations_of(|| {
        ask(&mut client);
        hear(&mut client);
    })
}

fn stream() -> usize {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (stream, mut client) = connection();
    let executor = Executor::new(1).unwrap();
    let mut stream = AsyncStream::new(executor.associate(stream).unwrap());
    let echo = async move {
        let mut message = [0; 5];
        while stream.read_exact(&mut message).await.is_ok() {
            stream.write_all(&message).await.unwrap();
        }
    };
    executor.spawn(echo).unwrap();
    allocations_of(|| {
        ask(&mut client);
        hear(&mut client);
    })
}

fn datagrams() -> usize {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(socket.local_address().unwrap()).unwrap();
    let pool = Pool::new(1, 8);
    let mut sending = Some(Operation::new("hello"));
    let mut receiving = Some(Operation::new(Datagram::new(pool.take().unwrap())));
    allocations_of(|| {
        let operation = sending.take().unwrap();
        let sent = socket.send(operation).begin().unwrap().wait().unwrap();
        sending = Some(sent.operation);
        let operation = receiving.take().unwrap();
        let mut done = socket.receive_from(operation).begin().unwrap().wait().unwrap();
        let datagram = done.operation.buffer_mut();
        assert_eq!(datagram.buffer()[..], *b"hello");
        datagram.buffer_mut().clear();
        receiving = Some(done.operation);
    })
}

/// Each of these turns is a packet.
fn tasks_that_yield() -> usize {
    let executor = Executor::new(1).unwrap();
    let (turns, taken) = std::sync::mpsc::sync_channel(0);
    let task = async move {
        while turns.send(()).is_ok() {
            let mut is_first = true;
            std::future::poll_fn(|context| {
                if std::mem::take(&mut is_first) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Ready(())
            })
            .await;
        }
    };
    executor.spawn(task).unwrap();
    allocations_of(|| taken.recv().unwrap())
}

fn post() -> usize {
    let port = CompletionPort::new(1).unwrap();
    allocations_of(|| {
        port.post(7).unwrap();
        assert_eq!(port.get().unwrap(), 7);
    })
}
