//! The databases of services and protocols: `getservby…` and `getprotoby…`.
//!
//! Services come from `/etc/services`, as on Windows from its file of the same name, and from a
//! short list for machines that have none.  Protocols are Windows' own list: Linux' file has other
//! names for them.
#![allow(unsafe_code)]

use core::ptr::null_mut;
use std::fs;
use std::sync::OnceLock;

use lapwing_abi::{PCSTR, PROTOENT, SERVENT, WSAEFAULT, WSANO_DATA};

use super::record::{Parts, Place, Record, Slot};
use super::startup;
use crate::last_error;
use crate::text;

/// A line of the database of services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its official name.
    pub name: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// Its port, in host order.
    pub port: u16,
    /// "tcp" or "udp".
    pub protocol: String,
}

/// What every Windows machine knows, for machines without `/etc/services`.
const WELL_KNOWN: &str = "
echo 7/tcp
echo 7/udp
discard 9/tcp sink null
discard 9/udp sink null
daytime 13/tcp
daytime 13/udp
ftp-data 20/tcp
ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp mail
time 37/tcp timserver
time 37/udp timserver
domain 53/tcp
domain 53/udp
tftp 69/udp
finger 79/tcp
http 80/tcp www
pop3 110/tcp
nntp 119/tcp usenet
ntp 123/udp
imap 143/tcp imap4
snmp 161/udp
ldap 389/tcp
https 443/tcp
https 443/udp
imaps 993/tcp
pop3s 995/tcp
";

/// The services of a file in the format of `/etc/services`.
fn parse(text: &str) -> Vec<Service> {
    let line = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let name = words.next()?.to_owned();
        let (port, protocol) = words.next()?.split_once('/')?;
        let (port, protocol) = (port.parse().ok()?, protocol.to_owned());
        Some(Service { name, aliases: words.map(str::to_owned).collect(), port, protocol })
    };
    text.lines().filter_map(line).collect()
}

/// All services; read once.
fn services() -> &'static [Service] {
    static SERVICES: OnceLock<Vec<Service>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let mut services = parse(&fs::read_to_string("/etc/services").unwrap_or_default());
        let missing = |known: &Service| {
            !services.iter().any(|one| (one.port, &one.protocol) == (known.port, &known.protocol))
        };
        let more: Vec<_> = parse(WELL_KNOWN).into_iter().filter(missing).collect();
        services.extend(more);
        services
    })
}

/// A service by its name or alias, of the protocol or of any.
pub fn by_name(name: &str, protocol: Option<&str>) -> Option<&'static Service> {
    services().iter().find(|service| {
        let named = |known: &String| known.eq_ignore_ascii_case(name);
        (named(&service.name) || service.aliases.iter().any(named))
            && protocol.is_none_or(|wanted| service.protocol.eq_ignore_ascii_case(wanted))
    })
}

/// A service by its port, of the protocol or of any.
pub fn by_port(port: u16, protocol: Option<&str>) -> Option<&'static Service> {
    services().iter().find(|service| {
        service.port == port
            && protocol.is_none_or(|wanted| service.protocol.eq_ignore_ascii_case(wanted))
    })
}

/// Number, name, and the one alias that Windows has.  (T:protocol:test_getprotobynumber)
const PROTOCOLS: [Protocol; 19] = [
    Protocol(0, "ip", "IP"),
    Protocol(1, "icmp", "ICMP"),
    Protocol(3, "ggp", "GGP"),
    Protocol(6, "tcp", "TCP"),
    Protocol(8, "egp", "EGP"),
    Protocol(12, "pup", "PUP"),
    Protocol(17, "udp", "UDP"),
    Protocol(20, "hmp", "HMP"),
    Protocol(22, "xns-idp", "XNS-IDP"),
    Protocol(27, "rdp", "RDP"),
    Protocol(41, "ipv6", "IPv6"),
    Protocol(43, "ipv6-route", "IPv6-Route"),
    Protocol(44, "ipv6-frag", "IPv6-Frag"),
    Protocol(50, "esp", "ESP"),
    Protocol(51, "ah", "AH"),
    Protocol(58, "ipv6-icmp", "IPv6-ICMP"),
    Protocol(59, "ipv6-nonxt", "IPv6-NoNxt"),
    Protocol(60, "ipv6-opts", "IPv6-Opts"),
    Protocol(66, "rvd", "RVD"),
];

fn fail<T>(code: i32) -> *mut T {
    last_error::set(code.cast_unsigned());
    null_mut()
}

impl Service {
    /// Stores the record of this service; see [`Record::store`].
    ///
    /// # Safety
    /// A buffer must be writable.
    pub(super) unsafe fn store(&self, place: Place) -> Result<*mut SERVENT, usize> {
        let aliases: Vec<&[u8]> = self.aliases.iter().map(String::as_bytes).collect();
        let (name, extra) = (self.name.as_bytes(), self.protocol.as_bytes());
        let head = |parts: Parts| SERVENT {
            s_name: parts.name,
            s_aliases: parts.aliases,
            s_proto: parts.extra,
            s_port: self.port.to_be().cast_signed(),
        };
        // SAFETY: the caller's promise.
        unsafe { Record { name, aliases: &aliases, addresses: &[], extra }.store(place, head) }
    }
}

/// A line of [`PROTOCOLS`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Protocol(i16, &'static str, &'static str);

