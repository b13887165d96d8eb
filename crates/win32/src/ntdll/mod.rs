//! ntdll.dll: the native calls that programs reach for.

pub mod error;
