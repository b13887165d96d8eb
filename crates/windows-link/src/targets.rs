//! `windows-targets`, by which windows-sys imported functions before it had `windows-link`.

#![no_std]

pub use windows_link::link;
