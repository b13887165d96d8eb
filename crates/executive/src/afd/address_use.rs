//! Which local addresses this process's sockets have bound, and who may bind beside them.
//!
//! Windows' rules (semantics 10.1) are kept here, because Linux' options of the same names mean
//! something else.  Linux is told `SO_REUSEADDR` for every stream socket, so that a connection in
//! TIME_WAIT does not keep its address (semantics 10.2).  Where Windows lets two sockets share a
//! port (a wildcard beside one address, or both with `SO_REUSEADDR`), both are told `SO_REUSEPORT`,
//! which Linux looks at in `bind` and in `listen`; the more special one then gets the connections,
//! as on Windows, and of two equal ones the first.  Other processes' sockets are noticed by Linux.
//!
//! ```text
//!                          the second: plain    SO_REUSEADDR   SO_EXCLUSIVEADDRUSE
//!  same address            in use               denied, or     in use
//!                                               shared if the first wants it too
//!  first is a wildcard     shared; denied if the first is exclusive
//!  second is a wildcard    shared               shared         in use
//! ```

use crate::status::{Result, Status};
use crate::sync::Mutex;
use crate::sys;
use core::net::{IpAddr, SocketAddr};
use rustix::fd::{AsRawFd, BorrowedFd, RawFd};

/// What a socket wishes about sharing its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Nothing.
    Plain,
    /// `SO_REUSEADDR`
    Reuse,
    /// `SO_EXCLUSIVEADDRUSE`
    Exclusive,
}

/// What a socket wants to bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The address.
    pub address: SocketAddr,
    /// True for streams, false for datagrams: their ports have nothing to do with each other.
    pub is_stream: bool,
    /// An IPv6 socket that takes IPv4 too (`IPV6_V6ONLY` is off).
    pub is_dual: bool,
    /// What it wishes about others.
    pub sharing: Sharing,
}

/// How two claims lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overlap {
    None,
    Same,
    /// The first is a wildcard that covers the second.
    FirstCovers,
    /// The other way round.
    SecondCovers,
}

impl Claim {
    /// The address; one that is IPv4 written as IPv6 is that IPv4 address.
    fn ip(&self) -> IpAddr {
        self.address.ip().to_canonical()
    }

    /// True for a wildcard under which the address of another claim lies.
    fn covers(&self, other: &Claim) -> bool {
        let (own, of_other) = (self.ip(), other.ip());
        own.is_unspecified()
            && own != of_other
            && (own.is_ipv4() == of_other.is_ipv4() || own.is_ipv6() && self.is_dual)
    }

    fn overlap(&self, second: &Claim) -> Overlap {
        let port = |claim: &Claim| (claim.is_stream, claim.address.port());
        if port(self) != port(second) {
            Overlap::None
        } else if self.ip() == second.ip() {
            Overlap::Same
        } else if self.covers(second) {
            Overlap::FirstCovers
        } else if second.covers(self) {
            Overlap::SecondCovers
        } else {
            Overlap::None
        }
    }

    /// True when a second claim is taken beside this one and they share the port; false when they
    /// have nothing to do with each other.
    ///
    /// # Errors
    /// `ADDRESS_ALREADY_EXISTS`, `ACCESS_DENIED`.
    fn shares(&self, second: &Claim) -> Result<bool> {
        match (self.overlap(second), self.sharing, second.sharing) {
            (Overlap::None, _, _) => Ok(false),
            (Overlap::Same, Sharing::Reuse, Sharing::Reuse) => Ok(true),
            (Overlap::Same, _, Sharing::Reuse) => Err(Status::ACCESS_DENIED),
            (Overlap::FirstCovers, Sharing::Exclusive, _) => Err(Status::ACCESS_DENIED),
            (Overlap::Same, _, _) | (Overlap::SecondCovers, _, Sharing::Exclusive) => {
                Err(Status::ADDRESS_ALREADY_EXISTS)
            }
            (Overlap::FirstCovers | Overlap::SecondCovers, _, _) => Ok(true),
        }
    }
}

