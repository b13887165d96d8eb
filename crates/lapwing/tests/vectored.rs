//! Several buffers in one operation.

use lapwing::{Accept, Associated, Completed, CompletionPort, Operation};
use lapwing::{TcpListener, TcpStream, UdpSocket, Woken};
use std::sync::Arc;

type Stream = Associated<TcpStream, (), Event>;

enum Event {
    Received(Completed<[Vec<u8>; 3], Stream>),
    Sent(Completed<(&'static [u8], Arc<[u8]>), Stream>),
    Woken,
}

impl From<Woken> for Event {
    fn from(_: Woken) -> Self {
        Event::Woken
    }
}

fn connected() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let client = TcpStream::connect(listener.local_address().unwrap()).unwrap();
    (accepting.wait().unwrap().accepted().unwrap(), client)
}

fn rooms(sizes: [usize; 3]) -> [Vec<u8>; 3] {
    sizes.map(Vec::with_capacity)
}

#[test]
fn buffers_are_filled_one_after_the_other() {
    let port = CompletionPort::new(1).unwrap();
    let (server, client) = connected();
    let server = port.associate(server, ()).unwrap();
    let client = port.associate(client, ()).unwrap();
    server.receive_vectored(Operation::new(rooms([2, 3, 8]))).then(Event::Received).unwrap();
    let both = (&b"head"[..], Arc::from(*b"body"));
    client.send_vectored(Operation::new(both)).then(Event::Sent).unwrap();
    for _ in 0..2 {
        match port.get().unwrap() {
            Event::Received(done) => {
                assert_eq!(done.result, Ok(8));
                assert_eq!(done.operation.buffer(), &[&b"he"[..], b"adb", b"ody"]);
            }
            Event::Sent(done) => assert_eq!(done.result, Ok(8)),
            Event::Woken => panic!("nobody waits"),
        }
    }
}

#[test]
fn what_nothing_has_come_for_is_empty() {
    let (server, client) = connected();
    let mut used = rooms([2, 2, 2]);
    used[2].push(b'!');
    let receiving = server.receive_vectored(Operation::new(used)).begin().unwrap();
    let sent = client.send_vectored(Operation::new(vec![b"a".to_vec()])).begin().unwrap();
    assert_eq!(sent.wait().unwrap().result, Ok(1));
    let done = receiving.wait().unwrap();
    assert_eq!(done.result, Ok(1));
    assert_eq!(done.operation.buffer(), &[&b"a"[..], b"", b""]);
}

#[test]
fn a_datagram_is_spread_over_them_too() {
    let one = UdpSocket::bind("127.0.0.1:0").unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    one.connect(other.local_address().unwrap()).unwrap();
    other.connect(one.local_address().unwrap()).unwrap();
    let parts: Box<[Vec<u8>]> = ["one", "two", "three"].map(Vec::from).into();
    let sent = one.send_vectored(Operation::new(parts)).begin().unwrap();
    assert_eq!(sent.wait().unwrap().result, Ok(11));
    let room = (vec![0; 4].into_boxed_slice(), Vec::with_capacity(4));
    let done = other.receive_vectored(Operation::new(room)).begin().unwrap().wait().unwrap();
    // Longer than both: they have the beginning.
    assert_eq!(done.result.unwrap_err().winsock(), 10040);
    let (first, second) = done.operation.into_buffer();
    assert_eq!((&first[..], &second[..]), (&b"onet"[..], &b"woth"[..]));
}

#[test]
fn of_too_many_nothing_is_sent() {
    let (server, client) = connected();
    let Err(refused) = client.send_vectored(Operation::new(vec![vec![0]; 65])).begin() else {
        panic!("Winsock has not been told of all")
    };
    assert_eq!((refused.error.winsock(), refused.error.win32()), (10022, 87));
    assert_eq!(refused.error.during(), "WSASend: the buffers");
    let mut fewer = refused.operation;
    fewer.buffer_mut().pop();
    assert_eq!(client.send_vectored(fewer).begin().unwrap().wait().unwrap().result, Ok(64));
    let Err(refused) = server.receive_vectored(Operation::new(vec![vec![0]; 65])).begin() else {
        panic!("Winsock has not been told of all")
    };
    assert_eq!(refused.error.winsock(), 10022);
    let mut all = 0;
    let mut operation = Operation::new(vec![vec![0]; 64]);
    while all < 64 {
        let done = server.receive_vectored(operation).begin().unwrap().wait().unwrap();
        all += done.result.unwrap();
        operation = done.operation;
    }
    assert_eq!(all, 64);
}

#[test]
fn none_at_all_is_a_receive_of_nothing() {
    let (server, client) = connected();
    let receiving = server.receive_vectored(Operation::new([Vec::<u8>::new()])).begin().unwrap();
    client.send(Operation::new(&b"x"[..])).begin().unwrap().wait().unwrap().result.unwrap();
    // It has waited for data, and taken none.
    assert_eq!(receiving.wait().unwrap().result, Ok(0));
    let done = server.receive_vectored(Operation::new(rooms([0, 4, 0]))).begin().unwrap();
    assert_eq!(done.wait().unwrap().operation.buffer()[1], b"x");
}
