//! kernel32.dll: handles, waits, threads, memory, locks, time, the loader.

pub mod error;
pub mod error_text;
pub mod heap;
