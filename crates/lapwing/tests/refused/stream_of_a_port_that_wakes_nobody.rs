//! A stream is awaited, so what comes out of its port must be able to say that somebody was woken.

use lapwing::{Associated, AsyncStream, Completed, TcpStream};

enum Event {
    Received(Completed<Vec<u8>, Associated<TcpStream, (), Event>>),
}

fn stream(stream: Associated<TcpStream, (), Event>) -> AsyncStream<TcpStream, (), Event> {
    AsyncStream::new(stream)
}

fn main() {}
