//! Which computer a name `\\server\...` means.
//!
//! Windows calls the component that decides this the multiple UNC provider.  Here there are two
//! answers: this machine, and one that cannot be reached.  A client for other machines' pipes and
//! files would be asked here.

use crate::status::{Result, Status};
use std::net::IpAddr;

/// Nothing when the name is this machine's.
///
/// # Errors
/// `BAD_NETWORK_PATH` (53) for another machine.
pub fn require_local(server: &str) -> Result<()> {
    let system = rustix::system::uname();
    let own = system.nodename().to_string_lossy();
    if is_local(server, &own) { Ok(()) } else { Err(Status::BAD_NETWORK_PATH) }
}

fn is_local(server: &str, own: &str) -> bool {
    let short = own.split('.').next().unwrap_or_default();
    [".", "localhost", own, short].iter().any(|name| name.eq_ignore_ascii_case(server))
        || server.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for name in [".", "localhost", "LocalHost", "127.0.0.1", "box.example", "BOX"] {
            assert!(is_local(name, "box.example"), "{name}");
        }
        for name in ["", "server", "10.0.0.1", "box.example.org", "example"] {
            assert!(!is_local(name, "box.example"), "{name}");
        }
    }
}
