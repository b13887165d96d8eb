//! `windows-link` is how `windows-sys` and its like import a function; in older versions it is
//! `windows-targets`.  This one imports it on Windows as that of crates.io does, and on Linux from
//! liblapwing.
//!
//! All of Lapwing's functions bear Windows' names there, but for those that the C library has too:
//! `socket` is `lapwing_socket`.  A function that Lapwing lacks is lacking when a program that
//! calls it is linked.

#![no_std]

/// Declares a function of a DLL.
#[cfg(windows)]
#[macro_export]
macro_rules! link {
    ($dll:literal $abi:literal $($name:literal)? $(#[$about:meta])* fn $($function:tt)*) => {
        #[link(name = $dll, kind = "raw-dylib", modifiers = "+verbatim")]
        extern $abi {
            $(#[link_name = $name])?
            pub fn $($function)*;
        }
    };
}

/// Declares a function of liblapwing.
#[cfg(not(windows))]
#[macro_export]
macro_rules! link {
    ($dll:literal $abi:literal $(#[$about:meta])* fn accept $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_accept" fn accept $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn bind $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_bind" fn bind $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn connect $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_connect" fn connect $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn freeaddrinfo $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_freeaddrinfo" fn freeaddrinfo $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getaddrinfo $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getaddrinfo" fn getaddrinfo $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn gethostbyaddr $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_gethostbyaddr" fn gethostbyaddr $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn gethostbyname $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_gethostbyname" fn gethostbyname $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn gethostname $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_gethostname" fn gethostname $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getnameinfo $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getnameinfo" fn getnameinfo $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getpeername $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getpeername" fn getpeername $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getprotobyname $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getprotobyname" fn getprotobyname $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getprotobynumber $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getprotobynumber" fn getprotobynumber $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getservbyname $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getservbyname" fn getservbyname $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getservbyport $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getservbyport" fn getservbyport $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getsockname $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getsockname" fn getsockname $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn getsockopt $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_getsockopt" fn getsockopt $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn htonl $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_htonl" fn htonl $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn htons $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_htons" fn htons $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn inet_addr $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_inet_addr" fn inet_addr $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn inet_ntoa $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_inet_ntoa" fn inet_ntoa $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn inet_ntop $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_inet_ntop" fn inet_ntop $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn inet_pton $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_inet_pton" fn inet_pton $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn listen $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_listen" fn listen $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn ntohl $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_ntohl" fn ntohl $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn ntohs $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_ntohs" fn ntohs $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn recv $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_recv" fn recv $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn recvfrom $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_recvfrom" fn recvfrom $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn select $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_select" fn select $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn send $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_send" fn send $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn sendto $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_sendto" fn sendto $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn setsockopt $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_setsockopt" fn setsockopt $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn shutdown $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_shutdown" fn shutdown $($rest)*);
    };
    ($dll:literal $abi:literal $(#[$about:meta])* fn socket $($rest:tt)*) => {
        $crate::linked!($abi "lapwing_socket" fn socket $($rest)*);
    };
    ($dll:literal $abi:literal $($name:literal)? $(#[$about:meta])* fn $($function:tt)*) => {
        $crate::linked!($abi $($name)? fn $($function)*);
    };
}

/// A function, and the name that it has in the library if it is another.
#[cfg(not(windows))]
#[doc(hidden)]
#[macro_export]
macro_rules! linked {
    ($abi:literal $($name:literal)? fn $($function:tt)*) => {
        extern $abi {
            $(#[link_name = $name])?
            pub fn $($function)*;
        }
    };
}
