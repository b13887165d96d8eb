//! Network events as messages to a thread, with `WSAAsyncSelect`.
//!
//! The model of Windows' programs with windows: one thread has a loop that takes messages, and
//! among them are those about its sockets, its timers, and what other threads post.  Nothing is
//! shared and nothing is locked, and there may be any number of sockets; but each event is a
//! message of its own, so it costs more than any other model.  It is for programs that have such a
//! loop, and those that were written for one.  No screen is needed.
//!
//! ```
//! use lapwing::{Interest, Message, MessageLoop, NonBlocking, TcpListener, TcpStream};
//! use std::time::Duration;
//! # use std::io::{Read, Write};
//!
//! enum Socket {
//!     Listener(NonBlocking<TcpListener>),
//!     Stream(NonBlocking<TcpStream>),
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut messages = MessageLoop::new()?;
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_address()?;
//! messages.insert(listener, Interest::ACCEPT, Socket::Listener)?;
//!
//! let poster = messages.poster();
//! let client = std::thread::spawn(move || {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     stream.write_all(b"hello")?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer)?;
//!     poster.post("the client is done")?;
//!     std::io::Result::Ok(answer)
//! });
//! let mut buffer = [0; 4096];
//! while let Some(message) = messages.wait(Duration::MAX)? {
//!     let (key, happened) = match message {
//!         Message::Network(key, happened) => (key, happened),
//!         Message::Timer(_) => continue,
//!         Message::Posted(_) | Message::Quit => break,
//!     };
//!     match &messages[key] {
//!         Socket::Listener(listener) => {
//!             if let Some(stream) = listener.try_accept()? {
//!                 messages.insert(stream, Interest::READ | Interest::CLOSE, Socket::Stream)?;
//!             }
//!         }
//!         // A server would keep what does not fit, until `happened.writable`.
//!         Socket::Stream(stream) if happened.readable.is_some() => {
//!             if let Some(count) = stream.try_receive(&mut buffer)? {
//!                 stream.try_send(&buffer[..count])?;
//!             }
//!         }
//!         Socket::Stream(_) => drop(messages.remove(key)),
//!     }
//! }
//! assert_eq!(&client.join().unwrap()?, b"hello");
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::alertable::{Alertable, Alerted};
use crate::deadline::Deadline;
use crate::port::milliseconds;
use crate::readiness::members::{Key, Members, has_items};
use crate::readiness::network_event::{Happened, Interest, Unwatched};
use crate::readiness::non_blocking::{NonBlocking, Selectable, checked};
use crate::sys::window::{self, HWND, MSG};
use crate::sys::{self, WinSock};
use crate::{Error, Result};
use core::cell::RefCell;
use core::marker::PhantomData;
use core::time::Duration;
use core::{fmt, mem, ptr};
use lapwing_status::Status;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The message that something has been posted.  Those from here on are the program's own.
const POSTED: u32 = 0x8000;
/// The messages of sockets: each has another, so that a late one is not taken for a later socket
/// with the same number.
const FIRST_OF_SOCKETS: u32 = POSTED + 1;
const LAST_OF_SOCKETS: u32 = 0xBFFF;

/// A thread's loop: sockets with items of the program's `T`, timers, and what is posted, of `P`.
///
/// It stays on the thread that has made it.  If that thread has windows of its own, their messages
/// are dispatched in the loop's waits, as are those of another such loop, which keeps them.
pub struct MessageLoop<T, P = ()> {
    members: Members<T, u32>,
    /// By the socket's number.
    keys: HashMap<usize, Key>,
    timers: Vec<TimerKey>,
    last_timer: usize,
    posts: Arc<Posts<P>>,
    /// A window belongs to a thread.
    window: PhantomData<*mut ()>,
}

has_items!(MessageLoop<T, P>);

/// What a loop has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<P = ()> {
    /// One event has happened at the socket.
    Network(Key, Happened),
    /// So much time has passed, once more.
    Timer(TimerKey),
    /// What a [`Poster`] has posted.
    Posted(P),
    /// The loop is to end ([`MessageLoop::quit`]).
    Quit,
}

/// Which of a loop's timers; never used again for another there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey(usize);

/// A window that only has messages.
#[derive(Debug)]
struct Window(HWND);

// SAFETY: a handle is a number, which any thread may post to.
unsafe impl Send for Window {}
// SAFETY: as above.
unsafe impl Sync for Window {}

