//! Which socket options there are, what their values look like to the program, and who keeps them.
//!
//! What becomes of a value is in `option`.  The shapes are those that T:sock:test_set_getsockopt
//! saw on Windows: each layer of its network code reads lengths in its own way.

use lapwing_abi::{
    GROUP_REQ, GROUP_SOURCE_REQ, IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE,
    IP_DONTFRAGMENT, IP_DROP_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP, IP_HDRINCL, IP_MTU,
    IP_MTU_DISCOVER, IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL, IP_PKTINFO, IP_RECVTOS,
    IP_RECVTTL, IP_TOS, IP_TTL, IP_UNBLOCK_SOURCE, IP_UNICAST_IF, IPPROTO_IP, IPPROTO_IPV6,
    IPPROTO_TCP, IPPROTO_UDP, IPV6_ADD_MEMBERSHIP, IPV6_DONTFRAG, IPV6_DROP_MEMBERSHIP,
    IPV6_HOPLIMIT, IPV6_MTU, IPV6_MTU_DISCOVER, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF,
    IPV6_MULTICAST_LOOP, IPV6_PKTINFO, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_UNICAST_HOPS,
    IPV6_UNICAST_IF, IPV6_V6ONLY, MCAST_BLOCK_SOURCE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP,
    MCAST_LEAVE_GROUP, MCAST_LEAVE_SOURCE_GROUP, MCAST_UNBLOCK_SOURCE, SO_ACCEPTCONN, SO_BROADCAST,
    SO_BSP_STATE, SO_CONDITIONAL_ACCEPT, SO_DEBUG, SO_DONTLINGER, SO_DONTROUTE, SO_ERROR,
    SO_EXCLUSIVEADDRUSE, SO_KEEPALIVE, SO_LINGER, SO_MAX_MSG_SIZE, SO_OOBINLINE, SO_PROTOCOL_INFOA,
    SO_PROTOCOL_INFOW, SO_RCVBUF, SO_RCVTIMEO, SO_REUSEADDR, SO_SNDBUF, SO_SNDTIMEO, SO_TYPE,
    SOL_SOCKET, TCP_FASTOPEN, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_MAXRT, TCP_MAXRTMS,
    TCP_MAXSEG, TCP_NODELAY, WSAEFAULT, WSAEINVAL, WSAENOBUFS, WSAENOPROTOOPT, WSAPROTOCOL_INFOA,
    WSAPROTOCOL_INFOW,
};

/// How an option's value lies in the program's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One byte, however long the program's variable is; only that byte is read and written.
    Byte,
    /// A BOOL of the socket layer: any length, even none, is taken.
    Flag,
    /// A BOOL of the IP layer: of a short variable one byte is written.
    IpFlag,
    /// A number up to 255 of the IP layer, or −1 for the default.
    IpByte,
    /// A BOOL or number of the network layers, which must be four bytes long.
    Whole {
        /// True for a BOOL: what is not 0 becomes 1.
        flag: bool,
    },
    /// A number of the socket layer, which must be four bytes long.
    Number {
        /// A variable that is too short for reading is filled with zeros.
        clears: bool,
    },
    /// A structure of this many bytes.
    Structure(usize),
}

