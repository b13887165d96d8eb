//! The object manager: handles, objects, names.

pub mod table;
