//! The clients: one thread, many connections, those that talk have one message under way each.

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use std::io;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

/// So many events are fetched by one call.
const EVENTS: usize = 64;
/// Messages differ by where in a pattern of this period they begin.
const PERIOD: usize = 251;
/// A server that is silent for so long hangs.
const SILENCE: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

struct Client {
    stream: TcpStream,
    /// Bytes of the message under way that have come back.
    returned: usize,
    /// Messages still to be sent.
    left: usize,
    /// Where in the pattern its message begins.
    begins: usize,
    /// When its message was sent.
    sent: Instant,
}

/// Clients of one server.
pub struct Clients {
    set: OwnedFd,
    clients: Vec<Client>,
    pattern: Vec<u8>,
    buffer: Vec<u8>,
}

impl Clients {
    /// Connects so many clients, whose messages have so many bytes.
    pub fn connect(port: u16, connections: usize, size: usize) -> io::Result<Self> {
        let set = epoll::create(CreateFlags::CLOEXEC)?;
        let mut clients = Vec::new();
        let sent = Instant::now();
        for number in 0..connections {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let data = EventData::new_u64(number as u64);
            epoll::add(&set, &stream, data, EventFlags::IN | EventFlags::ET)?;
            clients.push(Client { stream, returned: 0, left: 0, begins: number % PERIOD, sent });
        }
        let pattern = (0..size + PERIOD).map(|at| (at % PERIOD) as u8).collect();
        Ok(Clients { set, clients, pattern, buffer: vec![0; size] })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.clients.len()
    }

    /// The first `talkers` of them send `messages` messages each, every one after the echo of the
    /// one before; every echo is compared.  The others are quiet.
    ///
    /// # Errors
    /// If a connection ends, if other bytes come back, or none for half a minute.
    pub fn echo(&mut self, talkers: usize, messages: usize) -> io::Result<()> {
        self.echo_observed(talkers, messages, &mut |_| {})
    }

    /// The same; `observe` is told of every message how long it was under way.
    ///
    /// # Errors
    /// As of [`Clients::echo`].
    pub fn echo_observed(
        &mut self,
        talkers: usize,
        messages: usize,
        observe: &mut dyn FnMut(Duration),
    ) -> io::Result<()> {
        let mut running = if messages == 0 { 0 } else { talkers.min(self.clients.len()) };
        for client in &mut self.clients[..running] {
            client.left = messages;
            client.send(&self.pattern, self.buffer.len())?;
        }
        while running > 0 {
            let mut events = [const { MaybeUninit::<Event>::uninit() }; EVENTS];
            let ready = match epoll::wait(&self.set, &mut events[..], Some(&SILENCE)) {
                Ok((ready, _)) => ready,
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            };
            if ready.is_empty() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            for event in ready {
                let client = &mut self.clients[event.data.u64() as usize];
                if !client.receive(&self.pattern, &mut self.buffer)? {
                    continue;
                }
                observe(client.sent.elapsed());
                client.left = client.left.saturating_sub(1);
                if client.left == 0 {
                    running -= 1;
                } else {
                    client.begins = (client.begins + 1) % PERIOD;
                    client.send(&self.pattern, self.buffer.len())?;
                }
            }
        }
        Ok(())
    }
}

impl Client {
    fn send(&mut self, pattern: &[u8], size: usize) -> io::Result<()> {
        let message = &pattern[self.begins..][..size];
        self.sent = Instant::now();
        // One message fits into any socket's buffer.
        match rustix::net::send(&self.stream, message, SendFlags::NOSIGNAL)? {
            sent if sent == size => Ok(()),
            _ => Err(io::Error::other("a message did not fit into a socket's buffer")),
        }
    }

    /// Takes what came and compares it; true when the whole message is back.
    fn receive(&mut self, pattern: &[u8], buffer: &mut [u8]) -> io::Result<bool> {
        while self.returned < buffer.len() {
            let missing = buffer.len() - self.returned;
            match rustix::net::recv(&self.stream, &mut buffer[..missing], RecvFlags::empty()) {
                Ok((0, _)) => return Err(io::Error::other("the server has ended a connection")),
                Ok((count, _)) => {
                    let sent = &pattern[self.begins + self.returned..][..count];
                    if buffer[..count] != *sent {
                        return Err(io::Error::other("other bytes came back than were sent"));
                    }
                    self.returned += count;
                }
                Err(Errno::AGAIN) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        self.returned = 0;
        Ok(true)
    }
}
