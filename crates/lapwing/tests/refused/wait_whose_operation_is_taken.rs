//! Who has taken an operation's end cannot wait for it.

use lapwing::{File, Operation, Waitable, wait_any};

fn main() {
    let file = File::open("name").unwrap();
    let reading = file.read_at(Operation::new(vec![0; 8]), 0).begin().unwrap();
    let objects: [&dyn Waitable; 1] = [&reading];
    reading.wait().unwrap();
    wait_any(&objects, None).unwrap();
}
