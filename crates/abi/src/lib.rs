//! Windows types, constants and signatures, generated from Microsoft's metadata.
//!
//! No code and no dependencies: `names.txt` says what is in here, `generate/` writes it.  The
//! types are Windows' own (`DWORD` is 32 bits, `WCHAR` 16, `TIMEVAL` two 32-bit numbers).
//!
//! [`signature`] has the type of each function.  It is what `lapwing_win32::exports` compares the
//! functions of Lapwing with, so that a wrong parameter does not compile.

// Generated: names are Windows' own, and the documentation of each is at learn.microsoft.com.
#[allow(
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unsafe_code,
    clippy::all,
    clippy::undocumented_unsafe_blocks
)]
#[rustfmt::skip]
mod types;

/// The type of each function in `names.txt`, under the function's own name.
#[allow(non_camel_case_types)]
#[rustfmt::skip]
pub mod signature;

pub use types::*;
