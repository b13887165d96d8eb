//! Windows calls no routine where packets go to a port.

use lapwing::{Alertable, Associated, Operation, Result, TcpStream};

type Stream = Associated<TcpStream, (), ()>;

fn receive<'t>(thread: &'t Alertable<'t, '_>, stream: &Stream) -> Result<()> {
    stream.receive(Operation::new(Vec::new())).call(thread, |_| {})?;
    Ok(())
}

fn main() {}