/// Who keeps the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// Linux, as an `int`: its level and its option.
    Linux(i32, i32),
    /// Linux, which takes no more than this.
    Capped(i32, i32, u32),
    /// `SO_REUSEADDR`
    ReuseAddress,
    /// `SO_EXCLUSIVEADDRUSE`
    ExclusiveAddress,
    /// `SO_DEBUG`
    Debug,
    /// `SO_BROADCAST`
    Broadcast,
    /// `SO_CONDITIONAL_ACCEPT`
    ConditionalAccept,
    /// `SO_LINGER`
    Linger,
    /// `SO_DONTLINGER`
    DontLinger,
    /// `SO_SNDBUF`
    SendBuffer,
    /// `SO_RCVBUF`
    ReceiveBuffer,
    /// `SO_SNDTIMEO`
    SendTimeout,
    /// `SO_RCVTIMEO`
    ReceiveTimeout,
    /// `SO_ERROR`
    Error,
    /// `SO_TYPE`
    Type,
    /// `SO_ACCEPTCONN`
    Accepting,
    /// `SO_MAX_MSG_SIZE`
    MaxMessage,
    /// `SO_PROTOCOL_INFOA`
    ProtocolA,
    /// `SO_PROTOCOL_INFOW`
    ProtocolW,
    /// `SO_BSP_STATE`: everything about the socket.
    State,
    /// `IP_HDRINCL`
    HeaderIncluded,
    /// `IP_DONTFRAGMENT`, `IPV6_DONTFRAG`: Linux' level and its path MTU option.
    DontFragment(i32, i32),
    /// `IP_MTU_DISCOVER`, `IPV6_MTU_DISCOVER`
    MtuDiscover(i32, i32),
    /// `TCP_MAXRT`, in seconds; Linux counts milliseconds.
    MaxRetransmit,
    /// `TCP_MAXRTMS`, in milliseconds as Linux has it.
    MaxRetransmitMs,
    /// `IP_MULTICAST_IF`: an address, or the number of an interface.
    MulticastInterface,
    /// `IP_MULTICAST_LOOP`, `IPV6_MULTICAST_LOOP`
    MulticastLoop,
    /// A structure that both systems have alike; it can only be set.
    Same(i32, i32),
    /// `IP_…_SOURCE…`: Linux' option of a group and its source.
    Source(i32),
    /// `IP_…_MEMBERSHIP`: a group, and an interface's address or number.
    Membership(i32),
    /// `MCAST_…`: Linux' level and its option.  The addresses say their family.
    Group(i32, i32),
}

/// An option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    level: i32,
    option: i32,
    /// What the value looks like.
    pub shape: Shape,
    /// Who keeps it.
    pub keeper: Keeper,
}

impl Row {
    /// What only datagrams have a stream refuses: `WSAEINVAL` (10022)
    /// (T:sock:test_sockopt_validity).
    pub fn permit(&self, is_stream: bool) -> Result<(), i32> {
        let of_datagrams = match self.level {
            IPPROTO_IP => [
                IP_MULTICAST_IF,
                IP_MULTICAST_TTL,
                IP_MULTICAST_LOOP,
                IP_PKTINFO,
                IP_RECVTTL,
                IP_RECVTOS,
            ],
            IPPROTO_IPV6 => [
                IPV6_MULTICAST_IF,
                IPV6_MULTICAST_HOPS,
                IPV6_MULTICAST_LOOP,
                IPV6_PKTINFO,
                IPV6_HOPLIMIT,
                IPV6_RECVTCLASS,
            ],
            _ => return Ok(()),
        };
        let refused = is_stream && of_datagrams.contains(&self.option);
        if refused { Err(WSAEINVAL) } else { Ok(()) }
    }
}

const fn row(level: i32, option: i32, shape: Shape, keeper: Keeper) -> Row {
    Row { level, option, shape, keeper }
}

const fn socket(option: i32, shape: Shape, keeper: Keeper) -> Row {
    row(SOL_SOCKET, option, shape, keeper)
}

const fn linux_socket(option: i32, shape: Shape, linux: i32) -> Row {
    row(SOL_SOCKET, option, shape, Keeper::Linux(libc::SOL_SOCKET, linux))
}

const fn tcp(option: i32, shape: Shape, linux: i32) -> Row {
    row(IPPROTO_TCP, option, shape, Keeper::Linux(libc::IPPROTO_TCP, linux))
}

const fn tcp_capped(option: i32, linux: i32, most: u32) -> Row {
    row(IPPROTO_TCP, option, COUNT, Keeper::Capped(libc::IPPROTO_TCP, linux, most))
}

const fn ip(option: i32, shape: Shape, linux: i32) -> Row {
    row(IPPROTO_IP, option, shape, Keeper::Linux(libc::IPPROTO_IP, linux))
}

const fn ipv6(option: i32, shape: Shape, linux: i32) -> Row {
    row(IPPROTO_IPV6, option, shape, Keeper::Linux(libc::IPPROTO_IPV6, linux))
}

/// Levels of IP are the same on both systems.
const fn group(level: i32, option: u32, linux: i32) -> Row {
    let shape = Shape::Structure(size_of::<GROUP_REQ>());
    row(level, option as i32, shape, Keeper::Group(level, linux))
}

const fn group_source(level: i32, option: u32, linux: i32) -> Row {
    let shape = Shape::Structure(size_of::<GROUP_SOURCE_REQ>());
    row(level, option as i32, shape, Keeper::Group(level, linux))
}

