//! What can be set of a socket, beside what is asked of it.
//!
//! All are Winsock's options, with their meaning there: a time to live is a number of hops, a
//! buffer's size is in bytes and a wish.
//!
//! ```
//! use lapwing::UdpSocket;
//! use std::net::Ipv4Addr;
//!
//! # fn main() -> lapwing::Result<()> {
//! let socket = UdpSocket::bind("0.0.0.0:0")?;
//! socket.set_broadcast(true)?;
//! socket.join_multicast_v4(Ipv4Addr::new(239, 255, 77, 2), Ipv4Addr::LOCALHOST)?;
//! assert!(socket.broadcast()?);
//! # Ok(())
//! # }
//! ```

use crate::net::address;
use crate::net::socket::OwnedSocket;
use crate::port::milliseconds;
use crate::sys::WinSock::{self, IP_MREQ, IPV6_MREQ, LINGER, tcp_keepalive};
use crate::{Result, TcpListener, TcpStream, UdpSocket};
use core::time::Duration;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Options that go by the same name in both versions of IP: their levels and numbers.
struct OfBoth {
    v4: i32,
    v6: i32,
    name: &'static str,
}

impl OfBoth {
    fn of(&self, family: i32) -> (i32, i32) {
        if family == i32::from(WinSock::AF_INET6) {
            (WinSock::IPPROTO_IPV6, self.v6)
        } else {
            (WinSock::IPPROTO_IP, self.v4)
        }
    }
}

const TIME_TO_LIVE: OfBoth =
    OfBoth { v4: WinSock::IP_TTL, v6: WinSock::IPV6_UNICAST_HOPS, name: "IP_TTL" };
const MULTICAST_TIME_TO_LIVE: OfBoth = OfBoth {
    v4: WinSock::IP_MULTICAST_TTL,
    v6: WinSock::IPV6_MULTICAST_HOPS,
    name: "IP_MULTICAST_TTL",
};
const MULTICAST_LOOP: OfBoth = OfBoth {
    v4: WinSock::IP_MULTICAST_LOOP,
    v6: WinSock::IPV6_MULTICAST_LOOP,
    name: "IP_MULTICAST_LOOP",
};

/// A size as Winsock takes it, and no larger than it can say.
fn size(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}

/// The options of every socket through which data goes.
macro_rules! buffer_sizes {
    ($type:ty) => {
        impl $type {
            /// How much the system keeps of what has come and has not been received.
            ///
            /// # Errors
            /// What `getsockopt` fails with.
            pub fn receive_buffer_size(&self) -> Result<usize> {
                let size: i32 = of_socket(&self.socket, WinSock::SO_RCVBUF, "SO_RCVBUF")?;
                Ok(size.unsigned_abs() as usize)
            }

            /// Wishes for a receive buffer of so many bytes.
            ///
            /// # Errors
            /// What `setsockopt` fails with.
            pub fn set_receive_buffer_size(&self, bytes: usize) -> Result<()> {
                set_of_socket(&self.socket, WinSock::SO_RCVBUF, &size(bytes), "SO_RCVBUF")
            }

            /// How much the system takes from sends before it has really been sent.
            ///
            /// # Errors
            /// What `getsockopt` fails with.
            pub fn send_buffer_size(&self) -> Result<usize> {
                let size: i32 = of_socket(&self.socket, WinSock::SO_SNDBUF, "SO_SNDBUF")?;
                Ok(size.unsigned_abs() as usize)
            }

            /// Wishes for a send buffer of so many bytes; with 0, a send ends when it is really on
            /// its way.
            ///
            /// # Errors
            /// What `setsockopt` fails with.
            pub fn set_send_buffer_size(&self, bytes: usize) -> Result<()> {
                set_of_socket(&self.socket, WinSock::SO_SNDBUF, &size(bytes), "SO_SNDBUF")
            }
        }
    };
}

buffer_sizes!(TcpListener);
buffer_sizes!(TcpStream);
buffer_sizes!(UdpSocket);

fn of_socket(socket: &OwnedSocket, option: i32, name: &'static str) -> Result<i32> {
    socket.option(WinSock::SOL_SOCKET, option, name)
}

fn set_of_socket<V>(
    socket: &OwnedSocket,
    option: i32,
    value: &V,
    name: &'static str,
) -> Result<()> {
    socket.set_option(WinSock::SOL_SOCKET, option, value, name)
}

