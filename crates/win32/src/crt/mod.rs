//! The C run-time's own functions that Windows programs call.

pub mod conio;
pub mod file_handle;
pub mod thread;