const COUNT: Shape = Shape::Whole { flag: false };
const SWITCH: Shape = Shape::Whole { flag: true };
const NUMBER: Shape = Shape::Number { clears: false };
const CLEARED: Shape = Shape::Number { clears: true };
const IP: i32 = libc::IPPROTO_IP;
const IPV6: i32 = libc::IPPROTO_IPV6;
/// Windows allows 255 probes, Linux 127.
const PROBES_MAX: u32 = 127;
/// Linux' limit for the seconds of a keep-alive.
const KEEP_ALIVE_SECONDS_MAX: u32 = 32767;

/// Every option that we have.
const TABLE: &[Row] = &[
    socket(SO_DEBUG, Shape::Flag, Keeper::Debug),
    socket(SO_ACCEPTCONN, Shape::Flag, Keeper::Accepting),
    socket(SO_REUSEADDR, Shape::Flag, Keeper::ReuseAddress),
    socket(SO_EXCLUSIVEADDRUSE, Shape::Flag, Keeper::ExclusiveAddress),
    socket(SO_CONDITIONAL_ACCEPT, Shape::Flag, Keeper::ConditionalAccept),
    socket(SO_LINGER, CLEARED, Keeper::Linger),
    socket(SO_DONTLINGER, Shape::Flag, Keeper::DontLinger),
    socket(SO_SNDBUF, CLEARED, Keeper::SendBuffer),
    socket(SO_RCVBUF, CLEARED, Keeper::ReceiveBuffer),
    socket(SO_SNDTIMEO, NUMBER, Keeper::SendTimeout),
    socket(SO_RCVTIMEO, NUMBER, Keeper::ReceiveTimeout),
    socket(SO_ERROR, NUMBER, Keeper::Error),
    socket(SO_TYPE, NUMBER, Keeper::Type),
    socket(SO_MAX_MSG_SIZE, NUMBER, Keeper::MaxMessage),
    socket(SO_PROTOCOL_INFOA, Shape::Structure(size_of::<WSAPROTOCOL_INFOA>()), Keeper::ProtocolA),
    socket(SO_PROTOCOL_INFOW, Shape::Structure(size_of::<WSAPROTOCOL_INFOW>()), Keeper::ProtocolW),
    socket(SO_BSP_STATE, Shape::Structure(0), Keeper::State),
    linux_socket(SO_KEEPALIVE, Shape::Byte, libc::SO_KEEPALIVE),
    linux_socket(SO_DONTROUTE, Shape::Byte, libc::SO_DONTROUTE),
    socket(SO_BROADCAST, Shape::Flag, Keeper::Broadcast),
    linux_socket(SO_OOBINLINE, Shape::Flag, libc::SO_OOBINLINE),
    tcp(TCP_NODELAY, Shape::Byte, libc::TCP_NODELAY),
    tcp(TCP_MAXSEG, COUNT, libc::TCP_MAXSEG),
    tcp(TCP_FASTOPEN, COUNT, libc::TCP_FASTOPEN),
    tcp_capped(TCP_KEEPIDLE, libc::TCP_KEEPIDLE, KEEP_ALIVE_SECONDS_MAX),
    tcp_capped(TCP_KEEPINTVL, libc::TCP_KEEPINTVL, KEEP_ALIVE_SECONDS_MAX),
    tcp_capped(TCP_KEEPCNT, libc::TCP_KEEPCNT, PROBES_MAX),
    row(IPPROTO_TCP, TCP_MAXRT, COUNT, Keeper::MaxRetransmit),
    row(IPPROTO_TCP, TCP_MAXRTMS, COUNT, Keeper::MaxRetransmitMs),
    ip(IP_TOS, Shape::IpByte, libc::IP_TOS),
    ip(IP_TTL, Shape::IpByte, libc::IP_TTL),
    ip(IP_MULTICAST_TTL, Shape::IpByte, libc::IP_MULTICAST_TTL),
    row(IPPROTO_IP, IP_MULTICAST_LOOP, Shape::IpFlag, Keeper::MulticastLoop),
    ip(IP_PKTINFO, SWITCH, libc::IP_PKTINFO),
    ip(IP_RECVTTL, SWITCH, libc::IP_RECVTTL),
    ip(IP_RECVTOS, SWITCH, libc::IP_RECVTOS),
    ip(IP_UNICAST_IF, COUNT, libc::IP_UNICAST_IF),
    ip(IP_MTU, COUNT, libc::IP_MTU),
    row(IPPROTO_IP, IP_HDRINCL, COUNT, Keeper::HeaderIncluded),
    row(
        IPPROTO_IP,
        IP_DONTFRAGMENT,
        Shape::IpFlag,
        Keeper::DontFragment(IP, libc::IP_MTU_DISCOVER),
    ),
    row(IPPROTO_IP, IP_MTU_DISCOVER, COUNT, Keeper::MtuDiscover(IP, libc::IP_MTU_DISCOVER)),
    row(IPPROTO_IP, IP_MULTICAST_IF, COUNT, Keeper::MulticastInterface),
    row(
        IPPROTO_IP,
        IP_ADD_MEMBERSHIP,
        Shape::Structure(8),
        Keeper::Membership(libc::IP_ADD_MEMBERSHIP),
    ),
    row(
        IPPROTO_IP,
        IP_DROP_MEMBERSHIP,
        Shape::Structure(8),
        Keeper::Membership(libc::IP_DROP_MEMBERSHIP),
    ),
    row(
        IPPROTO_IP,
        IP_ADD_SOURCE_MEMBERSHIP,
        Shape::Structure(12),
        Keeper::Source(libc::MCAST_JOIN_SOURCE_GROUP),
    ),
    row(
        IPPROTO_IP,
        IP_DROP_SOURCE_MEMBERSHIP,
        Shape::Structure(12),
        Keeper::Source(libc::MCAST_LEAVE_SOURCE_GROUP),
    ),
    row(
        IPPROTO_IP,
        IP_BLOCK_SOURCE,
        Shape::Structure(12),
        Keeper::Source(libc::MCAST_BLOCK_SOURCE),
    ),
    row(
        IPPROTO_IP,
        IP_UNBLOCK_SOURCE,
        Shape::Structure(12),
        Keeper::Source(libc::MCAST_UNBLOCK_SOURCE),
    ),
    ipv6(IPV6_UNICAST_HOPS, Shape::IpByte, libc::IPV6_UNICAST_HOPS),
    ipv6(IPV6_MULTICAST_HOPS, Shape::IpByte, libc::IPV6_MULTICAST_HOPS),
    row(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, Shape::IpFlag, Keeper::MulticastLoop),
    ipv6(IPV6_MULTICAST_IF, COUNT, libc::IPV6_MULTICAST_IF),
    ipv6(IPV6_UNICAST_IF, COUNT, libc::IPV6_UNICAST_IF),
    ipv6(IPV6_V6ONLY, Shape::Byte, libc::IPV6_V6ONLY),
    ipv6(IPV6_PKTINFO, SWITCH, libc::IPV6_RECVPKTINFO),
    ipv6(IPV6_HOPLIMIT, SWITCH, libc::IPV6_RECVHOPLIMIT),
    ipv6(IPV6_RECVTCLASS, SWITCH, libc::IPV6_RECVTCLASS),
    ipv6(IPV6_TCLASS, Shape::IpByte, libc::IPV6_TCLASS),
    ipv6(IPV6_MTU, COUNT, libc::IPV6_MTU),
    row(
        IPPROTO_IPV6,
        IPV6_DONTFRAG,
        Shape::IpFlag,
        Keeper::DontFragment(IPV6, libc::IPV6_MTU_DISCOVER),
    ),
    row(IPPROTO_IPV6, IPV6_MTU_DISCOVER, COUNT, Keeper::MtuDiscover(IPV6, libc::IPV6_MTU_DISCOVER)),
    row(
        IPPROTO_IPV6,
        IPV6_ADD_MEMBERSHIP,
        Shape::Structure(20),
        Keeper::Same(IPV6, libc::IPV6_ADD_MEMBERSHIP),
    ),
    row(
        IPPROTO_IPV6,
        IPV6_DROP_MEMBERSHIP,
        Shape::Structure(20),
        Keeper::Same(IPV6, libc::IPV6_DROP_MEMBERSHIP),
    ),
    group(IP, MCAST_JOIN_GROUP, libc::MCAST_JOIN_GROUP),
    group(IP, MCAST_LEAVE_GROUP, libc::MCAST_LEAVE_GROUP),
    group_source(IP, MCAST_JOIN_SOURCE_GROUP, libc::MCAST_JOIN_SOURCE_GROUP),
    group_source(IP, MCAST_LEAVE_SOURCE_GROUP, libc::MCAST_LEAVE_SOURCE_GROUP),
    group_source(IP, MCAST_BLOCK_SOURCE, libc::MCAST_BLOCK_SOURCE),
    group_source(IP, MCAST_UNBLOCK_SOURCE, libc::MCAST_UNBLOCK_SOURCE),
    group(IPV6, MCAST_JOIN_GROUP, libc::MCAST_JOIN_GROUP),
    group(IPV6, MCAST_LEAVE_GROUP, libc::MCAST_LEAVE_GROUP),
    group_source(IPV6, MCAST_JOIN_SOURCE_GROUP, libc::MCAST_JOIN_SOURCE_GROUP),
    group_source(IPV6, MCAST_LEAVE_SOURCE_GROUP, libc::MCAST_LEAVE_SOURCE_GROUP),
    group_source(IPV6, MCAST_BLOCK_SOURCE, libc::MCAST_BLOCK_SOURCE),
    group_source(IPV6, MCAST_UNBLOCK_SOURCE, libc::MCAST_UNBLOCK_SOURCE),
];