struct Posts<P> {
    window: Window,
    /// None when the loop is gone.
    queue: Mutex<Option<VecDeque<P>>>,
}

impl<P> Posts<P> {
    fn lock(&self) -> MutexGuard<'_, Option<VecDeque<P>>> {
        // Nothing panics under the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, P> MessageLoop<T, P> {
    /// A loop of the calling thread.
    ///
    /// # Errors
    /// What `CreateWindowExW` fails with.
    pub fn new() -> Result<Self> {
        let window = Window(new_window()?);
        let posts = Arc::new(Posts { window, queue: Mutex::new(Some(VecDeque::new())) });
        Ok(MessageLoop {
            members: Members::new(),
            keys: HashMap::new(),
            timers: Vec::new(),
            last_timer: 0,
            posts,
            window: PhantomData,
        })
    }

    /// Watches a socket; `make` makes an item of it, which is in the loop then.
    ///
    /// # Errors
    /// What `WSAAsyncSelect` fails with; the socket is in the error.
    pub fn insert<S: Selectable>(
        &mut self,
        socket: S,
        interest: Interest,
        make: impl FnOnce(NonBlocking<S>) -> T,
    ) -> core::result::Result<Key, Unwatched<S>> {
        let numbers = u64::from(LAST_OF_SOCKETS - FIRST_OF_SOCKETS + 1);
        let message = FIRST_OF_SOCKETS + (self.members.next_key().0 % numbers) as u32;
        if let Err(error) = self.watch(&socket, message, interest) {
            return Err(Unwatched { error, socket });
        }
        let number = socket.raw();
        let key = self.members.add(socket, message, make);
        self.keys.insert(number, key);
        Ok(key)
    }

    /// Watches for something else from now on.  What is true already is told again.
    ///
    /// # Errors
    /// `NOT_FOUND` for a key that is not in the loop, or what `WSAAsyncSelect` fails with.
    pub fn set_interest(&mut self, key: Key, interest: Interest) -> Result<()> {
        let not_found = Error::from_status(Status::NOT_FOUND, "set_interest: the key");
        let member = self.members.get(key).ok_or(not_found)?;
        self.watch(&*member.socket, member.watch, interest)
    }

