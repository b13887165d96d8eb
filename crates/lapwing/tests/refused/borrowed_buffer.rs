//! A buffer that is only lent would be gone before the operation is.

use lapwing::{Associated, Completed, Operation, TcpStream};

type Stream = Associated<TcpStream, (), Event>;

enum Event {
    Sent(Completed<&'static [u8], Stream>),
}

fn send(stream: &Stream) -> lapwing::Result<()> {
    let greeting = [1, 2, 3];
    stream.send(Operation::new(&greeting[..])).then(Event::Sent)?;
    Ok(())
}

fn main() {}
