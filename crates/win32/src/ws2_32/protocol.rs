//! The catalog of protocols: what `WSAPROTOCOL_INFO` says of a socket.
//!
//! The numbers are those of Windows' own TCP/IP providers.
#![allow(unsafe_code)]

use lapwing_abi::{
    AF_INET, AF_INET6, GUID, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, WSAPROTOCOL_INFOA,
    WSAPROTOCOL_INFOW, WSAPROTOCOLCHAIN,
};
use lapwing_executive::afd::socket::Kind;
use rustix::net::{AddressFamily, SocketType};

use crate::text::Unit;

const MATCHES_PROTOCOL_ZERO: u32 = 8;
const HIDDEN: u32 = 4;
/// XP1_GUARANTEED_DELIVERY, _GUARANTEED_ORDER, _GRACEFUL_CLOSE, _EXPEDITED_DATA, _IFS_HANDLES.
const STREAM_SERVICES: u32 = 0x2 | 0x4 | 0x20 | 0x40 | 0x2_0000;
/// XP1_CONNECTIONLESS, _MESSAGE_ORIENTED, _SUPPORT_BROADCAST, _SUPPORT_MULTIPOINT, _IFS_HANDLES.
const DATAGRAM_SERVICES: u32 = 0x1 | 0x8 | 0x200 | 0x400 | 0x2_0000;

/// A line of the catalog.
#[derive(Clone, Copy, Debug)]
struct Entry {
    family: AddressFamily,
    socket_type: SocketType,
    protocol: i32,
    catalog_id: u32,
    message_size: u32,
    name: &'static str,
}

const fn entry(
    family: AddressFamily,
    socket_type: SocketType,
    protocol: i32,
    catalog_id: u32,
    message_size: u32,
    name: &'static str,
) -> Entry {
    Entry { family, socket_type, protocol, catalog_id, message_size, name }
}

const IPV4: AddressFamily = AddressFamily::INET;
const IPV6: AddressFamily = AddressFamily::INET6;
const TCP: i32 = libc::IPPROTO_TCP;
const UDP: i32 = libc::IPPROTO_UDP;

const CATALOG: &[Entry] = &[
    entry(IPV4, SocketType::STREAM, TCP, 1001, 0, "MSAFD Tcpip [TCP/IP]"),
    entry(IPV4, SocketType::DGRAM, UDP, 1002, 65467, "MSAFD Tcpip [UDP/IP]"),
    entry(IPV4, SocketType::RAW, 0, 1003, 32768, "MSAFD Tcpip [RAW/IP]"),
    entry(IPV6, SocketType::STREAM, TCP, 1004, 0, "MSAFD Tcpip [TCP/IPv6]"),
    entry(IPV6, SocketType::DGRAM, UDP, 1005, 65467, "MSAFD Tcpip [UDP/IPv6]"),
    entry(IPV6, SocketType::RAW, 0, 1006, 32768, "MSAFD Tcpip [RAW/IPv6]"),
];

const PROVIDER_IPV4: GUID = GUID {
    data1: 0xE70F_1AA0,
    data2: 0xAB8B,
    data3: 0x11CF,
    data4: [0x8C, 0xA3, 0x00, 0x80, 0x5F, 0x48, 0xA1, 0x92],
};
const PROVIDER_IPV6: GUID = GUID {
    data1: 0xF9EA_B0C0,
    data2: 0x26D4,
    data3: 0x11D0,
    data4: [0xBB, 0xBF, 0x00, 0xAA, 0x00, 0x6C, 0x34, 0xE4],
};

/// What the catalog says of a socket; none for a family that is not in it.
pub fn information(kind: Kind) -> Option<WSAPROTOCOL_INFOW> {
    let entry = CATALOG
        .iter()
        .find(|entry| (entry.family, entry.socket_type) == (kind.family, kind.socket_type))?;
    Some(describe(entry))
}

/// The lines that a program is shown; of the hidden ones it hears only through a socket's option.
pub fn shown() -> impl Iterator<Item = WSAPROTOCOL_INFOW> {
    CATALOG.iter().map(describe).filter(|info| info.dwProviderFlags & HIDDEN == 0)
}

/// How wide the characters in a description are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Characters {
    /// Bytes.
    Char,
    /// Windows' own.
    Utf16,
    /// C's `wchar_t` on Linux.
    Utf32,
}

/// A description as it lies in the program's memory.
pub fn bytes(info: &WSAPROTOCOL_INFOW, name: Characters) -> Vec<u8> {
    match name {
        Characters::Char => as_bytes(&narrow(info)),
        Characters::Utf16 => as_bytes(info),
        Characters::Utf32 => {
            // The name is the last member.
            let mut bytes = as_bytes(info);
            bytes.truncate(core::mem::offset_of!(WSAPROTOCOL_INFOW, szProtocol));
            bytes.extend(info.szProtocol.iter().flat_map(|unit| u32::from(*unit).to_le_bytes()));
            bytes
        }
    }
}

