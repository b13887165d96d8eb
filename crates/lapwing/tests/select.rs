//! Asking many sockets at once.

mod connection;

use connection::connected;
use lapwing::{NonBlocking, SocketSet, TcpListener, TcpStream, UdpSocket, select};
use std::io::{Read, Write};
use std::net;
use std::time::Duration;

const AT_ONCE: Option<Duration> = Some(Duration::ZERO);

#[test]
fn each_set_says_which_are_ready() {
    let ((one, mut client), (other, _peer)) = (connected(), connected());
    let (mut read, mut write) = (SocketSet::new(), SocketSet::new());
    read.insert(&one);
    read.insert(&other);
    write.insert(&one);
    assert_eq!(select(Some(&mut read), None, None, AT_ONCE), Ok(0));
    assert!(!read.is_ready(&one));
    client.write_all(b"x").unwrap();
    assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    assert!(read.is_ready(&one) && !read.is_ready(&other));
    assert_eq!(select(Some(&mut read), Some(&mut write), None, None), Ok(2));
    assert!(read.is_ready(&one) && write.is_ready(&one) && !write.is_ready(&other));
    assert_eq!((read.len(), write.len()), (2, 1));

    let mut others = read.cleared();
    assert!(others.is_empty() && !others.is_ready(&one));
    others.insert(&other);
    assert_eq!(select(None, None, Some(&mut others), AT_ONCE), Ok(0));
}

#[test]
fn there_must_be_a_socket() {
    assert_eq!(select(None, None, None, AT_ONCE).unwrap_err().winsock(), 10022);
    let (mut read, mut write) = (SocketSet::new(), SocketSet::default());
    let nothing = select(Some(&mut read), Some(&mut write), None, None);
    assert_eq!(nothing.unwrap_err().winsock(), 10022);
}

#[test]
fn a_set_has_more_than_64() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    let listeners: Vec<_> = (0..200).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let mut read = SocketSet::new();
    listeners.iter().for_each(|listener| read.insert(listener));
    read.insert(&listener);
    assert_eq!(select(Some(&mut read), None, None, AT_ONCE), Ok(0));
    let _client = net::TcpStream::connect(address).unwrap();
    assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    assert!(read.is_ready(&listener));
    assert!(listeners.iter().all(|listener| !read.is_ready(listener)));
}

#[test]
fn calls_do_not_block() {
    let listener = NonBlocking::new(TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
    assert!(listener.try_accept().unwrap().is_none());
    let mut client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let mut read = SocketSet::new();
    read.insert(&listener);
    assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    let stream = NonBlocking::new(listener.try_accept().unwrap().unwrap()).unwrap();
    assert_eq!(stream.try_receive(&mut [0; 8]), Ok(None));
    assert_eq!(stream.try_send(b"hello"), Ok(Some(5)));
    let mut answer = [0; 5];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
    drop(client);
    let mut read = read.cleared();
    read.insert(&stream);
    assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    assert_eq!(stream.try_receive(&mut [0; 8]), Ok(Some(0)));
    stream.shutdown(net::Shutdown::Write).unwrap();
    assert_eq!(stream.try_send(b"late").unwrap_err().winsock(), 10058);
}

#[test]
fn who_connects_is_found_in_the_second_set_or_the_third() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let somebody = listener.local_address().unwrap();
    let deaf = TcpStream::bind("127.0.0.1:0").unwrap();
    let nobody = deaf.local_address().unwrap();
    for address in [somebody, nobody] {
        let stream = NonBlocking::new(TcpStream::unconnected(address).unwrap()).unwrap();
        stream.try_connect(address).unwrap();
        let (mut write, mut except) = (SocketSet::new(), SocketSet::new());
        write.insert(&stream);
        except.insert(&stream);
        assert_eq!(select(None, Some(&mut write), Some(&mut except), None), Ok(1));
        assert_eq!(write.is_ready(&stream), address == somebody);
        assert_eq!(except.is_ready(&stream), address == nobody);
    }
}

#[test]
fn datagrams_come_and_go_without_waiting() {
    let bind = || NonBlocking::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
    let (one, other) = (bind(), bind());
    let address = |socket: &UdpSocket| socket.local_address().unwrap();
    assert_eq!(one.try_receive_from(&mut [0; 8]), Ok(None));
    assert_eq!(other.try_send_to(b"hello", address(&one)), Ok(Some(5)));
    let mut read = SocketSet::new();
    read.insert(&one);
    assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    let mut buffer = [0; 3];
    assert_eq!(one.try_receive_from(&mut buffer).unwrap_err().winsock(), 10040);
    assert_eq!(&buffer, b"hel");
    assert_eq!(other.try_send_to(b"x", address(&one)), Ok(Some(1)));
    assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    assert_eq!(one.try_receive_from(&mut buffer), Ok(Some((1, address(&other)))));
}
