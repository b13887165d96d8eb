//! kernel32.dll: handles, waits, threads, memory, locks, time, the loader.

pub mod apc;
pub mod completion_port;
pub mod condition_variable;
pub mod console;
mod console_signals;
pub mod critical_section;
pub mod environment;
pub mod error;
pub mod error_text;
pub mod event;
pub mod file;
pub mod fls;
pub mod format_message;
mod futex;
pub mod handle;
pub mod heap;
pub mod init_once;
pub mod io;
pub mod loader;
pub mod lp64;
mod message_layout;
pub mod mutex;
mod named;
pub mod process;
pub mod semaphore;
pub mod srw_lock;
pub mod string;
pub mod system;
#[cfg(test)]
mod test_cell;
pub mod thread;
pub mod time;
pub mod timer;
pub mod tls;
pub mod virtual_memory;
pub mod wait;
