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

/// One address of an interface.
#[derive(Clone, Debug)]
pub struct Interface {
    /// The interface's name.
    pub name: Vec<u8>,
    /// `IFF_` flags, in Linux' numbers.
    pub flags: u32,
    /// The address.
    pub address: SocketAddr,
    /// Which bits of it are the network's.
    pub mask: Option<SocketAddr>,
}

impl Interface {
    fn has(&self, flag: i32) -> bool {
        self.flags & flag.cast_unsigned() != 0
    }

    /// True for an address under which others may reach this machine.
    fn is_ours(&self) -> bool {
        self.has(libc::IFF_UP) && !self.has(libc::IFF_LOOPBACK)
    }
}

/// All addresses of all interfaces, in the kernel's order.
pub fn interfaces() -> Vec<Interface> {
    let mut interfaces = Interfaces(core::ptr::null_mut());
    // SAFETY: the list's pointer is writable.
    if unsafe { libc::getifaddrs(&raw mut interfaces.0) } != 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut next = interfaces.0;
    // SAFETY: each pointer is NULL or one of the list's entries, which `interfaces` keeps.
    while let Some(interface) = unsafe { next.as_ref() } {
        next = interface.ifa_next;
        // SAFETY: the entry's addresses are as long as their families say.
        let (address, mask) =
            unsafe { (from_linux(interface.ifa_addr), from_linux(interface.ifa_netmask)) };
        let Some(address) = address else { continue };
        // SAFETY: interface names are terminated.
        let name = unsafe { CStr::from_ptr(interface.ifa_name) }.to_bytes().to_vec();
        found.push(Interface { name, flags: interface.ifa_flags, address, mask });
    }
    found
}

/// The addresses of the interfaces that are up, without the loopback's: IPv6 before IPv4, the
/// default route's before others'.  Empty if there are none.
pub fn all() -> Vec<SocketAddr> {
    let first = default_interface();
    let mut found = interfaces();
    found.retain(Interface::is_ours);
    found.sort_by_key(|interface| {
        let is_first = first.as_deref().is_some_and(|first| first.as_bytes() == interface.name);
        (interface.address.is_ipv4(), !is_first)
    });
    found.into_iter().map(|interface| interface.address).collect()
}

/// The number of the interface that has the address.
pub fn interface_with(ip: Ipv4Addr) -> Option<u32> {
    let with = interfaces().into_iter().find(|interface| interface.address.ip() == ip)?;
    interface_number(str::from_utf8(&with.name).ok()?)
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
