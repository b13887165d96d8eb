//! Connecting and disconnecting as operations, and what can be set of connections.

mod wine;

use lapwing::{Accept, Associated, Completed, CompletionPort, Connect, Disconnect, Operation};
use lapwing::{TcpListener, TcpStream, UdpSocket};
use std::io::{Read, Write};
use std::net;
use std::net::SocketAddr;
use std::time::Duration;

type Stream = Associated<TcpStream, u8, Event>;

#[derive(Debug)]
enum Event {
    Connected(Completed<Connect, Stream>),
    Disconnected(Completed<Disconnect, Stream>),
}

fn listening() -> (net::TcpListener, SocketAddr) {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// An address where nobody listens, nor will while the socket is there.
fn nobody() -> (TcpStream, SocketAddr) {
    let socket = TcpStream::bind("127.0.0.1:0").unwrap();
    let address = socket.local_address().unwrap();
    (socket, address)
}

fn connect(stream: &TcpStream, address: SocketAddr) -> lapwing::Result<usize> {
    let connecting = stream.connect_to(Operation::new(Connect::to(address))).begin()?;
    connecting.wait().unwrap().result
}

/// Both ends of a connection, the first made by an operation.
fn connected() -> (TcpStream, net::TcpStream) {
    let (listener, address) = listening();
    let stream = TcpStream::unconnected(address).unwrap();
    connect(&stream, address).unwrap();
    (stream, listener.accept().unwrap().0)
}

#[test]
fn a_connection_comes_out_of_the_port_that_it_had_before() {
    let (listener, address) = listening();
    let port = CompletionPort::new(1).unwrap();
    let stream = port.associate(TcpStream::bind("127.0.0.1:0").unwrap(), 7).unwrap();
    let own = stream.local_address().unwrap();
    stream.connect_to(Operation::new(Connect::to(address))).then(Event::Connected).unwrap();
    let Event::Connected(done) = port.get().unwrap() else { panic!("not a connect") };
    assert_eq!((done.result, *done.source.key()), (Ok(0), 7));
    assert_eq!(done.operation.buffer().address(), address);
    let (mut peer, from) = listener.accept().unwrap();
    assert_eq!((from, stream.local_address().unwrap()), (own, own));
    assert_eq!(stream.peer_address().unwrap(), address);
    stream.shutdown(net::Shutdown::Write).unwrap();
    assert_eq!(peer.read(&mut [0]).unwrap(), 0);

    let refused = stream.connect_to(done.operation).then(Event::Connected).unwrap_err();
    assert_eq!(refused.error.winsock(), 10056);
    assert_eq!(refused.operation.buffer().address(), address);
}

#[test]
fn who_was_refused_tries_elsewhere_with_the_same_socket() {
    let (_silent, nobody) = nobody();
    let stream = TcpStream::unconnected(nobody).unwrap();
    assert_eq!(stream.peer_address().unwrap_err().winsock(), 10057);
    let connecting = stream.connect_to(Operation::new(Connect::to(nobody))).begin().unwrap();
    let mut done = connecting.wait().unwrap();
    assert_eq!(done.result.unwrap_err().winsock(), 10061);
    if wine::cannot("a refused `ConnectEx` leaves a socket that connects no more") {
        return;
    }
    let (_listener, address) = listening();
    done.operation.buffer_mut().set_address(address);
    let done = stream.connect_to(done.operation).begin().unwrap().wait().unwrap();
    assert_eq!(done.result, Ok(0));
    assert_eq!(stream.peer_address().unwrap(), address);
}

#[test]
fn a_dropped_or_cancelled_connect_is_over() {
    let (_listener, address) = listening();
    let stream = TcpStream::unconnected(address).unwrap();
    drop(stream.connect_to(Operation::new(Connect::to(address))).begin().unwrap());
    let stream = TcpStream::unconnected(address).unwrap();
    let connecting = stream.connect_to(Operation::new(Connect::to(address))).begin().unwrap();
    let done = connecting.cancel().unwrap();
    // What has really happened: it may have been faster.
    assert!(done.result.is_ok() || done.result.unwrap_err().is_aborted());
}

#[test]
fn what_is_disconnected_sends_no_more_and_receives_the_rest() {
    let (stream, mut peer) = connected();
    let leave = stream.disconnect(Operation::new(Disconnect::new())).begin().unwrap();
    leave.wait().unwrap().result.unwrap();
    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
    peer.write_all(b"rest").unwrap();
    let room = Operation::new(Vec::with_capacity(8));
    let done = stream.receive(room).begin().unwrap().wait().unwrap();
    assert_eq!(done.operation.buffer(), b"rest");
    let Err(refused) = stream.send(done.operation).begin() else { panic!("sent") };
    assert_eq!(refused.error.winsock(), 10058);

    let idle = TcpStream::bind("127.0.0.1:0").unwrap();
    let Err(refused) = idle.disconnect(Operation::new(Disconnect::new())).begin() else {
        panic!("it was not connected")
    };
    assert_eq!(refused.error.winsock(), 10057);
}

#[test]
fn a_socket_is_connected_again_and_again() {
    if wine::cannot("`DisconnectEx` makes no socket ready for reuse") {
        return;
    }
    let (listener, address) = listening();
    let port = CompletionPort::new(1).unwrap();
    let stream = port.associate(TcpStream::unconnected(address).unwrap(), 0).unwrap();
    let mut connect = Operation::new(Connect::to(address));
    let mut disconnect = Operation::new(Disconnect::for_reuse());
    for round in 0..3_u8 {
        stream.connect_to(connect).then(Event::Connected).unwrap();
        let Event::Connected(done) = port.get().unwrap() else { panic!("not a connect") };
        assert_eq!(done.result, Ok(0));
        connect = done.operation;
        let mut peer = listener.accept().unwrap().0;
        stream.send(Operation::new(vec![round])).begin().unwrap().wait().unwrap().result.unwrap();
        stream.disconnect(disconnect).then(Event::Disconnected).unwrap();
        let Event::Disconnected(done) = port.get().unwrap() else { panic!("not a disconnect") };
        assert_eq!(done.result, Ok(0));
        disconnect = done.operation;
        let mut all = Vec::new();
        peer.read_to_end(&mut all).unwrap();
        assert_eq!(all, [round]);
    }
}

#[test]
fn options_are_what_they_were_set_to() {
    let (stream, mut peer) = connected();
    assert_eq!((stream.no_delay(), stream.keep_alive()), (Ok(false), Ok(false)));
    stream.set_no_delay(true).unwrap();
    stream.set_keep_alive(true).unwrap();
    assert_eq!((stream.no_delay(), stream.keep_alive()), (Ok(true), Ok(true)));
    stream.set_keep_alive_times(Duration::from_secs(60), Duration::from_secs(5)).unwrap();
    stream.set_receive_buffer_size(30_000).unwrap();
    stream.set_send_buffer_size(40_000).unwrap();
    assert_eq!(stream.receive_buffer_size(), Ok(30_000));
    assert_eq!(stream.send_buffer_size(), Ok(40_000));
    assert_eq!(stream.linger(), Ok(None));
    stream.set_linger(Some(Duration::from_secs(3))).unwrap();
    assert_eq!(stream.linger(), Ok(Some(Duration::from_secs(3))));
    // The last word is a reset.
    stream.set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    let end = peer.read(&mut [0]).map_err(|error| error.kind());
    let in_order = wine::cannot("closing with a linger time of zero ends a connection in order");
    assert!(end == Err(std::io::ErrorKind::ConnectionReset) || in_order && end == Ok(0));
}

#[test]
fn a_connection_has_what_was_set_of_its_listener() {
    if wine::cannot("a connection's buffers have other sizes than its listener's") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_receive_buffer_size(20_000).unwrap();
    assert_eq!(listener.receive_buffer_size(), Ok(20_000));
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let _client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let accepted = accepting.wait().unwrap().accepted().unwrap();
    assert_eq!(accepted.receive_buffer_size(), Ok(20_000));
}

#[test]
fn an_address_is_one_s_own_or_shared() {
    let listener = TcpListener::bind_exclusive("127.0.0.1:0").unwrap();
    let taken = listener.local_address().unwrap();
    assert_eq!(TcpListener::bind(taken).unwrap_err().winsock(), 10048);
    assert_eq!(TcpListener::bind_exclusive(taken).unwrap_err().winsock(), 10048);

    let one = UdpSocket::bind_shared("127.0.0.1:0").unwrap();
    let shared = one.local_address().unwrap();
    let other = UdpSocket::bind_shared(shared).unwrap();
    assert_eq!(other.local_address().unwrap(), shared);
    let alone = UdpSocket::bind("127.0.0.1:0").unwrap().local_address().unwrap();
    let _alone = UdpSocket::bind(alone).unwrap();
    let code = UdpSocket::bind_shared(alone).unwrap_err().winsock();
    assert_eq!(code, 10013);
}
