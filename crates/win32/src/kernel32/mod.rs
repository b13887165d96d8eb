//! kernel32.dll: handles, waits, threads, memory, locks, time, the loader.

pub mod completion_port;
pub mod error;
pub mod error_text;
pub mod heap;
pub mod io;
