//! kernel32.dll: handles, waits, threads, memory, locks, time, the loader.

pub mod error;