/// The bytes of a structure of Windows' without padding.
fn as_bytes<T: Copy>(value: &T) -> Vec<u8> {
    let address = core::ptr::from_ref(value).cast::<u8>();
    // SAFETY: the structures of the catalog are whole numbers of 32-bit fields without gaps, so
    // that every byte is initialised.
    unsafe { core::slice::from_raw_parts(address, size_of::<T>()) }.to_vec()
}

fn describe(entry: &Entry) -> WSAPROTOCOL_INFOW {
    let (family, provider, address_bytes) = match entry.family {
        AddressFamily::INET => (AF_INET, PROVIDER_IPV4, 16),
        _ => (AF_INET6, PROVIDER_IPV6, 28),
    };
    let raw = entry.socket_type == SocketType::RAW;
    let (socket_type, services) = match entry.socket_type {
        SocketType::STREAM => (SOCK_STREAM, STREAM_SERVICES),
        SocketType::DGRAM => (SOCK_DGRAM, DATAGRAM_SERVICES),
        _ => (SOCK_RAW, DATAGRAM_SERVICES),
    };
    let mut name = [0; 256];
    for (unit, character) in name.iter_mut().zip(u16::encode(entry.name)) {
        *unit = character;
    }
    WSAPROTOCOL_INFOW {
        dwServiceFlags1: services,
        dwServiceFlags2: 0,
        dwServiceFlags3: 0,
        dwServiceFlags4: 0,
        dwProviderFlags: MATCHES_PROTOCOL_ZERO | if raw { HIDDEN } else { 0 },
        ProviderId: provider,
        dwCatalogEntryId: entry.catalog_id,
        ProtocolChain: WSAPROTOCOLCHAIN { ChainLen: 1, ChainEntries: [0; 7] },
        iVersion: 2,
        iAddressFamily: i32::from(family),
        iMaxSockAddr: address_bytes,
        iMinSockAddr: address_bytes,
        iSocketType: socket_type,
        iProtocol: entry.protocol,
        iProtocolMaxOffset: if raw { 255 } else { 0 },
        iNetworkByteOrder: 0,
        iSecurityScheme: 0,
        dwMessageSize: entry.message_size,
        dwProviderReserved: 0,
        szProtocol: name,
    }
}

/// The same with a name in bytes; the names are plain ASCII.
pub fn narrow(wide: &WSAPROTOCOL_INFOW) -> WSAPROTOCOL_INFOA {
    WSAPROTOCOL_INFOA {
        dwServiceFlags1: wide.dwServiceFlags1,
        dwServiceFlags2: wide.dwServiceFlags2,
        dwServiceFlags3: wide.dwServiceFlags3,
        dwServiceFlags4: wide.dwServiceFlags4,
        dwProviderFlags: wide.dwProviderFlags,
        ProviderId: wide.ProviderId,
        dwCatalogEntryId: wide.dwCatalogEntryId,
        ProtocolChain: wide.ProtocolChain,
        iVersion: wide.iVersion,
        iAddressFamily: wide.iAddressFamily,
        iMaxSockAddr: wide.iMaxSockAddr,
        iMinSockAddr: wide.iMinSockAddr,
        iSocketType: wide.iSocketType,
        iProtocol: wide.iProtocol,
        iProtocolMaxOffset: wide.iProtocolMaxOffset,
        iNetworkByteOrder: wide.iNetworkByteOrder,
        iSecurityScheme: wide.iSecurityScheme,
        dwMessageSize: wide.dwMessageSize,
        dwProviderReserved: wide.dwProviderReserved,
        szProtocol: wide.szProtocol.map(|unit| unit as i8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_finds_its_line() {
        let kind = Kind { family: IPV6, socket_type: SocketType::DGRAM, protocol: UDP as u16 };
        let info = information(kind).expect("in the catalog");
        assert_eq!((info.iAddressFamily, info.iSocketType, info.iProtocol), (23, 2, 17));
        assert_eq!(info.dwServiceFlags1, 0x20609);
        let narrow = narrow(&info);
        assert_eq!(narrow.szProtocol[..5], [77, 83, 65, 70, 68]);
        assert_eq!(narrow.iMaxSockAddr, 28);
        let unix =
            Kind { family: AddressFamily::UNIX, socket_type: SocketType::STREAM, protocol: 0 };
        assert!(information(unix).is_none());
    }
}
