//! Clients that connect, talk, half-close, reset and close in random order: of an echo server.
//!
//! What each thread does is drawn from a seed; how the threads interleave is not.

use crate::echo_clients::{fill, scramble};
use rustix::net::sockopt;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::ops::RangeInclusive;
use std::time::Duration;

const THREADS: u64 = 4;
/// Connections of a thread at a time.
const SLOTS: u64 = 8;
/// Bytes of a message.  Both ends' buffers hold them, so that sending before receiving ends.
const MESSAGE: RangeInclusive<u64> = 1..=8000;

struct Client {
    stream: TcpStream,
    number: u64,
    /// Bytes that were sent, and have come back.
    position: u64,
}

/// A source of decisions.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = scramble(self.0);
        self.0 % limit
    }
}

/// Makes so many connections in all, a multiple of four.  At the end all are closed.
///
/// # Panics
/// If a byte comes back wrong, or the server ends a connection before its client does.
pub fn run(port: u16, seed: u64, connections: u64) {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || live(port, seed * THREADS + thread, connections / THREADS));
        }
    });
}

fn live(port: u16, seed: u64, connections: u64) {
    let mut random = Random(seed);
    let mut slots: Vec<Option<Client>> = (0..SLOTS).map(|_| None).collect();
    let mut made = 0;
    while made < connections {
        let slot = &mut slots[random.below(SLOTS) as usize];
        let Some(client) = slot else {
            *slot = Some(Client::connect(port, seed << 32 | made));
            made += 1;
            continue;
        };
        match random.below(12) {
            0..8 => client.talk(&mut random),
            8 => slot.take().expect("it is there").half_close(&mut random),
            9 => slot.take().expect("it is there").leave_something(&mut random),
            10 => slot.take().expect("it is there").reset(&mut random),
            _ => *slot = None,
        }
    }
}

impl Client {
    fn connect(port: u16, number: u64) -> Self {
        // All of 127/8 is this machine; each address has ports of its own for those in TIME_WAIT.
        let server = Ipv4Addr::new(127, 0, 0, 1 + (number % 250) as u8);
        let stream = TcpStream::connect((server, port)).expect("the server accepts");
        Client { stream, number, position: 0 }
    }

    fn send(&mut self, random: &mut Random) -> Vec<u8> {
        let length = MESSAGE.start() + random.below(MESSAGE.end() - MESSAGE.start());
        let mut message = vec![0; length as usize];
        fill(self.number, self.position, &mut message);
        self.position += length;
        self.stream.write_all(&message).expect("the server receives");
        message
    }

    fn talk(&mut self, random: &mut Random) {
        let sent = self.send(random);
        let mut came = vec![0; sent.len()];
        self.stream.read_exact(&mut came).expect("the server echoes");
        assert!(came == sent, "other bytes came back than were sent");
    }

    fn half_close(mut self, random: &mut Random) {
        let sent = self.send(random);
        self.stream.shutdown(Shutdown::Write).expect("shutdown");
        let mut came = Vec::new();
        self.stream.read_to_end(&mut came).expect("the server ends in order");
        assert!(came == sent, "not everything came back before the end");
    }

    /// Closes before the echo can have come.
    fn leave_something(mut self, random: &mut Random) {
        self.send(random);
    }

    fn reset(mut self, random: &mut Random) {
        if random.below(2) == 0 {
            self.send(random);
        }
        // Closing with a linger time of zero sends a reset.
        sockopt::set_socket_linger(&self.stream, Some(Duration::ZERO)).expect("SO_LINGER");
    }
}