    /// Watches a socket no more; its item.  No message about it is taken after this.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        let member = self.members.remove(key)?;
        self.keys.remove(&member.socket.raw());
        // If it fails, its messages are nobody's.
        let _unwatched = self.watch(&*member.socket, 0, Interest::NONE);
        Some(member.item)
    }

    /// Sends a message each time that this has passed, in whole milliseconds; Windows makes less
    /// than 10 milliseconds that.
    ///
    /// # Errors
    /// What `SetTimer` fails with.
    pub fn set_timer(&mut self, period: Duration) -> Result<TimerKey> {
        self.last_timer += 1;
        let timer = TimerKey(self.last_timer);
        // SAFETY: the window is ours, and nothing is called.
        if unsafe { window::SetTimer(self.window(), timer.0, milliseconds(period), None) } == 0 {
            return Err(Error::last("SetTimer"));
        }
        self.timers.push(timer);
        Ok(timer)
    }

    /// Ends a timer: no message of it is taken after this.  False when it had ended.
    pub fn kill_timer(&mut self, timer: TimerKey) -> bool {
        let Some(position) = self.timers.iter().position(|it| *it == timer) else {
            return false;
        };
        self.timers.swap_remove(position);
        // SAFETY: the window is ours.
        unsafe { window::KillTimer(self.window(), timer.0) != 0 }
    }

    /// What any thread posts with.
    pub fn poster(&self) -> Poster<P> {
        Poster(self.posts.clone())
    }

    /// The next wait that finds no other message gives [`Message::Quit`], once.
    pub fn quit(&self) {
        // SAFETY: it takes nothing of ours.
        unsafe { window::PostQuitMessage(0) };
    }

    /// Waits for a message, but no longer than this, in whole milliseconds ([`Duration::MAX`]: for
    /// ever); None if none came.
    ///
    /// # Errors
    /// What `MsgWaitForMultipleObjectsEx` fails with.
    pub fn wait(&mut self, time: Duration) -> Result<Option<Message<P>>> {
        let deadline = Deadline::after(time);
        loop {
            if let Some(message) = self.next() {
                return Ok(Some(message));
            }
            match wait_for_message(deadline.left(), window::MWMO_INPUTAVAILABLE) {
                sys::WAIT_OBJECT_0 => {}
                sys::WAIT_TIMEOUT => return Ok(None),
                _ => return Err(Error::last("MsgWaitForMultipleObjectsEx")),
            }
        }
    }

    /// As [`MessageLoop::wait`], but alertably: routines may run instead.
    ///
    /// # Errors
    /// As for [`MessageLoop::wait`].
    ///
    /// # Panics
    /// As for [`Alertable::sleep`].
    pub fn wait_alertably<'scope>(
        &mut self,
        thread: &'scope Alertable<'scope, '_>,
        time: Duration,
    ) -> Result<core::result::Result<Message<P>, Alerted>> {
        let deadline = Deadline::after(time);
        let flags = window::MWMO_INPUTAVAILABLE | window::MWMO_ALERTABLE;
        loop {
            if let Some(message) = self.next() {
                return Ok(Ok(message));
            }
            match thread.wait_by(&deadline, |time| wait_for_message(time, flags)) {
                sys::WAIT_OBJECT_0 => {}
                sys::WAIT_IO_COMPLETION => return Ok(Err(Alerted::Routines)),
                sys::WAIT_TIMEOUT => return Ok(Err(Alerted::TimedOut)),
                _ => return Err(Error::last("MsgWaitForMultipleObjectsEx")),
            }
        }
    }

    fn window(&self) -> HWND {
        self.posts.window.0
    }

    fn watch(&self, socket: &dyn Selectable, message: u32, interest: Interest) -> Result<()> {
        // SAFETY: both are open.
        checked("WSAAsyncSelect", unsafe {
            WinSock::WSAAsyncSelect(socket.raw(), self.window(), message, interest.bits())
        })
    }

    /// Takes the messages that there are until one is the program's.
    fn next(&mut self) -> Option<Message<P>> {
        loop {
            while let Some(come) = Come::next(self.window()) {
                let message = self.read(&come);
                if message.is_some() {
                    return message;
                }
            }
            // SAFETY: all zeros are a message.
            let mut message: MSG = unsafe { mem::zeroed() };
            // SAFETY: the place is there, and the message is dispatched as it was taken.
            unsafe {
                let any_window = ptr::null_mut();
                if window::PeekMessageW(&mut message, any_window, 0, 0, window::PM_REMOVE) == 0 {
                    return None;
                }
                if message.message == window::WM_QUIT {
                    return Some(Message::Quit);
                }
                window::TranslateMessage(&message);
                window::DispatchMessageW(&message);
            }
        }
    }

    /// What a message means to the program.
    fn read(&mut self, come: &Come) -> Option<Message<P>> {
        match come.message {
            window::WM_TIMER => {
                let timer = TimerKey(come.wide);
                self.timers.contains(&timer).then_some(Message::Timer(timer))
            }
            POSTED => Some(Message::Posted(self.posts.lock().as_mut()?.pop_front()?)),
            number => {
                let key = *self.keys.get(&come.wide)?;
                self.members.get(key).filter(|member| member.watch == number)?;
                let (event, error) = (come.long & 0xFFFF, come.long >> 16 & 0xFFFF);
                let mut happened = Happened::default();
                happened.add(event.trailing_zeros(), error as i32);
                (!happened.is_nothing()).then_some(Message::Network(key, happened))
            }
        }
    }
}

impl<T, P> Drop for MessageLoop<T, P> {
    fn drop(&mut self) {
        for member in self.members.all() {
            // If it fails, its messages are nobody's.
            let _unwatched = self.watch(&*member.socket, 0, Interest::NONE);
        }
        let unread = self.posts.lock().take();
        // SAFETY: the window is ours; its timers and messages go with it.
        unsafe { window::DestroyWindow(self.window()) };
        Come::close(self.window());
        drop(unread);
    }
}

/// Posts values to a loop, from any thread; cheap to clone.  It does not keep the loop.
pub struct Poster<P>(Arc<Posts<P>>);

