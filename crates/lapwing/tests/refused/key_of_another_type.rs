//! What comes out has the key that the program says it has.

use lapwing::{Associated, Completed, CompletionPort, Operation, TcpStream};

type Stream = Associated<TcpStream, u32, Event>;

enum Event {
    Received(Completed<Vec<u8>, Stream>),
}

fn associate(port: &CompletionPort<Event>, stream: TcpStream) -> lapwing::Result<()> {
    let stream = port.associate(stream, "not a number")?;
    stream.receive(Operation::new(Vec::new())).then(Event::Received)?;
    Ok(())
}

fn main() {}
