//! Names to addresses and back, in Rust's types: what the exported calls of `name` and `host` ask.
//!
//! Numbers, services, the empty name and this machine's own name are answered here as Windows
//! answers them; for all other names glibc is asked.
#![allow(unsafe_code)]

use core::ffi::CStr;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::ffi::CString;
use std::sync::OnceLock;

use lapwing_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, AI_ADDRCONFIG, AI_ALL, AI_CANONNAME, AI_FQDN, AI_NUMERICHOST,
    AI_NUMERICSERV, AI_PASSIVE, AI_V4MAPPED, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM,
    WSA_NOT_ENOUGH_MEMORY, WSAEAFNOSUPPORT, WSAEINVAL, WSAESOCKTNOSUPPORT, WSAHOST_NOT_FOUND,
    WSANO_DATA, WSANO_RECOVERY, WSATRY_AGAIN, WSATYPE_NOT_FOUND,
};
use lapwing_executive::ke::thread::blocking;

use super::local_address;
use super::service;
use super::text_address_syntax::{ipv4_historic, ipv6};

/// What a program wants: the first four members of its `addrinfo`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `AI_` flags.
    pub flags: u32,
    /// The address family, in Windows' numbers; 0 for any.
    pub family: i32,
    /// The socket type; 0 for any.
    pub socket_type: i32,
    /// The protocol; 0 for any.
    pub protocol: i32,
}

impl Hints {
    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// The families that are wanted; IPv6 comes first.
    fn wants(&self, family: u16) -> bool {
        self.family == i32::from(AF_UNSPEC) || self.family == i32::from(family)
    }

