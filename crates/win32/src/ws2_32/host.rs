//! `gethostbyname` and `gethostbyaddr`, the resolver of Winsock 1.
#![allow(unsafe_code)]

use core::net::{IpAddr, SocketAddr};

use lapwing_abi::{AF_INET, AF_INET6, HOSTENT, PCSTR, WSAEAFNOSUPPORT, WSAEFAULT, WSANO_DATA};

use super::record::{Record, Slot};
use super::resolve::{self, Hints};
use super::startup;
use crate::entry::is_wild;
use crate::last_error;
use crate::text;

/// What a record of a host says.
struct Host {
    name: String,
    aliases: Vec<String>,
    addresses: Vec<IpAddr>,
}

/// The bytes of an address.
fn octets(ip: &IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

/// The thread's record, or NULL with a last error.
fn record(found: Result<Host, i32>) -> *mut HOSTENT {
    let host = match found {
        Ok(host) => host,
        Err(code) => {
            last_error::set(code.cast_unsigned());
            return core::ptr::null_mut();
        }
    };
    let is_ipv6 = host.addresses.first().is_some_and(IpAddr::is_ipv6);
    let (family, length) = if is_ipv6 { (AF_INET6, 16) } else { (AF_INET, 4) };
    let addresses: Vec<Vec<u8>> = host.addresses.iter().map(octets).collect();
    let addresses: Vec<&[u8]> = addresses.iter().map(Vec::as_slice).collect();
    let aliases: Vec<&[u8]> = host.aliases.iter().map(String::as_bytes).collect();
    last_error::set(0);
    Record { name: host.name.as_bytes(), aliases: &aliases, addresses: &addresses, extra: &[] }
        .store(Slot::Host, |parts| HOSTENT {
            h_name: parts.name,
            h_aliases: parts.aliases,
            h_addrtype: family.cast_signed(),
            h_length: length,
            h_addr_list: parts.addresses,
        })
}

/// A host's IPv4 addresses.
fn by_name(name: &str) -> Result<Host, i32> {
    let flags = lapwing_abi::AI_CANONNAME;
    let hints = Hints { flags, family: i32::from(AF_INET), ..Hints::default() };
    let found = resolve::resolve(Some(name), None, &hints)?;
    let canonical = found.canonical_name.unwrap_or_else(|| name.to_owned());
    // The name that was asked for is an alias if it is not the official one.
    let differs = !name.is_empty() && !canonical.eq_ignore_ascii_case(name);
    Ok(Host {
        aliases: if differs { vec![name.to_owned()] } else { Vec::new() },
        name: canonical,
        addresses: found.addresses.iter().map(SocketAddr::ip).collect(),
    })
}

/// Finds a host's IPv4 addresses; NULL and "" are this machine.  May block as long as the network
/// takes.
///
/// The record belongs to the thread: it stays until the thread asks for a host again or ends.
///
/// # Errors
/// NULL with `WSAHOST_NOT_FOUND` (11001), `WSATRY_AGAIN` (11002), `WSANO_RECOVERY` (11003),
/// `WSANO_DATA` (11004), `WSANOTINITIALISED`.
///
/// # Safety
/// `name` must be NULL or point to a terminated string.
#[unsafe(export_name = "lapwing_gethostbyname")]
pub unsafe extern "system" fn gethostbyname(name: PCSTR) -> *mut HOSTENT {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_ansi(name) };
    record(startup::check().and_then(|()| by_name(&name.unwrap_or_default())))
}

/// Finds the name of an address.  May block as long as the network takes.
///
/// The record belongs to the thread: it stays until the thread asks for a host again or ends.
///
/// # Errors
/// NULL with `WSAHOST_NOT_FOUND` (11001), `WSATRY_AGAIN` (11002), `WSANO_RECOVERY` (11003),
/// `WSAEFAULT` (NULL or too short), `WSAEAFNOSUPPORT` (a family without addresses here),
/// `WSANOTINITIALISED`.
///
/// # Safety
/// `address` must be NULL or point to `length` readable bytes.
#[unsafe(export_name = "lapwing_gethostbyaddr")]
pub unsafe extern "system" fn gethostbyaddr(
    address: PCSTR,
    length: i32,
    family: i32,
) -> *mut HOSTENT {
    record(startup::check().and_then(|()| {
        let bytes = match family {
            _ if is_wild(address) => return Err(WSAEFAULT),
            family if family == i32::from(AF_INET) => 4,
            family if family == i32::from(AF_INET6) => 16,
            _ => return Err(WSAEAFNOSUPPORT),
        };
        if length < bytes {
            return Err(WSAEFAULT);
        }
        let ip = match bytes {
            // SAFETY: as long as checked, by the caller's promise.
            4 => IpAddr::from(unsafe { address.cast::<[u8; 4]>().read_unaligned() }),
            // SAFETY: as above.
            _ => IpAddr::from(unsafe { address.cast::<[u8; 16]>().read_unaligned() }),
        };
        let name = resolve::reverse(ip)?;
        if name.is_empty() {
            return Err(WSANO_DATA);
        }
        Ok(Host { name, aliases: Vec::new(), addresses: vec![ip] })
    }))
}
