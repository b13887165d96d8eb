//! What may only be read cannot be received into.

use lapwing::{Associated, Completed, Operation, TcpStream};

type Stream = Associated<TcpStream, (), Event>;

enum Event {
    Received(Completed<&'static [u8], Stream>),
}

fn receive(stream: &Stream) -> lapwing::Result<()> {
    stream.receive(Operation::new(&b"constant"[..])).then(Event::Received)?;
    Ok(())
}

fn main() {}