impl TcpStream {
    /// Whether small sends go out at once, without waiting for an answer to earlier ones.
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn no_delay(&self) -> Result<bool> {
        let (level, option) = (WinSock::IPPROTO_TCP, WinSock::TCP_NODELAY);
        Ok(self.socket.option::<i32>(level, option, "TCP_NODELAY")? != 0)
    }

    /// Whether small sends go out at once, without waiting for an answer to earlier ones.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_no_delay(&self, on: bool) -> Result<()> {
        let (level, option) = (WinSock::IPPROTO_TCP, WinSock::TCP_NODELAY);
        self.socket.set_option(level, option, &i32::from(on), "TCP_NODELAY")
    }

    /// Whether the system asks a silent peer if it is still there.
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn keep_alive(&self) -> Result<bool> {
        Ok(of_socket(&self.socket, WinSock::SO_KEEPALIVE, "SO_KEEPALIVE")? != 0)
    }

    /// Whether the system asks a silent peer if it is still there; after two hours, unless
    /// [`TcpStream::set_keep_alive_times`] says otherwise.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_keep_alive(&self, on: bool) -> Result<()> {
        set_of_socket(&self.socket, WinSock::SO_KEEPALIVE, &i32::from(on), "SO_KEEPALIVE")
    }

    /// Has the system ask a peer that has been silent so long if it is still there, and ask again
    /// at that interval; both in whole milliseconds.
    ///
    /// # Errors
    /// What `WSAIoctl` fails with.
    pub fn set_keep_alive_times(&self, silent: Duration, interval: Duration) -> Result<()> {
        let (keepalivetime, keepaliveinterval) = (milliseconds(silent), milliseconds(interval));
        let times = tcp_keepalive { onoff: 1, keepalivetime, keepaliveinterval };
        self.socket.control(WinSock::SIO_KEEPALIVE_VALS, &times, "SIO_KEEPALIVE_VALS")
    }

    /// How long closing takes pains over what has not been sent; see [`TcpStream::set_linger`].
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn linger(&self) -> Result<Option<Duration>> {
        let (level, option) = (WinSock::SOL_SOCKET, WinSock::SO_LINGER);
        let linger: LINGER = self.socket.option(level, option, "SO_LINGER")?;
        Ok((linger.l_onoff != 0).then(|| Duration::from_secs(linger.l_linger.into())))
    }

    /// How long closing waits until what has been sent is on its way, in whole seconds; after that
    /// the connection is reset, with a zero at once.  None: closing does not wait, and the system
    /// goes on sending.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_linger(&self, time: Option<Duration>) -> Result<()> {
        let seconds = time.map_or(0, |time| time.as_secs().try_into().unwrap_or(u16::MAX));
        let linger = LINGER { l_onoff: time.is_some().into(), l_linger: seconds };
        set_of_socket(&self.socket, WinSock::SO_LINGER, &linger, "SO_LINGER")
    }
}

impl UdpSocket {
    fn set(&self, option: &OfBoth, value: u32) -> Result<()> {
        let (level, number) = option.of(self.family);
        self.socket.set_option(level, number, &value, option.name)
    }

    fn get(&self, option: &OfBoth) -> Result<u32> {
        let (level, number) = option.of(self.family);
        self.socket.option(level, number, option.name)
    }

    /// Whether it may send to everybody.
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn broadcast(&self) -> Result<bool> {
        Ok(of_socket(&self.socket, WinSock::SO_BROADCAST, "SO_BROADCAST")? != 0)
    }

    /// Whether it may send to everybody; without it, that fails with `WSAEACCES` (10013).
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_broadcast(&self, on: bool) -> Result<()> {
        set_of_socket(&self.socket, WinSock::SO_BROADCAST, &i32::from(on), "SO_BROADCAST")
    }

    /// How many hops its datagrams may make.
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn time_to_live(&self) -> Result<u32> {
        self.get(&TIME_TO_LIVE)
    }

