//! Datagrams: who has sent them, what does not fit, options, groups.

mod wine;

use lapwing::{Associated, Completed, CompletionPort, Datagram, Operation, UdpSocket, Woken};
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

type Room = Datagram<Vec<u8>>;
type Done = Completed<Room, Associated<UdpSocket, u8, Event>>;

#[derive(Debug)]
enum Event {
    Received(Done),
    Sent(Done),
    Woken,
}

impl From<Woken> for Event {
    fn from(_: Woken) -> Self {
        Event::Woken
    }
}

fn bound() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_address().unwrap();
    (socket, address)
}

fn room(size: usize) -> Operation<Room> {
    Operation::new(Datagram::new(Vec::with_capacity(size)))
}

fn send(from: &UdpSocket, to: SocketAddr, text: &str) {
    let operation = Operation::new(Datagram::to(to, text.as_bytes().to_vec()));
    let done = from.send_to(operation).begin().unwrap().wait().unwrap();
    assert_eq!(done.result, Ok(text.len()));
}

/// The next datagram: its sender and text.
fn next(socket: &UdpSocket) -> (Option<SocketAddr>, String) {
    let done = socket.receive_from(room(64)).begin().unwrap().wait().unwrap();
    done.result.unwrap();
    let address = done.operation.buffer().address();
    (address, String::from_utf8(done.operation.into_buffer().into_buffer()).unwrap())
}

#[test]
fn what_has_come_is_answered_in_the_same_operation() {
    let port = CompletionPort::new(1).unwrap();
    let (server, address) = bound();
    let server = port.associate(server, 7).unwrap();
    server.receive_from(room(16)).then(Event::Received).unwrap();
    let (client, own) = bound();
    send(&client, address, "hello");
    let Event::Received(done) = port.get().unwrap() else { panic!("not a receive") };
    assert_eq!((done.result, *done.source.key()), (Ok(5), 7));
    assert_eq!(done.operation.buffer().address(), Some(own));
    let place = done.operation.buffer().buffer().as_ptr();
    done.source.send_to(done.operation).then(Event::Sent).unwrap();
    let Event::Sent(done) = port.get().unwrap() else { panic!("not a send") };
    assert_eq!((done.result, done.operation.buffer().buffer().as_ptr()), (Ok(5), place));
    assert_eq!(next(&client), (Some(address), "hello".into()));
}

#[test]
fn a_long_datagram_s_beginning_and_sender_are_there() {
    let port = CompletionPort::new(1).unwrap();
    let (server, address) = bound();
    let server = port.associate(server, 0).unwrap();
    let (client, own) = bound();
    let cut_off = |is_there_before: bool| {
        if is_there_before {
            send(&client, address, "abcdef");
        }
        server.receive_from(room(3)).then(Event::Received).unwrap();
        if !is_there_before {
            send(&client, address, "abcdef");
        }
        let Event::Received(done) = port.get().unwrap() else { panic!("not a receive") };
        let error = done.result.unwrap_err();
        assert_eq!((error.winsock(), error.win32(), error.status()), (10040, 234, 0x8000_0005));
        let datagram = done.operation.into_buffer();
        (datagram.address(), datagram.into_buffer())
    };
    assert_eq!(cut_off(false), (Some(own), b"abc".to_vec()));
    assert_eq!(cut_off(true), (Some(own), b"abc".to_vec()));

    // Without the port's packet, too.
    let receiving = server.receive_from(room(2)).begin().unwrap();
    send(&client, address, "abcdef");
    let done = receiving.wait().unwrap();
    assert_eq!(done.result.unwrap_err().winsock(), 10040);
    assert_eq!(done.operation.buffer().buffer(), b"ab");
}

#[test]
fn a_connected_socket_has_to_do_with_one_only() {
    let ((one, first), (other, second), (stranger, _)) = (bound(), bound(), bound());
    assert_eq!(one.peer_address().unwrap_err().winsock(), 10057);
    one.connect(second).unwrap();
    assert_eq!(one.peer_address().unwrap(), second);
    send(&stranger, first, "not for you");
    send(&other, first, "for you");
    let received = Operation::new(Vec::with_capacity(16));
    let done = one.receive(received).begin().unwrap().wait().unwrap();
    assert_eq!((done.result, done.operation.buffer().as_slice()), (Ok(7), &b"for you"[..]));
    let sent = one.send(Operation::new(&b"and you"[..])).begin().unwrap().wait().unwrap();
    assert_eq!(sent.result, Ok(7));
    assert_eq!(next(&other), (Some(first), "and you".into()));
    // A datagram without an address goes there as well.
    let operation = Operation::new(Datagram::new(&b"again"[..]));
    one.send_to(operation).begin().unwrap().wait().unwrap().result.unwrap();
    assert_eq!(next(&other), (Some(first), "again".into()));
}

