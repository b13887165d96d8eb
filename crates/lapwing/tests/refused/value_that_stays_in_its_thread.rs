//! Any thread may take what was posted, so only what may be sent is.

use lapwing::CompletionPort;
use std::rc::Rc;

fn main() {
    let port = CompletionPort::new(0).unwrap();
    port.post(Rc::new(7)).unwrap();
}
