//! The clients: one thread, many connections, each with one message under way.

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use std::mem::MaybeUninit;
use std::net::TcpStream;

/// So many events are fetched by one call.
const EVENTS: usize = 64;

struct Client {
    stream: TcpStream,
    /// Bytes of the message under way that have come back.
    returned: usize,
    /// Messages still to be sent.
    left: usize,
}

/// Clients of one server.
pub struct Clients {
    set: OwnedFd,
    clients: Vec<Client>,
    message: Vec<u8>,
    buffer: Vec<u8>,
}

impl Clients {
    /// Connects so many clients, whose messages have so many bytes.
    pub fn connect(port: u16, connections: usize, size: usize) -> std::io::Result<Self> {
        let set = epoll::create(CreateFlags::CLOEXEC)?;
        let mut clients = Vec::new();
        for number in 0..connections {
            let stream = TcpStream::connect(("127.0.0.1", port))?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let data = EventData::new_u64(number as u64);
            epoll::add(&set, &stream, data, EventFlags::IN | EventFlags::ET)?;
            clients.push(Client { stream, returned: 0, left: 0 });
        }
        let message = (0..size).map(|at| (at * 7) as u8).collect();
        Ok(Clients { set, clients, message, buffer: vec![0; size] })
    }

    /// Every client sends `messages` messages, each after the echo of the one before; every echo
    /// is compared.
    ///
    /// # Panics
    /// If a connection ends or other bytes come back.
    pub fn echo(&mut self, messages: usize) -> std::io::Result<()> {
        let mut running = self.clients.len();
        for client in &mut self.clients {
            client.left = messages;
            client.send(&self.message)?;
        }
        while running > 0 {
            let mut events = [const { MaybeUninit::<Event>::uninit() }; EVENTS];
            let (ready, _) = epoll::wait(&self.set, &mut events[..], None)?;
            for event in ready {
                let client = &mut self.clients[event.data.u64() as usize];
                if client.receive(&mut self.buffer)? {
                    assert!(self.buffer == self.message, "other bytes came back");
                    client.left -= 1;
                    if client.left == 0 {
                        running -= 1;
                    } else {
                        client.send(&self.message)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Client {
    fn send(&mut self, message: &[u8]) -> std::io::Result<()> {
        // One message fits into any socket's buffer.
        let sent = rustix::net::send(&self.stream, message, SendFlags::NOSIGNAL)?;
        assert_eq!(sent, message.len(), "a message did not fit");
        Ok(())
    }

    /// True when the whole message is back.
    fn receive(&mut self, buffer: &mut [u8]) -> std::io::Result<bool> {
        while self.returned < buffer.len() {
            let rest = &mut buffer[self.returned..];
            match rustix::net::recv(&self.stream, rest, RecvFlags::empty()) {
                Ok((0, _)) => panic!("the server has ended a connection"),
                Ok((count, _)) => self.returned += count,
                Err(Errno::AGAIN) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        self.returned = 0;
        Ok(true)
    }
}
