//! mswsock.dll: Microsoft's extensions of Winsock.
//!
//! Programs reach most of them by a GUID ([`extension_function`]), some also by their names.

pub mod accept;
pub mod connect;
pub mod extension_function;
pub mod transmit;
