//! The disk files' driver, which Windows calls NTFS: what CreateFile opens on a disk.
//!
//! | you look for | it is in |
//! |---|---|
//! | an open file: its position, its size | [`disk_file`] |
//! | reading and writing it | [`transfer`] |
//! | what CreateFile decides: dispositions, what is refused | [`open`] |
//! | deleting by name, temporary names | [`name`] |
//! | `C:\folder\file` to Linux' path and back | [`path`] |
//! | what a program is given when it begins | [`standard`] |
//! | attributes, times, sizes | [`information`] |
//! | changing attributes and times | [`attributes`], [`basic`] |
//! | what is in a directory | [`search`], wildcards: [`pattern`] |
//! | what keeps a transfer from beginning | [`admission`] |
//! | share modes | [`share`], [`fcb`], [`lock_file`] |
//! | access rights | [`rights`] |
//! | errno to NTSTATUS | [`error`] |
//!
//! A transfer is done inside the call, and its end is told the way of every request: to the status
//! block, the event, the port.  So an overlapped call is answered with "pending" although nothing
//! is, which is what Windows answers when the data is not in memory.

mod admission;
pub mod attributes;
pub mod basic;
pub mod disk_file;
pub mod error;
pub mod fcb;
pub mod information;
mod lock_file;
pub mod name;
pub mod open;
pub mod path;
pub mod pattern;
pub mod rights;
pub mod search;
pub mod share;
pub mod standard;
pub mod transfer;
