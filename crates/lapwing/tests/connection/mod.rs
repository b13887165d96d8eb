//! A connection, one end of which is the crate's and the other Rust's own.

use lapwing::{Accept, Operation, TcpListener, TcpStream};
use std::net;

/// Its two ends.
pub fn connected() -> (TcpStream, net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    let client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    (accepting.wait().unwrap().accepted().unwrap(), client)
}
