//! Which local addresses this process's stream sockets have bound.
//!
//! Linux is told `SO_REUSEADDR` for every stream socket, so that a connection in TIME_WAIT does not
//! keep its address (semantics 10.2); then it also lets two sockets bind one address.  Windows does
//! not (semantics 10.1), unless both sockets ask for it, so the rule is kept here.  Sockets of
//! other processes are noticed by Linux as soon as one of them listens.

use crate::status::{Result, Status};
use crate::sync::Mutex;
use core::net::SocketAddr;

struct Use {
    address: SocketAddr,
    reuse: bool,
}

static USES: Mutex<Vec<Use>> = Mutex::new(Vec::new());

/// A socket's hold on its address; dropping it lets go.
pub struct AddressUse(SocketAddr);

impl AddressUse {
    /// Takes the address for a socket that is about to bind it, or has been given it by Linux.
    ///
    /// # Errors
    /// `ADDRESS_ALREADY_EXISTS` when another socket has it and not both allow reuse.
    pub fn take(address: SocketAddr, reuse: bool) -> Result<Self> {
        let mut uses = USES.lock();
        // Port 0 asks Linux to choose, and it chooses a free one.
        let taken = |other: &Use| other.address == address && !(reuse && other.reuse);
        if address.port() != 0 && uses.iter().any(taken) {
            return Err(Status::ADDRESS_ALREADY_EXISTS);
        }
        uses.push(Use { address, reuse });
        Ok(AddressUse(address))
    }
}

impl Drop for AddressUse {
    fn drop(&mut self) {
        let mut uses = USES.lock();
        if let Some(at) = uses.iter().position(|other| other.address == self.0) {
            uses.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_once_unless_both_allow_it() {
        let address = SocketAddr::from(([127, 0, 0, 9], 1));
        let other = SocketAddr::from(([127, 0, 0, 9], 2));
        let first = AddressUse::take(address, false);
        assert!(first.is_ok());
        assert!(AddressUse::take(other, false).is_ok());
        assert_eq!(AddressUse::take(address, true).err(), Some(Status::ADDRESS_ALREADY_EXISTS));
        drop(first);
        let shared = AddressUse::take(address, true);
        assert!(shared.is_ok());
        assert!(AddressUse::take(address, true).is_ok());
        assert_eq!(AddressUse::take(address, false).err(), Some(Status::ADDRESS_ALREADY_EXISTS));
    }
}