struct Use {
    claim: Claim,
    /// Open as long as the entry stands: see [`AddressUse`].
    fd: RawFd,
}

static USES: Mutex<Vec<Use>> = Mutex::new(Vec::new());

/// A socket's hold on its address; dropping it lets go, which must be before the descriptor closes.
pub struct AddressUse(RawFd);

impl AddressUse {
    /// Takes the address for a socket that is about to bind it, or has been given it by Linux.
    ///
    /// # Errors
    /// `ADDRESS_ALREADY_EXISTS` or `ACCESS_DENIED` when another socket stands against it.
    pub fn take(claim: Claim, fd: BorrowedFd<'_>) -> Result<Self> {
        let fd = fd.as_raw_fd();
        let mut uses = USES.lock();
        if claim.address.port() != 0 {
            let mut beside = Vec::new();
            for other in uses.iter() {
                if other.claim.shares(&claim)? {
                    beside.push(other.fd);
                }
            }
            if !beside.is_empty() {
                beside.push(fd);
            }
            for fd in beside {
                // Without it `bind` or `listen` will say that the address is in use.
                let _unknown = sys::option::share_port(fd);
            }
        }
        uses.push(Use { claim, fd });
        Ok(AddressUse(fd))
    }
}

impl Drop for AddressUse {
    fn drop(&mut self) {
        let mut uses = USES.lock();
        if let Some(at) = uses.iter().position(|other| other.fd == self.0) {
            uses.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(ip: &str, is_dual: bool, sharing: Sharing) -> Claim {
        let address = SocketAddr::new(ip.parse().expect("an address"), 7);
        Claim { address, is_stream: true, is_dual, sharing }
    }

    #[test]
    fn the_rules_are_those_that_windows_shows() {
        use Sharing::{Exclusive, Plain, Reuse};
        let denied = Err(Status::ACCESS_DENIED);
        let in_use = Err(Status::ADDRESS_ALREADY_EXISTS);
        let rows = [
            (("0.0.0.0", Exclusive), ("127.0.0.1", Plain), denied),
            (("::", Exclusive), ("127.0.0.1", Plain), denied),
            (("0.0.0.0", Plain), ("127.0.0.1", Exclusive), Ok(true)),
            (("127.0.0.1", Plain), ("0.0.0.0", Exclusive), in_use),
            (("127.0.0.1", Plain), ("::", Exclusive), in_use),
            (("127.0.0.1", Exclusive), ("0.0.0.0", Plain), Ok(true)),
            (("::1", Plain), ("0.0.0.0", Exclusive), Ok(false)),
            (("::ffff:127.0.0.1", Plain), ("0.0.0.0", Exclusive), in_use),
            (("::", Plain), ("0.0.0.0", Exclusive), Ok(true)),
            (("::ffff:0.0.0.0", Plain), ("0.0.0.0", Plain), in_use),
            (("127.0.0.1", Plain), ("127.0.0.1", Reuse), denied),
            (("127.0.0.1", Reuse), ("127.0.0.1", Reuse), Ok(true)),
            (("127.0.0.1", Reuse), ("127.0.0.1", Plain), in_use),
            (("127.0.0.1", Plain), ("127.0.0.2", Exclusive), Ok(false)),
        ];
        for (first, second, expected) in rows {
            let one = claim(first.0, true, first.1);
            assert_eq!(one.shares(&claim(second.0, true, second.1)), expected, "{first:?}");
        }
        let only_ipv6 = claim("::", false, Exclusive);
        assert_eq!(only_ipv6.shares(&claim("127.0.0.1", false, Plain)), Ok(false));
        let datagrams = Claim { is_stream: false, ..only_ipv6 };
        assert_eq!(only_ipv6.shares(&datagrams), Ok(false));
    }
}