    /// `WSAEAFNOSUPPORT`, `WSAESOCKTNOSUPPORT`
    pub(super) fn check(&self) -> Result<(), i32> {
        let families = [AF_UNSPEC, AF_INET, AF_INET6].map(i32::from);
        if !families.contains(&self.family) {
            return Err(WSAEAFNOSUPPORT);
        }
        if !(0..=SOCK_SEQPACKET).contains(&self.socket_type) {
            return Err(WSAESOCKTNOSUPPORT);
        }
        Ok(())
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The addresses, each with the service's port.
    pub addresses: Vec<SocketAddr>,
    /// The official name, if it was asked for.
    pub canonical_name: Option<String>,
}

/// The port of a service: a number, or a name of the type's protocol; none and "" are 0.
///
/// `WSATYPE_NOT_FOUND` (10109) for an unknown name, `WSAHOST_NOT_FOUND` (11001) for any name under
/// `AI_NUMERICSERV`.
fn port_of(service: Option<&str>, hints: &Hints) -> Result<u16, i32> {
    let Some(service) = service.filter(|service| !service.is_empty()) else { return Ok(0) };
    if service.bytes().all(|byte| byte.is_ascii_digit()) {
        return service.parse().map_err(|_| WSATYPE_NOT_FOUND);
    }
    if hints.has(AI_NUMERICSERV) {
        return Err(WSAHOST_NOT_FOUND);
    }
    let protocol = match hints.socket_type {
        SOCK_STREAM => Some("tcp"),
        SOCK_DGRAM => Some("udp"),
        _ => None,
    };
    service::by_name(service, protocol).map(|known| known.port).ok_or(WSATYPE_NOT_FOUND)
}

/// An address in numbers: IPv4 in any of its historic forms, IPv6 with a scope, or IPv6 in
/// brackets, behind which a port is ignored.
fn numeric(node: &str) -> Option<SocketAddr> {
    if let Some(octets) =
        ipv4_historic(node.as_bytes()).filter(|_| !node.contains(char::is_whitespace))
    {
        return Some(SocketAddr::from((octets, 0)));
    }
    let text = match node.strip_prefix('[') {
        None => node,
        Some(rest) => {
            let (inside, behind) = rest.split_once(']')?;
            let port = behind.strip_prefix(':').unwrap_or(behind);
            port.bytes().all(|byte| byte.is_ascii_digit()).then_some(inside)?
        }
    };
    let (text, scope) = text.split_once('%').unwrap_or((text, "0"));
    let scope = scope.parse().ok().or_else(|| local_address::interface_number(scope))?;
    let ip = Ipv6Addr::from(ipv6(text.as_bytes())?);
    Some(SocketAddrV6::new(ip, 0, 0, scope).into())
}

/// True when this machine has IPv6 at all.
fn has_ipv6() -> bool {
    static HAS_IPV6: OnceLock<bool> = OnceLock::new();
    *HAS_IPV6.get_or_init(|| std::net::UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok())
}

/// Both families' address of one meaning, in Windows' order, as far as they are wanted.
fn both(ipv6: Ipv6Addr, ipv4: Ipv4Addr, hints: &Hints) -> Vec<SocketAddr> {
    let only_ipv6 = hints.family == i32::from(AF_INET6);
    let mut addresses = Vec::with_capacity(2);
    if only_ipv6 || hints.wants(AF_INET6) && has_ipv6() {
        addresses.push(SocketAddr::from((ipv6, 0)));
    }
    if hints.wants(AF_INET) {
        addresses.push(SocketAddr::from((ipv4, 0)));
    }
    addresses
}

/// The addresses of this machine, as far as they are wanted.
fn own_addresses(hints: &Hints) -> Vec<SocketAddr> {
    let wanted = |address: &SocketAddr| match address.ip() {
        IpAddr::V4(_) => hints.wants(AF_INET),
        IpAddr::V6(_) => hints.wants(AF_INET6),
    };
    let own: Vec<_> = local_address::all().into_iter().filter(wanted).collect();
    match own.is_empty() {
        true => both(Ipv6Addr::LOCALHOST, Ipv4Addr::LOCALHOST, hints),
        false => own,
    }
}

/// A numeric address as the wanted family, which may be IPv4 written as IPv6.
fn in_family(address: SocketAddr, hints: &Hints) -> Result<SocketAddr, i32> {
    match address {
        SocketAddr::V4(_) if hints.wants(AF_INET) => Ok(address),
        SocketAddr::V6(_) if hints.wants(AF_INET6) => Ok(address),
        SocketAddr::V4(v4) if hints.has(AI_V4MAPPED) => {
            Ok(SocketAddr::from((v4.ip().to_ipv6_mapped(), 0)))
        }
        _ => Err(WSAHOST_NOT_FOUND),
    }
}

/// Finds addresses, as `getaddrinfo` does.  (T:protocol:test_getaddrinfo)
///
/// # Errors
/// `WSAHOST_NOT_FOUND` (11001), `WSATRY_AGAIN` (11002), `WSANO_RECOVERY` (11003), `WSANO_DATA`
/// (11004), `WSATYPE_NOT_FOUND` (10109, no such service), `WSAEAFNOSUPPORT` (10047),
/// `WSAESOCKTNOSUPPORT` (10044), `WSAEINVAL` (10022, flags), `WSA_NOT_ENOUGH_MEMORY` (8).
pub fn resolve(node: Option<&str>, service: Option<&str>, hints: &Hints) -> Result<Resolved, i32> {
    if node.is_none() && service.is_none() {
        return Err(WSAHOST_NOT_FOUND);
    }
    hints.check()?;
    let named = hints.has(AI_CANONNAME | AI_FQDN);
    if named && node.is_none() {
        return Err(WSAEINVAL);
    }
    let port = port_of(service, hints)?;
    let mut resolved = match node {
        None if hints.has(AI_PASSIVE) => Resolved {
            addresses: both(Ipv6Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED, hints),
            canonical_name: None,
        },
        None => Resolved {
            addresses: both(Ipv6Addr::LOCALHOST, Ipv4Addr::LOCALHOST, hints),
            canonical_name: None,
        },
        Some(node) => resolve_node(node, hints)?,
    };
    resolved.canonical_name = resolved.canonical_name.filter(|_| named);
    for address in &mut resolved.addresses {
        address.set_port(port);
    }
    if resolved.addresses.is_empty() { Err(WSANO_DATA) } else { Ok(resolved) }
}

fn resolve_node(node: &str, hints: &Hints) -> Result<Resolved, i32> {
    if let Some(address) = numeric(node) {
        let addresses = vec![in_family(address, hints)?];
        return Ok(Resolved { addresses, canonical_name: Some(node.to_owned()) });
    }
    let own = local_address::host_name();
    if node.is_empty() || node.eq_ignore_ascii_case(&own) && !hints.has(AI_NUMERICHOST) {
        return Ok(Resolved { addresses: own_addresses(hints), canonical_name: Some(own) });
    }
    if hints.has(AI_NUMERICHOST) {
        return Err(WSAHOST_NOT_FOUND);
    }
    match ask_glibc(node, hints) {
        // Every Windows machine knows this name, whatever its files say.
        Err(_) if node.eq_ignore_ascii_case("localhost") => Ok(Resolved {
            addresses: both(Ipv6Addr::LOCALHOST, Ipv4Addr::LOCALHOST, hints),
            canonical_name: Some(node.to_owned()),
        }),
        asked => asked,
    }
}

/// glibc's code in Windows' numbers.
fn winsock_code(code: i32) -> i32 {
    match code {
        libc::EAI_AGAIN => WSATRY_AGAIN,
        libc::EAI_BADFLAGS => WSAEINVAL,
        libc::EAI_FAMILY => WSAEAFNOSUPPORT,
        libc::EAI_MEMORY => WSA_NOT_ENOUGH_MEMORY,
        libc::EAI_NODATA | EAI_ADDRFAMILY => WSANO_DATA,
        libc::EAI_NONAME => WSAHOST_NOT_FOUND,
        _ => WSANO_RECOVERY,
    }
}

/// No address of this family for the name; not in the libc crate.
const EAI_ADDRFAMILY: i32 = -9;

/// The list that glibc's `getaddrinfo` returns, freed at the end.
struct Answers(*mut libc::addrinfo);

impl Drop for Answers {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the list is glibc's and ours alone.
            unsafe { libc::freeaddrinfo(self.0) };
        }
    }
}

