//! Buffers of every kind: received into, sent from, kept, given back.

use bytes::{Bytes, BytesMut};
use lapwing::{Accept, Append, Associated, Buffer, BufferMut, Completed, CompletionPort};
use lapwing::{Operation, Pool, PoolBuffer, TcpListener, TcpStream};
use std::io::Write;
use std::sync::Arc;

fn connected() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let client = TcpStream::connect(listener.local_address().unwrap()).unwrap();
    (accepting.wait().unwrap().accepted().unwrap(), client)
}

fn send<B: Buffer>(stream: &TcpStream, buffer: B) -> B {
    let done = stream.send(Operation::new(buffer)).begin().unwrap().wait().unwrap();
    let buffer = done.operation.into_buffer();
    assert_eq!(done.result, Ok(buffer.filled().1));
    buffer
}

fn receive<B: BufferMut>(stream: &TcpStream, buffer: B) -> B {
    let done = stream.receive(Operation::new(buffer)).begin().unwrap().wait().unwrap();
    done.result.unwrap();
    done.operation.into_buffer()
}

#[test]
fn what_can_be_sent_from() {
    let (server, client) = connected();
    send(&client, "a");
    send(&client, String::from("b"));
    send(&client, &b"c"[..]);
    send(&client, Arc::<[u8]>::from(*b"d"));
    send(&client, Bytes::from_static(b"e"));
    send(&client, BytesMut::from(&b"f"[..]));
    send(&client, Append(b"g".to_vec()));
    drop(client);
    let mut all = Append(Vec::with_capacity(16));
    while all.0.len() < 7 {
        all = receive(&server, all);
    }
    assert_eq!(all.0, b"abcdefg");
}

#[test]
fn bytes_are_split_off_and_the_rest_is_used() {
    let (server, client) = connected();
    let mut room = BytesMut::with_capacity(8);
    send(&client, "one");
    room = receive(&server, room);
    let first = room.split().freeze();
    send(&client, "two, long");
    room = receive(&server, room);
    // The rest of the eight, which the first message does not share.
    assert_eq!((&first[..], &room[..]), (&b"one"[..], &b"two, "[..]));
    room = receive(&server, Append(room.split_off(5))).0;
    assert_eq!(room.len(), 0);
    room = receive(&server, BytesMut::with_capacity(8));
    assert_eq!(room, "long");
}

#[test]
fn what_is_there_is_kept_or_written_over() {
    let (server, client) = connected();
    send(&client, "new");
    let mut old = Vec::with_capacity(6);
    old.extend_from_slice(b"old");
    let Append(both) = receive(&server, Append(old));
    assert_eq!(both, b"oldnew");
    send(&client, "over");
    assert_eq!(receive(&server, both), b"over");
    send(&client, "x");
    let boxed = receive(&server, vec![b'-'; 3].into_boxed_slice());
    assert_eq!(*boxed, *b"x--");
}

#[test]
fn a_pool_has_so_many_and_gets_them_back() {
    let (server, client) = connected();
    let pool = Pool::new(2, 8);
    let mut message = pool.take().unwrap();
    assert_eq!(message.write(b"longer than it is").unwrap(), 8);
    assert_eq!(message.write(b"x").unwrap(), 0);
    assert_eq!((&message[..], message.capacity()), (&b"longer t"[..], 8));
    let place = message.as_ptr();
    let message = send(&client, message);
    let room = receive(&server, pool.take().unwrap());
    assert_eq!(room[..], message[..]);
    assert!(pool.take().is_none());
    drop(message);
    let again = pool.clone().take().unwrap();
    // The same memory, and nothing in it.
    assert_eq!((again.as_ptr(), again.len()), (place, 0));
    drop((again, room));
    assert_eq!((pool.available(), pool.buffer_size()), (2, 8));
}

type Stream = Associated<TcpStream, (), Event>;

#[expect(dead_code, reason = "what comes is dropped")]
struct Event(Completed<PoolBuffer, Stream>);

#[test]
fn what_a_dropped_port_or_operation_had_goes_back() {
    let pool = Pool::new(3, 16);
    let port = CompletionPort::new(1).unwrap();
    let (server, client) = connected();
    let server = port.associate(server, ()).unwrap();
    let take = || Operation::new(pool.take().unwrap());
    server.receive(take()).then(Event).unwrap();
    server.receive(take()).then(Event).unwrap();
    drop(client.receive(take()).begin().unwrap());
    assert_eq!(pool.available(), 1);
    send(&client, "first");
    drop(port.get().unwrap());
    assert_eq!(pool.available(), 2);
    drop(port);
    assert_eq!(pool.available(), 3);
}

#[test]
fn threads_share_a_pool() {
    let pool = Pool::new(3, 8);
    std::thread::scope(|scope| {
        for number in 0..4_u8 {
            let pool = &pool;
            scope.spawn(move || {
                let mut had = 0;
                while had < 1000 {
                    let Some(mut buffer) = pool.take() else {
                        std::thread::yield_now();
                        continue;
                    };
                    buffer.write_all(&[number; 8]).unwrap();
                    assert_eq!(buffer[..], [number; 8]);
                    had += 1;
                }
            });
        }
    });
    assert_eq!(pool.available(), 3);
}
