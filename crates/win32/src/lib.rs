//! The DLL surface: every exported function, in the folder of the DLL that has it on Windows.
//!
//! Raw pointers become typed references in the first lines of each function; behind them the
//! executive is safe code.  NTSTATUS becomes a Win32 or a Winsock code by [`error`], nowhere else.
//!
//! For Rust, each function stands also under the path that `windows-sys` gives it: [`Win32`]; its
//! macros for strings are [`s`] and [`w`].

// The exported functions bear Windows' names.
#![allow(non_snake_case)]

pub mod advapi32;
pub mod bcrypt;
pub mod crt;
pub mod entry;
pub mod exports;
pub mod gdi32;
pub mod kernel32;
pub mod last_error;
pub mod literal;
pub mod mswsock;
// Generated, as `crates/abi` is.
#[rustfmt::skip]
#[allow(missing_docs)]
mod namespaces;
pub mod ntdll;
pub mod shell32;
pub mod text;
pub mod user32;
pub mod winmm;
pub mod ws2_32;

pub use lapwing_status::reading as error;
/// Every name again under the path that `windows-sys` gives it: for Rust programs, which may name
/// this crate `windows-sys` in their Cargo.toml.
pub use namespaces::{Wdk, Win32, core};
