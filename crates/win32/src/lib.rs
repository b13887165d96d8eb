//! The DLL surface: every exported function, in the folder of the DLL that has it on Windows.
//!
//! Raw pointers become typed references in the first lines of each function; behind them the
//! executive is safe code.  NTSTATUS becomes a Win32 or a Winsock code in [`error`], nowhere else.

// The exported functions bear Windows' names.
#![allow(non_snake_case)]

pub mod advapi32;
pub mod bcrypt;
pub mod crt;
pub mod entry;
pub mod error;
pub mod exports;
pub mod gdi32;
pub mod kernel32;
pub mod last_error;
pub mod mswsock;
pub mod ntdll;
pub mod shell32;
pub mod text;
pub mod user32;
pub mod winmm;
pub mod ws2_32;