impl Protocol {
    /// Stores the record of this protocol; see [`Record::store`].
    ///
    /// # Safety
    /// A buffer must be writable.
    pub(super) unsafe fn store(self, place: Place) -> Result<*mut PROTOENT, usize> {
        let Protocol(number, name, alias) = self;
        let (name, aliases) = (name.as_bytes(), [alias.as_bytes()]);
        let head = |parts: Parts| PROTOENT {
            p_name: parts.name,
            p_aliases: parts.aliases,
            p_proto: number,
        };
        // SAFETY: the caller's promise.
        unsafe { Record { name, aliases: &aliases, addresses: &[], extra: &[] }.store(place, head) }
    }
}

/// A protocol by its name, in any case.
pub(super) fn protocol_by_name(name: &str) -> Option<Protocol> {
    PROTOCOLS.iter().find(|protocol| protocol.1.eq_ignore_ascii_case(name)).copied()
}

/// A protocol by its number.
pub(super) fn protocol_by_number(number: i32) -> Option<Protocol> {
    PROTOCOLS.iter().find(|protocol| i32::from(protocol.0) == number).copied()
}

/// The thread's record of a service, or NULL with a last error.
fn service_record(found: Result<&Service, i32>) -> *mut SERVENT {
    match found {
        // SAFETY: no buffer.
        Ok(service) => unsafe { service.store(Place::Own(Slot::Service)) }.unwrap_or(null_mut()),
        Err(code) => fail(code),
    }
}

/// The thread's record of a protocol, or NULL with a last error.
fn protocol_record(found: Result<Protocol, i32>) -> *mut PROTOENT {
    match found {
        // SAFETY: no buffer.
        Ok(protocol) => unsafe { protocol.store(Place::Own(Slot::Protocol)) }.unwrap_or(null_mut()),
        Err(code) => fail(code),
    }
}

/// A service by its name; `proto` may be NULL for any protocol.
///
/// The record belongs to the thread: it stays until the thread asks for a service again or ends.
///
/// # Errors
/// NULL with `WSANO_DATA` (11004, unknown), `WSAEFAULT` (no name), `WSANOTINITIALISED`.
///
/// # Safety
/// `name` and `proto` must be NULL or point to terminated strings.
#[unsafe(export_name = "lapwing_getservbyname")]
pub unsafe extern "system" fn getservbyname(name: PCSTR, proto: PCSTR) -> *mut SERVENT {
    // SAFETY: the caller's promise.
    let (name, proto) = unsafe { (text::from_ansi(name), text::from_ansi(proto)) };
    service_record(startup::check().and_then(|()| {
        let name = name.ok_or(WSAEFAULT)?;
        by_name(&name, proto.as_deref()).ok_or(WSANO_DATA)
    }))
}

/// A service by its port, which is in network order; `proto` may be NULL for any protocol.
///
/// The record belongs to the thread: it stays until the thread asks for a service again or ends.
///
/// # Errors
/// NULL with `WSANO_DATA` (11004, unknown), `WSANOTINITIALISED`.
///
/// # Safety
/// `proto` must be NULL or point to a terminated string.
#[unsafe(export_name = "lapwing_getservbyport")]
pub unsafe extern "system" fn getservbyport(port: i32, proto: PCSTR) -> *mut SERVENT {
    // SAFETY: the caller's promise.
    let proto = unsafe { text::from_ansi(proto) };
    service_record(startup::check().and_then(|()| {
        // The upper half of the int is not looked at, on Windows neither.
        let port = u16::from_be(port as u16);
        by_port(port, proto.as_deref()).ok_or(WSANO_DATA)
    }))
}

/// A protocol by its name, in any case.
///
/// The record belongs to the thread: it stays until the thread asks for a protocol again or ends.
///
/// # Errors
/// NULL with `WSANO_DATA` (11004, unknown), `WSAEFAULT` (no name), `WSANOTINITIALISED`.
///
/// # Safety
/// `name` must be NULL or point to a terminated string.
#[unsafe(export_name = "lapwing_getprotobyname")]
pub unsafe extern "system" fn getprotobyname(name: PCSTR) -> *mut PROTOENT {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_ansi(name) };
    protocol_record(startup::check().and_then(|()| {
        let name = name.ok_or(WSAEFAULT)?;
        protocol_by_name(&name).ok_or(WSANO_DATA)
    }))
}

/// A protocol by its number.
///
/// The record belongs to the thread: it stays until the thread asks for a protocol again or ends.
///
/// # Errors
/// NULL with `WSANO_DATA` (11004, unknown), `WSANOTINITIALISED`.
#[unsafe(export_name = "lapwing_getprotobynumber")]
pub extern "system" fn getprotobynumber(number: i32) -> *mut PROTOENT {
    protocol_record(startup::check().and_then(|()| protocol_by_number(number).ok_or(WSANO_DATA)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_the_file() {
        let text = "# comment\nhttp\t80/tcp  www web # World Wide Web\n\nbroken 80\n x 1/udp\n";
        let parsed = parse(text);
        assert_eq!(parsed.len(), 2);
        assert_eq!((parsed[0].port, parsed[0].aliases.len()), (80, 2));
        assert_eq!((parsed[1].name.as_str(), parsed[1].protocol.as_str()), ("x", "udp"));
    }

    #[test]
    fn well_known_services_are_always_known() {
        let http = by_name("HTTP", Some("tcp")).expect("known");
        assert_eq!((http.port, http.protocol.as_str()), (80, "tcp"));
        assert_eq!(by_port(53, Some("udp")).map(|service| service.name.as_str()), Some("domain"));
        assert!(by_name("tftp", Some("tcp")).is_none());
        assert!(by_name("nonexistentservice", None).is_none());
    }
}
