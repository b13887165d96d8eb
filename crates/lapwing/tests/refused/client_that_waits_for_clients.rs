//! Only the server's end of a pipe is connected.

use lapwing::{NamedPipe, Operation};

fn main() {
    let client = NamedPipe::open("name").unwrap();
    let _connecting = client.connect(Operation::new(())).begin();
}
