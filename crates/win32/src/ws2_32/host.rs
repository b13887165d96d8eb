//! `gethostbyname` and `gethostbyaddr`, the resolver of Winsock 1.
#![allow(unsafe_code)]

use core::net::{IpAddr, SocketAddr};

use lapwing_abi::{AF_INET, AF_INET6, HOSTENT, PCSTR, WSAEAFNOSUPPORT, WSAEFAULT, WSANO_DATA};

use super::record::{Parts, Place, Record, Slot};
use super::resolve::{self, Hints};
use super::startup;
use crate::entry::is_wild;
use crate::last_error;
use crate::text;

/// What a record of a host says.
pub(super) struct Host {
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

impl Host {
    /// Stores the record of this host; see [`Record::store`].
    ///
    /// # Safety
    /// A buffer must be writable.
    pub(super) unsafe fn store(&self, place: Place) -> Result<*mut HOSTENT, usize> {
        let is_ipv6 = self.addresses.first().is_some_and(IpAddr::is_ipv6);
        let (family, length) = if is_ipv6 { (AF_INET6, 16) } else { (AF_INET, 4) };
        let addresses: Vec<Vec<u8>> = self.addresses.iter().map(octets).collect();
        let addresses: Vec<&[u8]> = addresses.iter().map(Vec::as_slice).collect();
        let aliases: Vec<&[u8]> = self.aliases.iter().map(String::as_bytes).collect();
        let name = self.name.as_bytes();
        let record = Record { name, aliases: &aliases, addresses: &addresses, extra: &[] };
        let head = |parts: Parts| HOSTENT {
            h_name: parts.name,
            h_aliases: parts.aliases,
            h_addrtype: family.cast_signed(),
            h_length: length,
            h_addr_list: parts.addresses,
        };
        // SAFETY: the caller's promise.
        unsafe { record.store(place, head) }
    }
}

/// The thread's record, or NULL with a last error.
fn record(found: Result<Host, i32>) -> *mut HOSTENT {
    match found {
        Ok(host) => {
            last_error::set(0);
            // SAFETY: no buffer.
            unsafe { host.store(Place::Own(Slot::Host)) }.unwrap_or(core::ptr::null_mut())
        }
        Err(code) => {
            last_error::set(code.cast_unsigned());
            core::ptr::null_mut()
        }
    }
}

/// A host's IPv4 addresses.
pub(super) fn by_name(name: &str) -> Result<Host, i32> {
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

/// The program's address.
///
/// # Safety
/// `address` must be NULL or point to `length` readable bytes.
pub(super) unsafe fn read_address(address: PCSTR, length: i32, family: i32) -> Result<IpAddr, i32> {
    let bytes = match family {
        _ if is_wild(address) => return Err(WSAEFAULT),
        family if family == i32::from(AF_INET) => 4,
        family if family == i32::from(AF_INET6) => 16,
        _ => return Err(WSAEAFNOSUPPORT),
    };
    if length < bytes {
        return Err(WSAEFAULT);
    }
    Ok(match bytes {
        // SAFETY: as long as checked, by the caller's promise.
        4 => IpAddr::from(unsafe { address.cast::<[u8; 4]>().read_unaligned() }),
        // SAFETY: as above.
        _ => IpAddr::from(unsafe { address.cast::<[u8; 16]>().read_unaligned() }),
    })
}

/// The host of an address.
pub(super) fn by_address(ip: IpAddr) -> Result<Host, i32> {
    let name = resolve::reverse(ip)?;
    if name.is_empty() {
        return Err(WSANO_DATA);
    }
    Ok(Host { name, aliases: Vec::new(), addresses: vec![ip] })
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
        // SAFETY: the caller's promise.
        by_address(unsafe { read_address(address, length, family) }?)
    }))
}
