//! ws2_32.dll: Winsock 2.

pub mod error;
