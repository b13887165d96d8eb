//! The object manager: handles, objects, names.

#[cfg(not(loom))]
pub mod object;
pub mod table;
