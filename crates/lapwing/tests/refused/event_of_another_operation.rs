//! An accept does not come out as a receive.

use lapwing::{Accept, Associated, Completed, Operation, TcpListener, TcpStream};

type Listener = Associated<TcpListener, (), Event>;

enum Event {
    Received(Completed<Vec<u8>, Associated<TcpStream, (), Event>>),
}

fn accept(listener: &Listener) -> lapwing::Result<()> {
    listener.accept(Operation::new(Accept::new())).then(Event::Received)?;
    Ok(())
}

fn main() {}
