//! To say what is asked of a handle is not yet to ask.
#![deny(unused_must_use)]

use lapwing::{Associated, Operation, TcpStream, Woken};

fn receive(stream: &Associated<TcpStream, (), Woken>) {
    stream.receive(Operation::new(Vec::<u8>::new()));
}

fn main() {}
