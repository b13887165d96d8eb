//! The object manager: handles, objects, names.

#[cfg(not(any(loom, shuttle)))]
pub mod access;
#[cfg(not(any(loom, shuttle)))]
pub mod handle;
pub mod hazard;
#[cfg(not(any(loom, shuttle)))]
pub mod name;
#[cfg(not(any(loom, shuttle)))]
pub mod object;
#[cfg(not(any(loom, shuttle)))]
pub mod shared;
pub mod table;