    /// How many hops its datagrams may make, 1 to 255.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_time_to_live(&self, hops: u32) -> Result<()> {
        self.set(&TIME_TO_LIVE, hops)
    }

    /// How many hops its datagrams to groups may make; 1 from the beginning.
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn multicast_time_to_live(&self) -> Result<u32> {
        self.get(&MULTICAST_TIME_TO_LIVE)
    }

    /// How many hops its datagrams to groups may make, 0 to 255.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_multicast_time_to_live(&self, hops: u32) -> Result<()> {
        self.set(&MULTICAST_TIME_TO_LIVE, hops)
    }

    /// Whether it hears what its own machine sends to its groups.
    ///
    /// # Errors
    /// What `getsockopt` fails with.
    pub fn multicast_loop(&self) -> Result<bool> {
        Ok(self.get(&MULTICAST_LOOP)? != 0)
    }

    /// Whether it hears what its own machine sends to its groups; yes from the beginning.  On
    /// Windows the receiver's option decides.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_multicast_loop(&self, on: bool) -> Result<()> {
        self.set(&MULTICAST_LOOP, on.into())
    }

    /// By which interface its datagrams to groups leave, named by one of its addresses.
    ///
    /// # Errors
    /// `WSAEADDRNOTAVAIL` (10049) when no interface has the address.
    pub fn set_multicast_interface_v4(&self, interface: Ipv4Addr) -> Result<()> {
        let (level, option) = (WinSock::IPPROTO_IP, WinSock::IP_MULTICAST_IF);
        self.socket.set_option(level, option, &interface.octets(), "IP_MULTICAST_IF")
    }

    /// By which interface its datagrams to groups leave, by its number.
    ///
    /// # Errors
    /// `WSAEADDRNOTAVAIL` (10049) when there is no such interface.
    pub fn set_multicast_interface_v6(&self, interface: u32) -> Result<()> {
        let (level, option) = (WinSock::IPPROTO_IPV6, WinSock::IPV6_MULTICAST_IF);
        self.socket.set_option(level, option, &interface, "IPV6_MULTICAST_IF")
    }

    /// Joins a group at the interface that has this address; `UNSPECIFIED`: the system chooses.
    ///
    /// # Errors
    /// `WSAEADDRNOTAVAIL` (10049) when no interface has the address, or it is no group's.
    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> Result<()> {
        self.member_v4(WinSock::IP_ADD_MEMBERSHIP, group, interface, "IP_ADD_MEMBERSHIP")
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// `WSAEADDRNOTAVAIL` (10049) when it is not in the group.
    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> Result<()> {
        self.member_v4(WinSock::IP_DROP_MEMBERSHIP, group, interface, "IP_DROP_MEMBERSHIP")
    }

    /// Joins a group at the interface with this number; 0: the system chooses.
    ///
    /// # Errors
    /// As for [`UdpSocket::join_multicast_v4`].
    pub fn join_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> Result<()> {
        self.member_v6(WinSock::IPV6_ADD_MEMBERSHIP, group, interface, "IPV6_ADD_MEMBERSHIP")
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// As for [`UdpSocket::leave_multicast_v4`].
    pub fn leave_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> Result<()> {
        self.member_v6(WinSock::IPV6_DROP_MEMBERSHIP, group, interface, "IPV6_DROP_MEMBERSHIP")
    }

    fn member_v4(
        &self,
        option: i32,
        group: Ipv4Addr,
        interface: Ipv4Addr,
        name: &'static str,
    ) -> Result<()> {
        let (imr_multiaddr, imr_interface) = (address::v4(group), address::v4(interface));
        let member = IP_MREQ { imr_multiaddr, imr_interface };
        self.socket.set_option(WinSock::IPPROTO_IP, option, &member, name)
    }

    fn member_v6(
        &self,
        option: i32,
        group: Ipv6Addr,
        interface: u32,
        name: &'static str,
    ) -> Result<()> {
        let member =
            IPV6_MREQ { ipv6mr_multiaddr: address::v6(group), ipv6mr_interface: interface };
        self.socket.set_option(WinSock::IPPROTO_IPV6, option, &member, name)
    }

    /// Whether a receive fails with `PORT_UNREACHABLE` (10054) when the network says that nobody
    /// was where an earlier datagram was sent to; yes from the beginning.  (Windows' name for it
    /// is `SIO_UDP_CONNRESET`.)
    ///
    /// # Errors
    /// What `WSAIoctl` fails with.
    pub fn set_reports_unreachable(&self, on: bool) -> Result<()> {
        self.socket.control(WinSock::SIO_UDP_CONNRESET, &i32::from(on), "SIO_UDP_CONNRESET")
    }
}