/// The option, or `WSAENOPROTOOPT` (10042), or `WSAEINVAL` (10022) for a level that is none.
pub fn find(level: i32, option: i32) -> Result<&'static Row, i32> {
    const LEVELS: [i32; 5] = [SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6];
    if !LEVELS.contains(&level) {
        return Err(WSAEINVAL);
    }
    TABLE.iter().find(|row| (row.level, row.option) == (level, option)).ok_or(WSAENOPROTOOPT)
}

/// What `getsockopt` does with the program's variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Written to the variable, from its beginning.
    pub bytes: Vec<u8>,
    /// Written to the length.
    pub length: i32,
    /// The Winsock code; 0 for success.
    pub error: i32,
}

impl Shape {
    /// How many of the `length` bytes that a program gives to `setsockopt` are read.
    pub fn readable(self, length: i32) -> usize {
        let most = match self {
            Shape::Structure(size) => size,
            Shape::Byte => 1,
            _ => 4,
        };
        // A negative length is a huge one to the socket layer.
        usize::try_from(length).map_or(most, |length| length.min(most))
    }

    /// The value in the bytes that `setsockopt` was given, `readable` ones.  Structures have none.
    ///
    /// `WSAEFAULT` (10014) if they are too few, `WSAENOBUFS` (10055) for a negative length where
    /// Windows notices it, `WSAEINVAL` (10022) for a number out of range.
    pub fn parse(self, bytes: &[u8], length: i32) -> Result<u32, i32> {
        if length < 0 && !matches!(self, Shape::Flag | Shape::Number { .. }) {
            return Err(WSAENOBUFS);
        }
        let least = match self {
            Shape::Flag => 0,
            Shape::Byte | Shape::IpFlag | Shape::IpByte => 1,
            Shape::Whole { .. } | Shape::Number { .. } => 4,
            Shape::Structure(size) => size,
        };
        if bytes.len() < least {
            return Err(WSAEFAULT);
        }
        let mut whole = [0; 4];
        let count = bytes.len().min(4);
        whole[..count].copy_from_slice(&bytes[..count]);
        let value = u32::from_le_bytes(whole);
        match self {
            Shape::Byte => Ok(u32::from(whole[0] != 0)),
            Shape::Flag | Shape::IpFlag | Shape::Whole { flag: true } => Ok(u32::from(value != 0)),
            Shape::IpByte if value > 0xFF && value != u32::MAX => Err(WSAEINVAL),
            _ => Ok(value),
        }
    }

    /// What `getsockopt` answers to a variable of `length` bytes.
    pub fn reply(self, value: u32, length: i32) -> Reply {
        let whole = value.to_le_bytes();
        let fault = Reply { bytes: Vec::new(), length, error: WSAEFAULT };
        let Some(room) = usize::try_from(length).ok().filter(|&room| room > 0) else {
            return fault;
        };
        let written =
            |count: usize, length| Reply { bytes: whole[..count].to_vec(), length, error: 0 };
        match self {
            Shape::Byte => written(1, 1),
            Shape::Flag if room < 4 => written(room, 1),
            Shape::IpFlag | Shape::IpByte if room < 4 => written(1, 1),
            Shape::Whole { .. } if room < 4 => Reply { length: 0, ..fault },
            Shape::Number { clears } if room < 4 => {
                Reply { bytes: vec![0; if clears { room } else { 0 }], ..fault }
            }
            Shape::Structure(_) => fault,
            _ => written(4, 4),
        }
    }
}

#[cfg(test)]
#[path = "option_table_tests.rs"]
mod tests;
