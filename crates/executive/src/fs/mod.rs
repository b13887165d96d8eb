//! The disk files' driver, which Windows calls NTFS: what CreateFile opens on a disk.
//!
//! | you look for | it is in |
//! |---|---|
//! | an open file: its position, its size | [`disk_file`] |
//! | reading and writing it | [`transfer`], what is still to do: [`work`] |
//! | an overlapped read of what is in memory | [`fast_io`] |
//! | requests that are pending | [`request`]; who does them: [`ring`] or [`pool`] |
//! | what CreateFile decides: dispositions, what is refused | [`open`] |
//! | deleting by name, temporary names | [`name`] |
//! | other names, copies | [`rename`], [`copy`] |
//! | directories, drives | [`directory`], [`volume`] |
//! | what an open file is told and tells | [`by_handle`] |
//! | `C:\folder\file` to Linux' path and back | [`path`] |
//! | whole paths | [`full_path`] |
//! | what a program is given when it begins | [`standard`] |
//! | attributes, times, sizes | [`information`] |
//! | what is kept beside a file | [`kept`] |
//! | changing attributes and times | [`attributes`], [`basic`] |
//! | what is in a directory | [`search`], wildcards: [`pattern`], by handle: [`directory_query`] |
//! | the order of names | [`order`] |
//! | the end of the process | [`rundown`] |
//! | waiting for what happens in a directory | [`directory_notify`] |
//! | what inotify tells of one | [`watch_tree`] |
//! | the characters of names in structures | [`wide`] |
//! | what keeps a transfer from beginning | [`admission`], locks: [`byte_range`] |
//! | locks that wait for other processes | [`lock_watch`] |
//! | share modes | [`share`], [`fcb`], [`lock_file`] |
//! | access rights | [`rights`] |
//! | errno to NTSTATUS | [`error`] |
//!
//! An overlapped read is tried at once, and done if what it wants is in memory, as Windows does.
//! Everything else, all writes too, is given to an engine that may wait for the disk: nobody's
//! thread does.

mod admission;
pub mod attributes;
pub mod basic;
pub mod by_handle;
pub mod byte_range;
pub mod copy;
pub mod directory;
pub mod directory_notify;
pub mod directory_query;
pub mod disk_file;
pub mod error;
pub mod fast_io;
pub mod fcb;
pub mod full_path;
pub mod information;
mod kept;
pub(crate) mod lock_file;
mod lock_watch;
pub mod name;
pub mod open;
mod order;
pub mod path;
pub mod pattern;
mod pool;
pub mod rename;
mod request;
pub mod rights;
pub mod ring;
mod rundown;
pub mod search;
pub mod share;
pub mod standard;
pub mod transfer;
pub mod volume;
pub mod watch_tree;
pub mod wide;
mod work;
