//! ws2_32.dll: Winsock 2.

pub mod address;
pub mod byte_order;
pub mod error;
pub mod startup;
