//! What is sent to another thread may be sent.

use lapwing::Remote;
use std::rc::Rc;

fn send(remote: &Remote) -> lapwing::Result<()> {
    let mine = Rc::new(1);
    remote.send(move |_| assert_eq!(*mine, 1))
}

fn main() {}
