//! This machine: its name and its addresses.
#![allow(unsafe_code)]

use core::ffi::CStr;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::ffi::CString;
use std::fs;

/// The machine's name, as `gethostname` tells it.
pub fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The number of a network interface.
pub fn interface_number(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name is terminated.
    let number = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (number != 0).then_some(number)
}

/// An IPv4 or IPv6 address of Linux'; none for NULL and other families.
///
/// # Safety
/// `address` must be NULL or point to an address that is as long as its family says.
pub unsafe fn from_linux(address: *const libc::sockaddr) -> Option<SocketAddr> {
    if address.is_null() {
        return None;
    }
    // SAFETY: every address begins with its family.
    match i32::from(unsafe { (*address).sa_family }) {
        libc::AF_INET => {
            // SAFETY: of this family, hence this long.
            let v4 = unsafe { address.cast::<libc::sockaddr_in>().read_unaligned() };
            let ip = Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr));
            Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: of this family, hence this long.
            let v6 = unsafe { address.cast::<libc::sockaddr_in6>().read_unaligned() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            let port = u16::from_be(v6.sin6_port);
            Some(SocketAddrV6::new(ip, port, v6.sin6_flowinfo, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

/// The list that `getifaddrs` returns, freed at the end.
struct Interfaces(*mut libc::ifaddrs);

impl Drop for Interfaces {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the list is libc's and ours alone.
            unsafe { libc::freeifaddrs(self.0) };
        }
    }
}

/// The interface of the default route; programs take the first address for the machine's own.
fn default_interface() -> Option<String> {
    let routes = fs::read_to_string("/proc/net/route").ok()?;
    let mut lines = routes.lines().skip(1).map(|line| line.split('\t'));
    lines.find_map(|mut fields| {
        let interface = fields.next()?;
        (fields.next()? == "00000000").then(|| interface.to_owned())
    })
}

/// Shows every address of every interface: the interface's flags, its name, the address.
fn each(mut look: impl FnMut(u32, &CStr, SocketAddr)) {
    let mut interfaces = Interfaces(core::ptr::null_mut());
    // SAFETY: the list's pointer is writable.
    if unsafe { libc::getifaddrs(&raw mut interfaces.0) } != 0 {
        return;
    }
    let mut next = interfaces.0;
    // SAFETY: each pointer is NULL or one of the list's entries, which `interfaces` keeps.
    while let Some(interface) = unsafe { next.as_ref() } {
        next = interface.ifa_next;
        // SAFETY: the entry's address is as long as its family says.
        if let Some(address) = unsafe { from_linux(interface.ifa_addr) } {
            // SAFETY: interface names are terminated.
            look(interface.ifa_flags, unsafe { CStr::from_ptr(interface.ifa_name) }, address);
        }
    }
}

/// The addresses of the interfaces that are up, without the loopback's: IPv6 before IPv4, the
/// default route's before others'.  Empty if there are none.
pub fn all() -> Vec<SocketAddr> {
    let first = default_interface();
    let mut found = Vec::new();
    each(|flags, name, address| {
        let up = libc::IFF_UP.cast_unsigned();
        let loopback = libc::IFF_LOOPBACK.cast_unsigned();
        if flags & (up | loopback) == up {
            let is_first =
                first.as_deref().is_some_and(|first| first.as_bytes() == name.to_bytes());
            found.push((address.is_ipv4(), !is_first, address));
        }
    });
    found.sort_by_key(|&(is_ipv4, is_other, _)| (is_ipv4, is_other));
    found.into_iter().map(|(_, _, address)| address).collect()
}

/// The number of the interface that has the address.
pub fn interface_with(ip: Ipv4Addr) -> Option<u32> {
    let mut number = None;
    each(|_, name, address| {
        if address.ip() == ip {
            // SAFETY: the name is terminated.
            let of_name = unsafe { libc::if_nametoindex(name.as_ptr()) };
            number = number.or((of_name != 0).then_some(of_name));
        }
    });
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_a_name_and_no_loopback_among_its_addresses() {
        assert!(!host_name().is_empty());
        assert!(all().iter().all(|address| !address.ip().is_loopback()));
        assert_eq!(interface_number("no-such-interface"), None);
        assert_eq!(interface_with(Ipv4Addr::LOCALHOST), interface_number("lo"));
        assert_eq!(interface_with(Ipv4Addr::new(192, 0, 2, 1)), None);
    }
}
