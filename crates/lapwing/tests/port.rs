//! What comes out of a port, and what becomes of what is under way when things end.

mod wine;

use lapwing::{Accept, Associated, Completed, CompletionPort, Operation, TcpListener, TcpStream};
use std::io::{Read, Write};
use std::net;
use std::sync::Arc;
use std::time::Duration;

type Listener = Associated<TcpListener, (), Event>;
type Stream = Associated<TcpStream, u32, Event>;

enum Event {
    Accepted(Completed<Accept, Listener>),
    Received(Completed<Vec<u8>, Stream>),
    Sent(Completed<Vec<u8>, Stream>),
    Told(Arc<str>),
}

fn received(event: Event) -> Completed<Vec<u8>, Stream> {
    match event {
        Event::Received(done) => done,
        _ => panic!("not a receive"),
    }
}

/// A port, and a connection there whose other end is the second.
fn connected(key: u32) -> (CompletionPort<Event>, Stream, net::TcpStream) {
    let port = CompletionPort::new(0).unwrap();
    let listener = port.associate(TcpListener::bind("127.0.0.1:0").unwrap(), ()).unwrap();
    listener.accept(Operation::new(Accept::new())).then(Event::Accepted).unwrap();
    let client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let Event::Accepted(mut done) = port.get().unwrap() else { panic!("not an accept") };
    let stream = done.accepted().unwrap();
    assert_eq!(stream.peer_address().unwrap(), client.local_addr().unwrap());
    assert_eq!(done.accepted().unwrap_err().winsock(), 10057);
    let stream = port.associate(stream, key).unwrap();
    (port, stream, client)
}

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(16))
}

#[test]
fn values_come_out_in_order() {
    let port = CompletionPort::new(1).unwrap();
    (0..100).for_each(|number| port.post(number).unwrap());
    let mut got = Vec::with_capacity(70);
    assert_eq!(port.get_many(&mut got, None).unwrap(), 64);
    got.extend((0..36).map(|_| port.get().unwrap()));
    assert_eq!(got, Vec::from_iter(0..100));
    assert_eq!(port.get_within(Duration::ZERO).unwrap(), None);
    assert_eq!(port.get_many(&mut got, Some(Duration::ZERO)).unwrap(), 0);
}

#[test]
fn a_message_goes_there_and_back_in_one_operation() {
    let (port, stream, mut client) = connected(7);
    stream.receive(buffer()).then(Event::Received).unwrap();
    client.write_all(b"hello").unwrap();
    let done = received(port.get().unwrap());
    assert_eq!((done.result, done.operation.buffer().as_slice()), (Ok(5), &b"hello"[..]));
    assert_eq!(*done.source.key(), 7);
    let place = done.operation.buffer().as_ptr();
    done.source.send(done.operation).then(Event::Sent).unwrap();
    let Event::Sent(done) = port.get().unwrap() else { panic!("not a send") };
    assert_eq!((done.result, done.operation.buffer().as_ptr()), (Ok(5), place));
    let mut answer = [0; 5];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
}

#[test]
fn the_other_side_s_end_is_no_bytes() {
    let (port, stream, client) = connected(0);
    stream.receive(buffer()).then(Event::Received).unwrap();
    drop(client);
    assert_eq!(received(port.get().unwrap()).result, Ok(0));
}

#[test]
fn a_cancelled_operation_comes_back_as_such() {
    let (port, stream, _client) = connected(0);
    let finds_some = wine::cannot("`CancelIoEx` reports success with nothing under way");
    assert!(!stream.cancel() || finds_some);
    stream.receive(buffer()).then(Event::Received).unwrap();
    assert!(stream.cancel());
    let error = received(port.get().unwrap()).result.unwrap_err();
    assert!(error.is_aborted());
    assert_eq!((error.win32(), error.during()), (995, "WSARecv"));
}

#[test]
fn a_refused_operation_is_given_back() {
    let (_port, stream, _client) = connected(0);
    stream.shutdown(net::Shutdown::Write).unwrap();
    let operation = Operation::new(b"late".to_vec());
    let refused = stream.send(operation).then(Event::Sent).unwrap_err();
    assert_eq!(refused.operation.into_buffer(), b"late");
    assert_eq!(refused.error.winsock(), 10058);
}

#[test]
fn an_address_where_nobody_listens_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    assert_eq!(TcpListener::bind(address).unwrap_err().winsock(), 10048);
    drop(listener);
    assert_eq!(TcpStream::connect(address).unwrap_err().winsock(), 10061);
    assert_eq!(TcpStream::connect("no address").unwrap_err().winsock(), 11001);
}

/// What a test gives away and wants back: it counts its owners.
fn token() -> (Arc<str>, impl Fn() -> usize) {
    let token: Arc<str> = "token".into();
    let weak = Arc::downgrade(&token);
    (token, move || weak.strong_count())
}

#[test]
fn a_dropped_port_drops_what_is_in_it() {
    let (token, owners) = token();
    let port = CompletionPort::new(0).unwrap();
    port.post(Event::Told(token.clone())).unwrap();
    assert_eq!(owners(), 2);
    if let Event::Told(told) = port.get().unwrap() {
        assert_eq!(told, token);
    }
    port.post(Event::Told(token)).unwrap();
    drop(port);
    assert_eq!(owners(), 0);
}

#[test]
fn a_dropped_port_ends_what_is_under_way_and_refuses_more() {
    let (port, stream, mut client) = connected(0);
    stream.receive(buffer()).then(Event::Received).unwrap();
    drop(port);
    let refused = stream.receive(buffer()).then(Event::Received).unwrap_err();
    assert!(refused.error.is_aborted());
    drop(stream);
    // Nobody holds the connection any more, so it has been closed.
    assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn a_connection_lives_as_long_as_its_operations() {
    let (port, stream, mut client) = connected(3);
    stream.receive(buffer()).then(Event::Received).unwrap();
    drop(stream);
    client.write_all(b"x").unwrap();
    let done = received(port.get().unwrap());
    assert_eq!((done.result, *done.source.key()), (Ok(1), 3));
}

/// A program's own function in place of a variant.
fn panics(_: Completed<Vec<u8>, Stream>) -> Event {
    std::panic::resume_unwind(Box::new("as it is tested"))
}

#[test]
fn a_panic_loses_no_other_completion() {
    let (port, stream, _client) = connected(0);
    stream.receive(buffer()).then(panics).unwrap();
    stream.receive(buffer()).then(Event::Received).unwrap();
    assert!(stream.cancel());
    port.post(Event::Told("last".into())).unwrap();
    let mut items = Vec::with_capacity(8);
    let get = || port.get_many(&mut items, None);
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(get)).is_err());
    assert!(matches!(items[..], [Event::Received(_), Event::Told(_)]));
}

#[test]
fn threads_share_a_port() {
    let port = CompletionPort::new(2).unwrap();
    std::thread::scope(|scope| {
        let sums: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut sum = 0;
                    while let Some(number) = port.get().unwrap() {
                        sum += number;
                    }
                    sum
                })
            })
            .collect();
        (1..=1000_u64).for_each(|number| port.post(Some(number)).unwrap());
        (0..4).for_each(|_| port.post(None).unwrap());
        let sum: u64 = sums.into_iter().map(|sum| sum.join().unwrap()).sum();
        assert_eq!(sum, 500_500);
    });
}
