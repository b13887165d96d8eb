//! A routine may borrow what lives longer than `alertable`, and nothing else.

use lapwing::{Operation, TcpStream, alertable};

fn receive(stream: &TcpStream) {
    alertable(|thread| {
        let mut count = 0;
        let receiving = stream.receive(Operation::new(Vec::new()));
        receiving.call(thread, |done| count += done.result.unwrap()).unwrap();
        thread.run();
    });
}

fn main() {}
