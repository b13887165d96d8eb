//! Sockets that are watched by their events.

mod connection;
mod wine;

use connection::connected;
use lapwing::{Alerted, Error, EventSet, Happened, Interest, Key, Operation};
use lapwing::{NonBlocking, TcpListener, TcpStream, alertable};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net;
use std::time::Duration;

const EVER: Duration = Duration::MAX;

type Streams = EventSet<NonBlocking<TcpStream>>;

fn next<T>(set: &mut EventSet<T>) -> (Key, Happened) {
    set.wait(EVER).unwrap().expect("it waits for ever")
}

enum Socket {
    Listener(NonBlocking<TcpListener>),
    Stream(NonBlocking<TcpStream>),
}

#[test]
fn a_thread_serves_a_listener_and_its_connections() {
    const CLIENTS: usize = 8;
    let mut set = EventSet::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    set.insert(listener, Interest::ACCEPT, Socket::Listener).unwrap();
    let talk = move |number: u8| {
        let mut stream = net::TcpStream::connect(address).unwrap();
        for round in 0..10 {
            stream.write_all(&[number, round]).unwrap();
            let mut answer = [0; 2];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(answer, [number, round]);
        }
    };
    let clients = (0..CLIENTS as u8).map(|number| std::thread::spawn(move || talk(number)));
    let clients: Vec<_> = clients.collect();
    let (mut closed, mut buffer) = (0, [0; 64]);
    while closed < CLIENTS {
        let (key, happened) = next(&mut set);
        match &set[key] {
            Socket::Listener(listener) => {
                assert_eq!(happened.acceptable, Some(Ok(())));
                if let Some(stream) = listener.try_accept().unwrap() {
                    let interest = Interest::READ | Interest::CLOSE;
                    set.insert(stream, interest, Socket::Stream).unwrap();
                }
            }
            Socket::Stream(stream) => {
                while let Some(count @ 1..) = stream.try_receive(&mut buffer).unwrap() {
                    assert_eq!(stream.try_send(&buffer[..count]), Ok(Some(count)));
                }
                if let Some(how) = happened.closed {
                    assert_eq!(how, Ok(()));
                    set.remove(key);
                    closed += 1;
                }
            }
        }
    }
    clients.into_iter().for_each(|client| client.join().unwrap());
    assert_eq!(set.len(), 1);
}

#[test]
fn who_is_cut_off_is_told_why() {
    let ((stream, client), mut set) = (connected(), Streams::new());
    let key = set.insert(stream, Interest::CLOSE, |stream| stream).unwrap();
    // What the other side has not read when it goes away makes it a reset.
    assert_eq!(set[key].try_send(b"unread"), Ok(Some(6)));
    client.peek(&mut [0; 1]).unwrap();
    drop(client);
    let (_, happened) = next(&mut set);
    let closed = happened.closed.unwrap();
    if !wine::cannot("`FD_CLOSE` does not always tell of a reset, and a later receive may not") {
        assert_eq!(closed.unwrap_err().winsock(), 10053);
        assert_eq!(set[key].try_receive(&mut [0; 1]).unwrap_err().winsock(), 10054);
    }
}

#[test]
fn who_could_not_send_is_told_when_it_can() {
    let ((stream, mut client), mut set) = (connected(), Streams::new());
    let key = set.insert(stream, Interest::WRITE, |stream| stream).unwrap();
    assert_eq!(next(&mut set).1.writable, Some(Ok(())));
    let (much, mut sent) = (vec![7; 1 << 16], 0);
    while let Some(count) = set[key].try_send(&much).unwrap() {
        sent += count;
    }
    assert_eq!(set.wait(Duration::ZERO).unwrap(), None);
    let mut received = vec![0; sent];
    client.read_exact(&mut received).unwrap();
    assert_eq!(next(&mut set), (key, Happened { writable: Some(Ok(())), ..Default::default() }));
    assert!(received.iter().all(|byte| *byte == 7));
}

#[test]
fn the_last_has_its_turn_while_the_first_is_busy() {
    const MUCH: usize = 1 << 16;
    let mut set = Streams::new();
    let mut clients = [(); 3].map(|()| {
        let (stream, client) = connected();
        let key = set.insert(stream, Interest::READ, |stream| stream).unwrap();
        (key, client)
    });
    let [(first, busy), _, (last, quiet)] = &mut clients;
    busy.write_all(&[0; MUCH]).unwrap();
    quiet.write_all(b"x").unwrap();
    for _ in 0..MUCH {
        let (key, _) = next(&mut set);
        // More is left at the first, which is told of again and again.
        assert_eq!(set[key].try_receive(&mut [0; 1]), Ok(Some(1)));
        if key == *last {
            return;
        }
        assert_eq!(key, *first);
    }
    panic!("the first was always preferred");
}

