//! Windows and their messages, without a screen: what `WSAAsyncSelect`, timers and message loops
//! need, and no more.
//!
//! | you look for | it is in |
//! |---|---|
//! | the numbers of class names and registered messages | [`atom`] |
//! | window classes | [`class`] |
//! | windows: their table, properties, family, end | [`window`] |
//! | a thread's message queue: posting, retrieving, waiting | [`queue`] |
//! | messages sent from one thread to another, and their replies | [`send`] |
//! | `SetTimer` | [`timer`] |
//!
//! ```text
//!  HWND --table, no lock--> Window --> MessageQueue of its thread
//!                              |            | one lock: sent, posted, quit, timers, wake masks
//!                              v            v
//!                            Class     a dispatcher, which waits stand at beside handles
//! ```
//!
//! Nothing here calls a window procedure.  What is to be called comes out as a [`Call`], and the
//! surface makes it with no lock held and no reference kept: a procedure may destroy its window,
//! send, wait, or end the thread.
//!
//! A queue's lock is taken before a window's, and of two queues never both.

pub mod atom;
pub mod class;
pub mod queue;
pub mod send;
pub mod timer;
pub mod window;

use crate::status::Status;

/// How a window procedure, or a caller, writes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// `A`: UTF-8.
    Ansi,
    /// `W`: UTF-16.
    Utf16,
    /// `W` of a C program on Linux: UTF-32.
    Utf32,
}

/// The program's window procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// Its address, which only the surface calls.
    pub address: usize,
    /// How it takes text.
    pub alphabet: Alphabet,
}

/// A message, posted or retrieved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The window's number, or 0 for a message to the thread.
    pub window: u32,
    /// `WM_…`
    pub number: u32,
    /// Its first parameter.
    pub wparam: usize,
    /// Its second parameter.
    pub lparam: isize,
    /// When it was posted, as `GetTickCount` tells it.
    pub time: u32,
}

/// What a thread is asked to do for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To call the window's procedure; the sender writes text like this.
    Message(Alphabet),
    /// To destroy the window, whose parent or owner goes.
    Destroy,
}

/// Something that the surface is to do now, on the calling thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// What.
    pub task: Task,
    /// With which message, if it is one.
    pub message: Message,
}

/// `HWND_MESSAGE`: the parent of windows that only take messages.
pub const MESSAGE_PARENT: usize = usize::MAX - 2;

pub(crate) const WM_QUIT: u32 = 0x0012;
pub(crate) const WM_TIMER: u32 = 0x0113;

/// `ERROR_INVALID_WINDOW_HANDLE`
pub const INVALID_WINDOW: Status = Status::from_win32(1400);
/// `ERROR_TLW_WITH_WSCHILD`: a child needs a parent.
pub const CHILD_WITHOUT_PARENT: Status = Status::from_win32(1406);
/// `ERROR_CANNOT_FIND_WND_CLASS`
pub const NO_SUCH_CLASS: Status = Status::from_win32(1407);
/// `ERROR_CLASS_ALREADY_EXISTS`
pub const CLASS_EXISTS: Status = Status::from_win32(1410);
/// `ERROR_CLASS_DOES_NOT_EXIST`
pub const CLASS_DOES_NOT_EXIST: Status = Status::from_win32(1411);
/// `ERROR_CLASS_HAS_WINDOWS`
pub const CLASS_HAS_WINDOWS: Status = Status::from_win32(1412);
/// `ERROR_INVALID_INDEX`
pub const INVALID_INDEX: Status = Status::from_win32(1413);
/// `ERROR_INVALID_THREAD_ID`
pub const INVALID_THREAD: Status = Status::from_win32(1444);
