//! Measuring echo servers from outside, whatever they are made of.
//!
//! | what | where |
//! |---|---|
//! | clients: many connections in one thread, every echo compared | [`clients`] |
//! | the machine, and how clients and server share it | [`machine`] |
//! | what the kernel accounts to a process: processor time, threads | [`process`] |
//! | what our pages look like, and their bar charts | [`chart`], `page.css` |
//! | which system calls a process makes | [`system_calls`] |

pub mod chart;
pub mod clients;
pub mod machine;
pub mod process;
pub mod system_calls;