#[test]
fn what_is_wanted_can_change() {
    let ((stream, mut client), mut set) = (connected(), Streams::new());
    let key = set.insert(stream, Interest::NONE, |stream| stream).unwrap();
    client.write_all(b"x").unwrap();
    client.shutdown(net::Shutdown::Write).unwrap();
    assert_eq!(set.wait(Duration::ZERO).unwrap(), None);
    set.set_interest(key, Interest::READ).unwrap();
    let readable = Happened { readable: Some(Ok(())), ..Default::default() };
    assert_eq!(next(&mut set), (key, readable));
    assert_eq!(set[key].try_receive(&mut [0; 8]), Ok(Some(1)));
    set.set_interest(key, Interest::CLOSE).unwrap();
    assert_eq!(next(&mut set).1.closed, Some(Ok(())));
    let interest = Interest::READ | Interest::CLOSE;
    assert!(interest.contains(Interest::READ) && !interest.contains(Interest::WRITE));
    assert_eq!(format!("{interest:?}"), r#"{"READ", "CLOSE"}"#);
}

#[test]
fn who_connects_is_told_how_it_went() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let somebody = listener.local_address().unwrap();
    let deaf = TcpStream::bind("127.0.0.1:0").unwrap();
    let nobody = deaf.local_address().unwrap();
    for (address, went) in [(somebody, 0), (nobody, 10061)] {
        let (stream, mut set) = (TcpStream::unconnected(address).unwrap(), Streams::new());
        let key = set.insert(stream, Interest::CONNECT, |stream| stream).unwrap();
        set[key].try_connect(address).unwrap();
        let connected = next(&mut set).1.connected.unwrap();
        assert_eq!(connected.map_or_else(|error| error.winsock(), |()| 0), went);
        assert_eq!(set[key].peer_address().is_ok(), went == 0);
    }
}

#[test]
fn a_set_holds_64_and_gives_the_next_back() {
    let mut set = EventSet::new();
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(set.wait(EVER).unwrap_err().win32(), 87);
    for _ in 0..EventSet::<NonBlocking<TcpListener>>::MOST {
        set.insert(listen(), Interest::ACCEPT, |listener| listener).unwrap();
    }
    let refused = set.insert(listen(), Interest::ACCEPT, |listener| listener).unwrap_err();
    assert_eq!(Error::from(refused).win32(), 87);
    let (last, listener) = set.iter().last().unwrap();
    let _client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    assert_eq!(next(&mut set).0, last);

    assert!(set.remove(last).is_some() && set.get(last).is_none());
    assert!(set.remove(last).is_none() && set.get_mut(last).is_none());
    let missing = set.set_interest(last, Interest::NONE).unwrap_err();
    assert_eq!((missing.win32(), missing.during()), (1168, "set_interest: the key"));
    let new = set.insert(listen(), Interest::ACCEPT, |listener| listener).unwrap();
    assert_ne!(new, last);
}

#[test]
fn a_socket_comes_back_as_it_was() {
    let ((stream, mut client), mut set) = (connected(), EventSet::new());
    let key = set.insert(stream, Interest::READ, Some).unwrap();
    let watched = set[key].take().unwrap();
    let watched = watched.into_inner().expect_err("the set watches it");
    set.remove(key);
    let stream = watched.into_inner().expect("nobody watches it");
    let receiving = stream.receive(Operation::new(Vec::with_capacity(8))).begin().unwrap();
    client.write_all(b"x").unwrap();
    assert_eq!(receiving.wait().unwrap().result, Ok(1));
}

#[test]
fn routines_run_in_an_alertable_wait() {
    let ((stream, mut client), mut set) = (connected(), Streams::new());
    let ((other, _peer), has_run) = (connected(), Cell::new(false));
    let key = set.insert(stream, Interest::READ, |stream| stream).unwrap();
    alertable(|thread| {
        let woken = set.wait_alertably(thread, Duration::ZERO).unwrap();
        assert_eq!(woken, Err(Alerted::TimedOut));
        let sending = other.send(Operation::new(b"x".to_vec()));
        sending.call(thread, |_| has_run.set(true)).unwrap();
        assert_eq!(set.wait_alertably(thread, EVER).unwrap(), Err(Alerted::Routines));
        assert!(has_run.get());
        client.write_all(b"x").unwrap();
        let (woken, happened) = set.wait_alertably(thread, EVER).unwrap().unwrap();
        assert_eq!((woken, happened.readable), (key, Some(Ok(()))));
    });
}
