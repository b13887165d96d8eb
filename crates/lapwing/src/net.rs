//! Sockets: what all of them have and do ([`socket`], [`transfer`], [`vectored`]), connections
//! ([`tcp`], [`connect`], [`transmit`]) and datagrams ([`udp`]).

pub(crate) mod address;
pub mod connect;
mod options;
pub mod socket;
pub mod tcp;
pub mod transfer;
pub mod transmit;
pub mod udp;
pub mod vectored;
