//! The system calls that take the caller's raw memory.
//!
//! Everything else goes through rustix, whose descriptors and buffers are safe.  The calls here
//! hand addresses of the program to the kernel; making slices of them would claim what we do not
//! know (that the memory is there, and that nobody else touches it).

pub mod configuration;
pub mod datagram;
pub mod exit;
pub mod file;
pub mod file_status;
pub mod kept_names;
pub mod mapping;
pub mod name_list;
pub mod net;
pub mod option;
pub mod pipe_page;
pub mod process;
pub mod program_thread;
pub mod random;
pub mod range_lock;
pub mod runtime_directory;
pub mod serial_line;
pub mod shared_counters;
pub mod shared_memory;
pub mod signal;
pub mod spawn;
pub mod thread;
pub mod uring;
pub mod user;
