//! kernel32.dll: handles, waits, threads, memory, locks, time, the loader.

pub mod completion_port;
pub mod error;
pub mod error_text;
pub mod format_message;
pub mod heap;
pub mod io;
pub mod lp64;
mod message_layout;
