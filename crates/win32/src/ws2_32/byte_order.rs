//! Host and network byte order.  x86-64 is little-endian, so each of these swaps.
#![allow(unsafe_code)]

/// A 32-bit number in network byte order.
#[unsafe(export_name = "lapwing_htonl")]
pub extern "system" fn htonl(host: u32) -> u32 {
    host.to_be()
}

/// A 16-bit number in network byte order.
#[unsafe(export_name = "lapwing_htons")]
pub extern "system" fn htons(host: u16) -> u16 {
    host.to_be()
}

/// A 32-bit number in host byte order.
#[unsafe(export_name = "lapwing_ntohl")]
pub extern "system" fn ntohl(network: u32) -> u32 {
    u32::from_be(network)
}

/// A 16-bit number in host byte order.
#[unsafe(export_name = "lapwing_ntohs")]
pub extern "system" fn ntohs(network: u16) -> u16 {
    u16::from_be(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_order_is_big_endian() {
        assert_eq!(htonl(0x0102_0304).to_ne_bytes(), [1, 2, 3, 4]);
        assert_eq!(htons(0x0102).to_ne_bytes(), [1, 2]);
        assert_eq!(ntohl(htonl(7)), 7);
        assert_eq!(ntohs(htons(7)), 7);
    }
}
