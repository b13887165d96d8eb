//! What every echo server here begins with: arguments, listener, connections, threads; as `echo.h`
//! for those in C.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

/// What a server is asked for, and its accepted connections.
pub struct Echo {
    /// The connections.
    pub connections: Vec<TcpStream>,
    /// Bytes of a connection's buffer.
    pub capacity: usize,
    /// So many threads serve.
    pub threads: usize,
}

impl Echo {
    /// Reads the arguments `CONNECTIONS SIZE [THREADS]`, prints the port and accepts everybody.
    ///
    /// # Panics
    /// If the arguments are others, or the system gives no socket.
    pub fn begin() -> Self {
        let mut arguments = std::env::args().skip(1);
        let mut number = || arguments.next().map(|word| word.parse::<usize>().expect("a number"));
        let connections = number().expect("CONNECTIONS SIZE [THREADS]");
        let capacity = 2 * number().expect("CONNECTIONS SIZE [THREADS]");
        let threads = number().unwrap_or(1);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        println!("{}", listener.local_addr().expect("it is bound").port());
        std::io::stdout().flush().expect("somebody reads it");
        let accept = |_| {
            let (stream, _) = listener.accept().expect("a connection");
            stream.set_nodelay(true).expect("an option of TCP");
            stream
        };
        Echo { connections: (0..connections).map(accept).collect(), capacity, threads }
    }

    /// Deals the connections to the threads and waits for all; one thread is this one.
    pub fn serve_in_threads(self, serve: fn(Vec<TcpStream>, usize)) {
        let mut shares: Vec<Vec<TcpStream>> = (0..self.threads).map(|_| Vec::new()).collect();
        for (number, connection) in self.connections.into_iter().enumerate() {
            shares[number % self.threads].push(connection);
        }
        let own = shares.pop().unwrap_or_default();
        thread::scope(|scope| {
            for share in shares {
                scope.spawn(move || serve(share, self.capacity));
            }
            serve(own, self.capacity);
        });
    }
}
