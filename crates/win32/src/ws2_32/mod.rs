//! ws2_32.dll: Winsock 2.

pub mod address;
pub mod byte_order;
pub mod control;
pub mod datagram;
pub mod duplicate;
pub mod error;
pub mod event;
pub mod host;
mod local_address;
pub mod lookup;
pub mod lp64;
pub mod name;
pub mod option;
pub mod option_connection;
pub mod option_state;
pub mod option_table;
pub mod overlapped;
pub mod protocol;
mod record;
mod resolve;
pub mod select;
pub mod service;
pub mod socket;
pub mod startup;
pub mod text_address;
mod text_address_syntax;
pub mod transfer;
