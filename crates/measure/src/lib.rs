//! Measuring echo servers from outside, whatever they are made of.
//!
//! | what | where |
//! |---|---|
//! | clients: many connections in one thread, every echo compared | [`clients`] |
//! | what the kernel accounts to a process: processor time, threads | [`process`] |
//! | which system calls a process makes | [`system_calls`] |

pub mod clients;
pub mod process;
pub mod system_calls;
