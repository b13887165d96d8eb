//! The guide shows pieces of the programs in `examples`, and those programs do what it says.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc;
use std::thread;

#[allow(dead_code)]
#[path = "../examples/echo.rs"]
mod echo;

/// The pages, each with its program.
const PAGES: [(&str, &str); 3] = [
    (include_str!("../guide/echo.md"), include_str!("../examples/echo.rs")),
    (include_str!("../guide/chat.md"), include_str!("../examples/chat.rs")),
    (include_str!("../guide/http.md"), include_str!("../examples/http/main.rs")),
];

#[test]
fn every_listing_is_a_piece_of_its_program() {
    for (page, program) in PAGES {
        let listings = page.split("```rust\n").skip(1);
        let listings: Vec<_> = listings.filter_map(|rest| rest.split("```").next()).collect();
        assert!(!listings.is_empty());
        for listing in listings {
            assert!(program.contains(listing), "not in the program:\n{listing}");
        }
    }
}

#[test]
fn the_echo_server_serves_and_ends_with_its_last_client() {
    const CLIENTS: u8 = 5;
    let (listens, listening) = mpsc::channel();
    let connections = usize::from(CLIENTS);
    let options = echo::Options { address: "127.0.0.1:0", connections, capacity: 100, threads: 2 };
    thread::scope(|scope| {
        let server = scope.spawn(|| echo::run(options, |port| listens.send(port).unwrap()));
        let port = listening.recv().unwrap();
        for number in 0..CLIENTS {
            scope.spawn(move || talk(port, &[number; 10_000]));
        }
        server.join().unwrap().unwrap();
    });
}

fn talk(port: u16, message: &[u8]) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(message).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer == message);
}
