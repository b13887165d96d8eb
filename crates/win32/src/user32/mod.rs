//! user32.dll: windows and messages without a screen.  No display is needed or looked for.
//!
//! | you look for | it is in |
//! |---|---|
//! | `RegisterClass`, `GetClassName` | [`class`] |
//! | `CreateWindow`, `DestroyWindow`, `FindWindow` | [`window`] |
//! | `GetWindowLongPtr`, `SetWindowText` | [`property`] |
//! | `GetMessage`, `DispatchMessage`, `PostMessage` | [`message`] |
//! | `SendMessage` and its kin | [`send`] |
//! | how a window procedure is called, and in whose alphabet | `procedure` |
//! | `DefWindowProc` | [`default_procedure`] |
//! | `MsgWaitForMultipleObjects` | [`wait`] |
//! | `SetTimer` | [`timer`] |
//! | what has nothing to do without a screen | [`headless`] |
//!
//! A window procedure may do anything, ending its thread included.  So while one runs no lock is
//! held, and what must be given back afterwards is kept by the thread's message queue.
#![allow(unsafe_code)]

use crate::text::Unit;
use core::ptr;
use lapwing_abi::HWND;
use lapwing_executive::win32k::Alphabet;
use lapwing_executive::win32k::atom::Name;

pub mod class;
pub mod default_procedure;
pub mod headless;
pub mod lp64;
pub mod message;
mod procedure;
pub mod property;
pub mod send;
pub mod timer;
pub mod wait;
pub mod window;

/// The units of a function's text, and what a window procedure of that face expects.
pub(super) trait Face: Unit {
    const ALPHABET: Alphabet;
}

impl Face for u8 {
    const ALPHABET: Alphabet = Alphabet::Ansi;
}

impl Face for u16 {
    const ALPHABET: Alphabet = Alphabet::Utf16;
}

impl Face for i32 {
    const ALPHABET: Alphabet = Alphabet::Utf32;
}

/// A window's number as the program takes it.
pub(super) fn handle(number: u32) -> HWND {
    ptr::without_provenance_mut(number as usize)
}

/// A name as programs give it: a pointer, or `MAKEINTATOM`.  NULL is the number 0, which no name
/// has.
///
/// # Safety
/// `name` must be a small number or point to a terminated string.
pub(super) unsafe fn name<U: Face>(name: *const U) -> Name {
    match u16::try_from(name.addr()) {
        Ok(number) => Name::Number(number),
        // SAFETY: no number, hence a string by the caller's promise.
        Err(_) => Name::Text(unsafe { crate::text::from_terminated(name) }.unwrap_or_default()),
    }
}