impl<P: Send> Poster<P> {
    /// Posts a value, which comes out as it is, in order with other messages.
    ///
    /// # Errors
    /// `CANCELLED` when the loop is gone, or what `PostMessageW` fails with, such as
    /// `ERROR_NOT_ENOUGH_QUOTA` (1816) for 10,000 messages that nobody has taken; the value is
    /// dropped.
    pub fn post(&self, value: P) -> Result<()> {
        const FUNCTION: &str = "PostMessageW";
        let mut queue = self.0.lock();
        let cancelled = Error::from_status(Status::CANCELLED, FUNCTION);
        let Some(values) = &mut *queue else { return Err(cancelled) };
        // Under the lock: who takes the message finds the value.
        // SAFETY: the window is there as long as the queue.
        if unsafe { window::PostMessageW(self.0.window.0, POSTED, 0, 0) } == 0 {
            return Err(Error::last(FUNCTION));
        }
        values.push_back(value);
        Ok(())
    }
}

impl<P> Clone for Poster<P> {
    fn clone(&self) -> Self {
        Poster(self.0.clone())
    }
}

impl<P> fmt::Debug for Poster<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Poster").field(&self.0.window).finish()
    }
}

/// A message that has come to one of our windows, by its procedure: so none is lost that another
/// loop of the thread has taken.
struct Come {
    message: u32,
    wide: usize,
    long: isize,
}

thread_local! {
    /// By window.
    static COME: RefCell<HashMap<usize, VecDeque<Come>>> = RefCell::default();
}

impl Come {
    fn open(window: HWND) {
        COME.with_borrow_mut(|all| all.insert(window.addr(), VecDeque::new()));
    }

    fn next(window: HWND) -> Option<Self> {
        COME.with_borrow_mut(|all| all.get_mut(&window.addr())?.pop_front())
    }

    fn close(window: HWND) {
        // A loop may be among what ends with the thread.
        let _ended = COME.try_with(|all| all.borrow_mut().remove(&window.addr()));
    }
}

/// The procedure of our windows.
unsafe extern "system" fn procedure(window: HWND, message: u32, wide: usize, long: isize) -> isize {
    if message == window::WM_TIMER || (POSTED..=LAST_OF_SOCKETS).contains(&message) {
        let _ended = COME.try_with(|all| {
            if let Some(come) = all.borrow_mut().get_mut(&window.addr()) {
                come.push_back(Come { message, wide, long });
            }
        });
        return 0;
    }
    // SAFETY: as it has come.
    unsafe { window::DefWindowProcW(window, message, wide, long) }
}

/// Waits until there is a message for the thread.
fn wait_for_message(time: u32, flags: u32) -> u32 {
    // SAFETY: there is no handle.
    unsafe {
        let mask = window::QS_ALLINPUT;
        window::MsgWaitForMultipleObjectsEx(0, ptr::null(), time, mask, flags)
    }
}

/// The name of our windows' class, which the first call registers: once, since a class that one
/// thread of Wine's is about to register exists neither for another that would register it nor
/// for one that would use it.  With our procedure's address in it, because another version of this
/// crate may be in the process, with a procedure of its own.
fn window_class() -> Result<*const u16> {
    static NAME: OnceLock<Result<Vec<u16>>> = OnceLock::new();
    let register = || {
        let at = procedure as *const () as usize;
        let name = format!("Lapwing.MessageLoop.{at:x}\0").encode_utf16().collect::<Vec<u16>>();
        let class = window::WNDCLASSEXW {
            cbSize: size_of::<window::WNDCLASSEXW>() as u32,
            lpfnWndProc: Some(procedure),
            lpszClassName: name.as_ptr(),
            // SAFETY: all zeros are a class, but for those.
            ..unsafe { mem::zeroed() }
        };
        // SAFETY: the class and its name are there.
        match unsafe { window::RegisterClassExW(&class) } {
            0 => Err(Error::last("RegisterClassExW")),
            _ => Ok(name),
        }
    };
    NAME.get_or_init(register).as_ref().map(|name| name.as_ptr()).map_err(|error| *error)
}

/// A window of the calling thread that only has messages.
fn new_window() -> Result<HWND> {
    let class = window_class()?;
    // SAFETY: the class has been registered, and its name stays; the rest may be absent.
    let made = unsafe {
        let (nothing, no_module) = (ptr::null_mut(), ptr::null_mut());
        let (parent, name, extra) = (window::HWND_MESSAGE, ptr::null(), ptr::null());
        window::CreateWindowExW(0, class, name, 0, 0, 0, 0, 0, parent, nothing, no_module, extra)
    };
    if made.is_null() {
        return Err(Error::last("CreateWindowExW"));
    }
    Come::open(made);
    Ok(made)
}
