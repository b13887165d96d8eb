//! What `WSAIoctl` sets and tells of a TCP connection.

use core::mem::offset_of;

use lapwing_abi::{
    TCP_INFO_v0, TCP_INFO_v1, TCPSTATE, TCPSTATE_CLOSE_WAIT, TCPSTATE_CLOSED, TCPSTATE_CLOSING,
    TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2, TCPSTATE_LAST_ACK,
    TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD, TCPSTATE_SYN_SENT, TCPSTATE_TIME_WAIT, WSAEINVAL,
    WSAENOTCONN, WSAEOPNOTSUPP,
};
use lapwing_executive::afd::error::general;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::status::Status;
use lapwing_executive::sys::option as linux;
use rustix::net::AddressFamily;

use crate::error;

/// `WSAEOPNOTSUPP` (10045) for sockets that are not TCP's.
fn only_tcp(socket: &Socket) -> Result<(), i32> {
    let is_tcp = socket.is_stream() && socket.kind().family != AddressFamily::UNIX;
    if is_tcp { Ok(()) } else { Err(WSAEOPNOTSUPP) }
}

/// One of three little-endian numbers.
fn number(bytes: &[u8; 12], index: usize) -> u32 {
    let at = index * 4;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// `SIO_KEEPALIVE_VALS`: on or off, then two times in milliseconds, which Linux has in seconds.  0
/// leaves a time as it is.
pub fn keep_alive(socket: &Socket, values: &[u8; 12]) -> Result<(), Status> {
    let set = |level, name, value: u32| {
        let value = i32::try_from(value).unwrap_or(i32::MAX);
        linux::set(socket.fd(), level, name, value).map_err(general)
    };
    /// Linux takes no more.
    const SECONDS_MAX: u32 = 32767;
    let seconds = |milliseconds: u32| milliseconds.div_ceil(1000).min(SECONDS_MAX);
    let on = number(values, 0) != 0;
    socket.note_options_in_linux();
    set(libc::SOL_SOCKET, libc::SO_KEEPALIVE, u32::from(on))?;
    for (index, name) in [(1, libc::TCP_KEEPIDLE), (2, libc::TCP_KEEPINTVL)] {
        let milliseconds = number(values, index);
        if on && milliseconds > 0 {
            set(libc::IPPROTO_TCP, name, seconds(milliseconds))?;
        }
    }
    Ok(())
}

/// `SIO_TCP_INITIAL_RTO`: how often a connect is tried again before it fails.  The first wait,
/// which Windows takes too, is one second on Linux, always.
pub fn initial_rto(socket: &Socket, values: [u8; 4]) -> Result<(), i32> {
    /// Stays as it is, and for the least that there is.
    const UNSPECIFIED: u8 = 0xFF;
    const NONE: u8 = 0xFE;
    only_tcp(socket)?;
    if socket.is_connected() || socket.is_listening() {
        return Err(WSAEINVAL);
    }
    let count = match values[2] {
        0 | UNSPECIFIED => return Ok(()),
        // Linux tries once more at least.
        NONE => 1,
        count => i32::from(count.min(127)),
    };
    linux::set(socket.fd(), libc::IPPROTO_TCP, libc::TCP_SYNCNT, count)
        .map_err(|errno| error::winsock(general(errno)))
}

/// `SIO_LOOPBACK_FAST_PATH`: Linux' loopback takes no other path, so there is nothing to set.
pub fn loopback_fast_path(socket: &Socket) -> Result<(), i32> {
    only_tcp(socket)?;
    if socket.is_connected() { Err(WSAEINVAL) } else { Ok(()) }
}

/// `SIO_IDEAL_SEND_BACKLOG_QUERY`: how much should be under way.  (T:sock:test_backlog_query)
pub fn ideal_backlog(socket: &Socket) -> Result<u32, i32> {
    const IDEAL: u32 = 0x10000;
    only_tcp(socket)?;
    if socket.is_connected() { Ok(IDEAL) } else { Err(WSAENOTCONN) }
}

/// Linux' `struct tcp_info`, of which older kernels have the beginning only.
struct Info([u8; 240]);

impl Info {
    fn byte(&self, at: usize) -> u8 {
        self.0[at]
    }

    fn word(&self, at: usize) -> u32 {
        u32::from_ne_bytes(core::array::from_fn(|index| self.0[at + index]))
    }

    fn long(&self, at: usize) -> u64 {
        u64::from_ne_bytes(core::array::from_fn(|index| self.0[at + index]))
    }

    /// `tcpi_state`, in Windows' numbers.
    fn state(&self) -> TCPSTATE {
        match self.byte(0) {
            1 => TCPSTATE_ESTABLISHED,
            2 => TCPSTATE_SYN_SENT,
            3 | 12 => TCPSTATE_SYN_RCVD,
            4 => TCPSTATE_FIN_WAIT_1,
            5 => TCPSTATE_FIN_WAIT_2,
            6 => TCPSTATE_TIME_WAIT,
            8 => TCPSTATE_CLOSE_WAIT,
            9 => TCPSTATE_LAST_ACK,
            10 => TCPSTATE_LISTEN,
            11 => TCPSTATE_CLOSING,
            _ => TCPSTATE_CLOSED,
        }
    }

    /// What Windows tells, a `TCP_INFO_v1`.  Where Linux counts segments, bytes are told as whole
    /// segments.
    fn told(&self, connected_ms: u64, receive_buffer: u32) -> Vec<u8> {
        const TIMESTAMPS: u8 = 1;
        let segment = self.word(16);
        let bytes = |segments: u32| segments.saturating_mul(segment);
        let milliseconds = |microseconds: u64| (microseconds / 1000) as u32;
        let mut told = vec![0; size_of::<TCP_INFO_v1>()];
        macro_rules! lay_down {
            ($($member:ident = $value:expr;)*) => {$(
                let at = offset_of!(TCP_INFO_v1, $member);
                let value = $value.to_le_bytes();
                told[at..at + value.len()].copy_from_slice(&value);
            )*};
        }
        lay_down! {
            State = self.state();
            Mss = segment;
            ConnectionTimeMs = connected_ms;
            TimestampsEnabled = u8::from(self.byte(5) & TIMESTAMPS != 0);
            RttUs = self.word(68);
            MinRttUs = self.word(148);
            BytesInFlight = bytes(self.word(24));
            Cwnd = bytes(self.word(80));
            SndWnd = self.word(228);
            RcvWnd = self.word(96);
            RcvBuf = receive_buffer;
            BytesOut = self.long(200);
            BytesIn = self.long(128);
            BytesReordered = bytes(self.word(224));
            BytesRetrans = (self.long(208) as u32);
            FastRetrans = self.word(100);
            DupAcksIn = self.word(216);
            TimeoutEpisodes = u32::from(self.byte(2));
            SndLimTimeRwin = milliseconds(self.long(176));
            SndLimTimeSnd = milliseconds(self.long(184));
            SndLimTimeCwnd = milliseconds(self.long(168));
        }
        told
    }
}

/// `SIO_TCP_INFO`: statistics of a connection, in the version that is wanted.
pub fn info(socket: &Socket, version: u32) -> Result<Vec<u8>, i32> {
    only_tcp(socket)?;
    let size = match version {
        0 => size_of::<TCP_INFO_v0>(),
        1 => size_of::<TCP_INFO_v1>(),
        _ => return Err(WSAEINVAL),
    };
    let of_linux = |errno| error::winsock(general(errno));
    let mut info = Info([0; 240]);
    linux::get_bytes(socket.fd(), libc::IPPROTO_TCP, libc::TCP_INFO, &mut info.0)
        .map_err(of_linux)?;
    let buffer = linux::get(socket.fd(), libc::SOL_SOCKET, libc::SO_RCVBUF).map_err(of_linux)?;
    let age = socket.connection_age().map_or(0, |age| age.as_millis() as u64);
    let mut told = info.told(age, buffer.cast_unsigned());
    told.truncate(size);
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_numbers_become_windows() {
        let mut info = Info([0; 240]);
        info.0[0] = 8;
        info.0[5] = 1;
        info.0[16..20].copy_from_slice(&1000_u32.to_ne_bytes());
        info.0[24..28].copy_from_slice(&3_u32.to_ne_bytes());
        info.0[128..136].copy_from_slice(&77_u64.to_ne_bytes());
        let told = info.told(5, 6);
        let word =
            |at: usize| u32::from_le_bytes([told[at], told[at + 1], told[at + 2], told[at + 3]]);
        assert_eq!(word(offset_of!(TCP_INFO_v1, State)), TCPSTATE_CLOSE_WAIT.cast_unsigned());
        assert_eq!(word(offset_of!(TCP_INFO_v1, BytesInFlight)), 3000);
        assert_eq!(word(offset_of!(TCP_INFO_v1, BytesIn)), 77);
        assert_eq!(word(offset_of!(TCP_INFO_v1, RcvBuf)), 6);
        assert_eq!(told[offset_of!(TCP_INFO_v1, TimestampsEnabled)], 1);
    }
}