#[test]
fn what_cannot_be_sent_is_given_back() {
    let (socket, address) = bound();
    let refused = socket.send_to(Operation::new(Datagram::new(&b"whither?"[..]))).begin();
    let Err(refused) = refused else { panic!("it has no address") };
    let code = refused.error.winsock();
    assert!(code == 10057 || wine::cannot("a datagram without an address gives 10022"), "{code}");
    assert_eq!(refused.operation.into_buffer().into_buffer(), b"whither?");

    let long = Datagram::to(address, vec![0; 65_508]);
    let Err(refused) = socket.send_to(Operation::new(long)).begin() else {
        panic!("nothing can be so long")
    };
    assert_eq!(refused.error.winsock(), 10040);
    assert_eq!(refused.operation.buffer().buffer().len(), 65_508);
}

#[test]
fn an_empty_datagram_arrives() {
    let ((one, address), (other, own)) = (bound(), bound());
    send(&other, address, "");
    assert_eq!(next(&one), (Some(own), String::new()));
}

#[test]
fn a_receive_is_awaited_and_cancelled() {
    let port = CompletionPort::new(1).unwrap();
    let (server, address) = bound();
    let server = port.associate(server, 0).unwrap();
    let poll = |future: &mut _| {
        let future: Pin<&mut lapwing::Running<Room, UdpSocket, u8, Event>> = Pin::new(future);
        future.poll(&mut Context::from_waker(Waker::noop()))
    };
    let mut cancelled = server.receive_from(room(16)).into_future();
    assert!(poll(&mut cancelled).is_pending());
    drop(server.receive_from(room(16)).into_future());
    assert!(cancelled.cancel());
    (0..2).for_each(|_| assert!(matches!(port.get().unwrap(), Event::Woken)));
    let Poll::Ready(done) = poll(&mut cancelled) else { panic!("still under way") };
    assert!(done.result.unwrap_err().is_aborted());
    assert_eq!(done.operation.buffer().address(), None);

    let mut awaited = server.receive_from(done.operation).into_future();
    let (client, own) = bound();
    send(&client, address, "here");
    port.get().unwrap();
    let Poll::Ready(done) = poll(&mut awaited) else { panic!("still under way") };
    assert_eq!(done.operation.buffer().address(), Some(own));
}

#[test]
fn options_are_what_they_were_set_to() {
    let (socket, _) = bound();
    assert!(!socket.broadcast().unwrap());
    socket.set_broadcast(true).unwrap();
    assert!(socket.broadcast().unwrap());
    socket.set_time_to_live(17).unwrap();
    socket.set_multicast_time_to_live(3).unwrap();
    assert_eq!(socket.time_to_live(), Ok(17));
    assert_eq!(socket.multicast_time_to_live(), Ok(3));
    assert_eq!(socket.multicast_loop(), Ok(true));
    socket.set_multicast_loop(false).unwrap();
    assert_eq!(socket.multicast_loop(), Ok(false));
    socket.set_receive_buffer_size(30_000).unwrap();
    socket.set_send_buffer_size(40_000).unwrap();
    assert_eq!(socket.receive_buffer_size(), Ok(30_000));
    assert_eq!(socket.send_buffer_size(), Ok(40_000));
    assert_eq!(UdpSocket::bind("no address").unwrap_err().winsock(), 11001);
    let taken = socket.local_address().unwrap();
    assert_eq!(UdpSocket::bind(taken).unwrap_err().winsock(), 10048);
}

#[test]
fn a_group_hears_what_is_sent_to_it() {
    let group = Ipv4Addr::new(239, 255, 77, 9);
    let hears = UdpSocket::bind("0.0.0.0:0").unwrap();
    let address = SocketAddr::from((group, hears.local_address().unwrap().port()));
    let nowhere = hears.join_multicast_v4(group, Ipv4Addr::new(203, 0, 113, 1));
    let code = nowhere.unwrap_err().winsock();
    assert!(code == 10049 || wine::cannot("a group at no interface gives 10022"), "{code}");
    hears.join_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap();
    let (sender, own) = bound();
    sender.set_multicast_interface_v4(Ipv4Addr::LOCALHOST).unwrap();
    send(&sender, address, "all");
    assert_eq!(next(&hears), (Some(own), "all".into()));
    hears.leave_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap();
    let code = hears.leave_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap_err().winsock();
    assert!(
        code == 10049 || wine::cannot("leaving a group where one is not has another error"),
        "{code}"
    );
}

#[test]
fn nobody_where_a_datagram_went_is_heard_of_at_will() {
    if wine::cannot("no receive hears that a datagram's port is unreachable") {
        return;
    }
    let ((socket, own), (gone, nowhere)) = (bound(), bound());
    drop(gone);
    send(&socket, nowhere, "x");
    let error = match socket.receive_from(room(4)).begin() {
        Ok(receiving) => receiving.wait().unwrap().result.unwrap_err(),
        Err(refused) => refused.error,
    };
    assert_eq!(error.winsock(), 10054);
    socket.set_reports_unreachable(false).unwrap();
    send(&socket, nowhere, "x");
    send(&socket, own, "self");
    assert_eq!(next(&socket), (Some(own), "self".into()));
}

#[test]
fn addresses_of_ipv6_too() {
    let one = UdpSocket::bind("[::1]:0").unwrap();
    let address = one.local_address().unwrap();
    send(&one, address, "six");
    assert_eq!(next(&one), (Some(address), "six".into()));
    one.set_time_to_live(9).unwrap();
    assert_eq!(one.time_to_live(), Ok(9));
}
