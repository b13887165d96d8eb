//! ntdll.dll: the native calls that programs reach for.
//!
//! They return an NTSTATUS and touch no last error.

pub mod error;
pub mod file;
pub mod io_control;
pub mod keyed_event;
pub mod lp64;
pub mod string;

use lapwing_abi::NTSTATUS;
use lapwing_executive::status::{Result, Status};

/// An NTSTATUS from a result.
fn status_of(result: Result<()>) -> NTSTATUS {
    result.err().unwrap_or(Status::SUCCESS).0.cast_signed()
}
