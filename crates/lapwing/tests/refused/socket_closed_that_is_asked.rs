//! A set borrows its sockets: a closed one's number may be another's.

use lapwing::{SocketSet, TcpStream, select};

fn main() {
    let stream = TcpStream::connect("127.0.0.1:1").unwrap();
    let mut read = SocketSet::new();
    read.insert(&stream);
    drop(stream);
    select(Some(&mut read), None, None, None).unwrap();
}
