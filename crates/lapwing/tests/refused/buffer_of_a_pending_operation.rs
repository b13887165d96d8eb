//! The buffer belongs to the operation, and the operation to the system, until it is done.

use lapwing::{Associated, Completed, Operation, TcpStream};

type Stream = Associated<TcpStream, u32, Event>;

enum Event {
    Received(Completed<Vec<u8>, Stream>),
}

fn look(stream: &Stream, operation: Operation<Vec<u8>>) -> lapwing::Result<usize> {
    stream.receive(operation).then(Event::Received)?;
    Ok(operation.buffer().len())
}

fn main() {}
