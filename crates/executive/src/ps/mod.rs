//! Processes: starting one, what it inherits, its end.
//!
//! ```text
//!  CreateProcess: create ---- image: which file ---- command_line: its words
//!                   |    `--- inherit: the handles that go along
//!                   v
//!                 start: a file of the kernel's memory ----> the child's `take_over`, before main
//!                   |      page 0: process id, the code it ended with (record)
//!                   v      from 4096: command line, STARTUPINFO, handles
//!                 sys::spawn, process: the object, which hears of the end by a pidfd
//! ```
//!
//! A program that is none of ours is started in the same way and knows nothing of the file: it has
//! the standard handles as 0, 1 and 2, and its arguments are the words of the command line.
//!
//! | you look for | it is in |
//! |---|---|
//! | the process object: waits, exit code, ending it | [`process`] |
//! | CreateProcess | [`create`] |
//! | which file a name means | [`image`] |
//! | quoting, and taking command lines apart | [`command_line`] |
//! | what parent and child tell each other | [`start`], [`record`] |
//! | which handles a child gets | [`inherit`] |
//! | DuplicateHandle, and how one process asks another for it | [`duplicate`], [`exchange`] |

pub mod command_line;
pub mod create;
pub mod duplicate;
pub mod exchange;
pub mod image;
pub mod inherit;
pub mod process;
pub mod record;
pub mod start;
