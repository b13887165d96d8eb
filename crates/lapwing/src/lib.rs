//! Windows' completion ports and overlapped I/O in safe Rust, on Windows and on Linux.
//!
//! On Windows this crate calls the system, on Linux `lapwing-win32`, whose functions bear the same
//! names and behave the same; nothing but one module knows which.
//!
//! | what | where |
//! |---|---|
//! | a queue of finished operations that threads share | [`CompletionPort`] |
//! | a handle whose operations finish at a port | [`Associated`] |
//! | the memory of an operation: its OVERLAPPED and its buffer | [`Operation`] |
//! | what an operation has become | [`Completed`], [`Refused`] |
//! | what may be a buffer, or several | [`Buffer`], [`BufferMut`], [`Buffers`], [`BuffersMut`] |
//! | buffers that are used again and again | [`Pool`] |
//! | an operation that sets an event, and events | [`Pending`], [`Event`] |
//! | an operation that calls a closure in its thread's own waits | [`alertable()`], [`Alertable`] |
//! | an operation to be awaited, and threads that run tasks | [`Running`], [`Executor`] |
//! | connections for `futures-io` and tokio | [`AsyncStream`] |
//! | connections | [`TcpListener`], [`TcpStream`], [`Connect`] |
//! | a file that is sent | [`Transmit`] |
//! | sockets that are watched by their events | [`EventSet`], [`Interest`], [`Happened`] |
//! | sockets that are asked all at once | [`select()`], [`SocketSet`] |
//! | sockets, timers and posts as messages to a thread | [`MessageLoop`], [`Message`] |
//! | calls that do not block | [`NonBlocking`] |
//! | what can be waited for, by threads and futures | [`Waitable`], [`wait_any`], [`Timer`] |
//! | other programs | [`Command`], [`Process`] |
//! | files | [`File`], [`OpenOptions`] |
//! | pipes that other programs open by a name | [`NamedPipe`], [`PipeOptions`], [`PipeMessage`] |
//! | cancelling an operation from anywhere | [`Ticket`], [`Cancel`] |
//! | Ctrl-C and its relatives | [`ConsoleHandler`] |
//! | datagrams | [`UdpSocket`], [`Datagram`] |
//! | why something failed | [`Error`] |
//! | servers built step by step, and pages for readers from elsewhere | [`guide`] |
//!
//! The modules explain the models and the objects, each with a short program.
//!
//! # Who owns what
//! An operation owns its buffer.  To start it is to give it away, and its completion brings it
//! back, buffer and all: nothing can touch the buffer meanwhile, and nothing frees it.
//!
//! # An echo server
//! The program says what may come out of its port: an enum of its own, whose variants are the
//! operations it starts.  Whoever starts one says which variant it will be, so every event comes
//! back with its type.
//!
//! ```
//! use lapwing::{Accept, Associated, Completed, CompletionPort, Operation, TcpListener, TcpStream};
//!
//! type Listener = Associated<TcpListener, (), Event>;
//! type Stream = Associated<TcpStream, (), Event>;
//!
//! enum Event {
//!     Accepted(Completed<Accept, Listener>),
//!     Received(Completed<Vec<u8>, Stream>),
//!     Sent(Completed<Vec<u8>, Stream>),
//! }
//!
//! fn serve(port: &CompletionPort<Event>, event: Event) -> lapwing::Result<()> {
//!     match event {
//!         Event::Accepted(mut done) => {
//!             let stream = port.associate(done.accepted()?, ())?;
//!             let operation = Operation::new(Vec::with_capacity(4096));
//!             stream.receive(operation).then(Event::Received)?;
//!             done.source.accept(done.operation).then(Event::Accepted)?;
//!         }
//!         // Nothing more comes: the operation is dropped, and with it the connection.
//!         Event::Received(done) if done.result? == 0 => {}
//!         Event::Received(done) => done.source.send(done.operation).then(Event::Sent)?,
//!         Event::Sent(done) => {
//!             done.result?;
//!             done.source.receive(done.operation).then(Event::Received)?;
//!         }
//!     }
//!     Ok(())
//! }
//!
//! # use std::io::{Read, Write};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let port = CompletionPort::new(0)?;
//! let listener = port.associate(TcpListener::bind("127.0.0.1:0")?, ())?;
//! let address = listener.local_address()?;
//! listener.accept(Operation::new(Accept::new())).then(Event::Accepted)?;
//!
//! let client = std::thread::spawn(move || {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     stream.write_all(b"hello")?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer).map(|()| answer)
//! });
//! while !client.is_finished() {
//!     if let Some(event) = port.get_within(std::time::Duration::from_millis(10))? {
//!         serve(&port, event)?;
//!     }
//! }
//! assert_eq!(&client.join().unwrap()?, b"hello");
//! # Ok(())
//! # }
//! ```

// Some functions that take no pointer are safe ones in `lapwing-win32`; in `windows-sys` none is.
#![cfg_attr(not(windows), allow(unused_unsafe))]

pub mod alertable;
pub mod buffer;
pub mod console;
mod deadline;
mod error;
pub mod event;
pub mod file;
#[cfg(doc)]
pub mod guide;
mod handle;
pub mod net;
pub mod operation;
pub mod pipe;
pub mod port;
pub mod process;
pub mod readiness;
mod sys;
pub mod task;
pub mod timer;
pub mod wait;

pub use alertable::routine::RoutineRequest;
pub use alertable::{Alertable, Alerted, Remote, alertable};
pub use buffer::pool::{Pool, PoolBuffer};
pub use buffer::{Append, Appendable, Buffer, BufferMut};
pub use console::{ConsoleControl, ConsoleHandler};
pub use error::{Error, Result};
pub use event::{Event, Pending};
pub use file::{ByteRange, File, Locking, OpenOptions, ReadAt, WriteAt};
pub use net::connect::{Connect, Connecting, Disconnect, Disconnecting};
pub use net::socket::Socket;
pub use net::tcp::{Accept, Accepting, TcpListener, TcpStream};
pub use net::transfer::{Receive, Send};
pub use net::transmit::{Transmit, TransmitFile};
pub use net::udp::{Datagram, ReceiveFrom, SendTo, UdpSocket};
pub use net::vectored::{Buffers, BuffersMut, ReceiveVectored, SendVectored};
pub use operation::refused::Refused;
pub use operation::ticket::{Cancel, Ticket};
pub use operation::{Completed, Operation, Prepared, Request, Source};
pub use pipe::requests::{
    ConnectingPipe, PipeMessage, ReadPipe, Transacting, Transaction, WritePipe,
};
pub use pipe::{ClientEnd, Direction, NamedPipe, PipeOptions, ServerEnd};
pub use port::watch::Watch;
pub use port::{Associated, CompletionPort, Overlapped};
pub use process::{Command, Process, ProcessorTimes};
pub use readiness::event_set::EventSet;
pub use readiness::members::Key;
pub use readiness::message_loop::{Message, MessageLoop, Poster, TimerKey};
pub use readiness::network_event::{Happened, Interest, Unwatched};
pub use readiness::non_blocking::{NonBlocking, Selectable};
pub use readiness::select::{SocketSet, select};
pub use task::executor::{Executor, Spawner, Work};
pub use task::future::{Running, Woken};
pub use task::stream::{AsyncStream, ByteStream};
pub use timer::{Timer, sleep};
pub use wait::{Signaled, Waitable, wait_all, wait_any};
