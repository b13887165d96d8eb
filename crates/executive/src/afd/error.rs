//! errno to NTSTATUS, by kind of call.

use crate::status::Status;
use rustix::io::Errno;

/// Errors that mean the same in every call.
pub fn general(error: Errno) -> Status {
    match error {
        Errno::ACCESS | Errno::PERM => Status::ACCESS_DENIED,
        Errno::ADDRINUSE => Status::ADDRESS_ALREADY_EXISTS,
        Errno::ADDRNOTAVAIL => Status::INVALID_ADDRESS_COMPONENT,
        Errno::AGAIN => Status::DEVICE_NOT_READY,
        Errno::ALREADY => Status::from_winsock(10037),
        Errno::CONNABORTED => Status::CONNECTION_ABORTED,
        Errno::CONNREFUSED => Status::CONNECTION_REFUSED,
        Errno::CONNRESET => Status::CONNECTION_RESET,
        Errno::DESTADDRREQ => Status::from_winsock(10039),
        Errno::FAULT => Status::ACCESS_VIOLATION,
        Errno::HOSTDOWN => Status::HOST_DOWN,
        Errno::HOSTUNREACH => Status::HOST_UNREACHABLE,
        Errno::ISCONN => Status::CONNECTION_ACTIVE,
        Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM => {
            Status::INSUFFICIENT_RESOURCES
        }
        Errno::MSGSIZE => Status::INVALID_BUFFER_SIZE,
        // An AF_UNIX address of which there is nothing.
        Errno::NETDOWN | Errno::NOENT | Errno::NOTDIR => Status::from_winsock(10050),
        Errno::NETUNREACH => Status::NETWORK_UNREACHABLE,
        Errno::NOTCONN => Status::INVALID_CONNECTION,
        Errno::OPNOTSUPP => Status::NOT_SUPPORTED,
        Errno::PIPE => Status::CONNECTION_RESET,
        Errno::TIMEDOUT => Status::IO_TIMEOUT,
        Errno::AFNOSUPPORT => Status::from_winsock(10047),
        Errno::PROTONOSUPPORT => Status::from_winsock(10043),
        Errno::SOCKTNOSUPPORT => Status::from_winsock(10044),
        Errno::PROTOTYPE => Status::from_winsock(10041),
        Errno::NOPROTOOPT => Status::from_winsock(10042),
        _ => Status::INVALID_PARAMETER,
    }
}

/// True for the errors that say the connection was reset, after which every receive and send says
/// so again (semantics 6.4); Linux says it once.
pub fn is_reset(error: Errno) -> bool {
    matches!(error, Errno::CONNRESET | Errno::PIPE)
}