/// Asks glibc for a name's addresses; may take as long as the network takes.
fn ask_glibc(node: &str, hints: &Hints) -> Result<Resolved, i32> {
    let node = CString::new(node).map_err(|_| WSAHOST_NOT_FOUND)?;
    // SAFETY: an addrinfo of zeros asks for everything.
    let mut wanted: libc::addrinfo = unsafe { core::mem::zeroed() };
    // One answer for each address, not one for each type too.
    wanted.ai_socktype = libc::SOCK_STREAM;
    wanted.ai_family = match hints.family {
        family if family == i32::from(AF_INET) => libc::AF_INET,
        family if family == i32::from(AF_INET6) => libc::AF_INET6,
        _ => libc::AF_UNSPEC,
    };
    for (windows, linux) in [
        (AI_CANONNAME | AI_FQDN, libc::AI_CANONNAME),
        (AI_ALL, libc::AI_ALL),
        (AI_ADDRCONFIG, libc::AI_ADDRCONFIG),
        (AI_V4MAPPED, libc::AI_V4MAPPED),
    ] {
        wanted.ai_flags |= if hints.has(windows) { linux } else { 0 };
    }
    let mut answers = Answers(core::ptr::null_mut());
    // SAFETY: the strings and structures live through the call.
    let code = blocking(|| unsafe {
        libc::getaddrinfo(node.as_ptr(), core::ptr::null(), &raw const wanted, &raw mut answers.0)
    });
    if code != 0 {
        return Err(winsock_code(code));
    }
    let mut resolved = Resolved::default();
    let mut next = answers.0;
    // SAFETY: each pointer is NULL or one of the list's entries, which `answers` keeps.
    while let Some(answer) = unsafe { next.as_ref() } {
        // SAFETY: the entry's address has the length of its family.
        resolved.addresses.extend(unsafe { local_address::from_linux(answer.ai_addr) });
        if !answer.ai_canonname.is_null() {
            // SAFETY: glibc's names are terminated.
            let name = unsafe { CStr::from_ptr(answer.ai_canonname) };
            resolved.canonical_name = Some(name.to_string_lossy().into_owned());
        }
        next = answer.ai_next;
    }
    Ok(resolved)
}

/// The name of an address.
///
/// # Errors
/// `WSAHOST_NOT_FOUND` (11001) if it has none, `WSATRY_AGAIN` (11002), `WSANO_RECOVERY` (11003).
pub fn reverse(ip: IpAddr) -> Result<String, i32> {
    if local_address::all().iter().any(|own| own.ip() == ip) {
        return Ok(local_address::host_name());
    }
    let address = rustix::net::SocketAddrAny::from(SocketAddr::new(ip, 0));
    let mut name = [0_u8; 1025];
    // SAFETY: the address and the buffer live through the call, with the lengths given.
    let code = blocking(|| unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.addr_len(),
            name.as_mut_ptr().cast(),
            name.len() as libc::socklen_t,
            core::ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    });
    if code != 0 {
        return Err(winsock_code(code));
    }
    let name = CStr::from_bytes_until_nul(&name).map_err(|_| WSANO_RECOVERY)?;
    Ok(name.to_string_lossy().into_owned())
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
