//! Why something failed: an NTSTATUS, with what Win32 and Winsock call it.

use crate::sys;
use lapwing_status::Status;
use lapwing_status::reading::{TABLE, win32, winsock};
use std::{fmt, io};

/// What most of this crate returns.
pub type Result<T> = core::result::Result<T, Error>;

/// Why a call or an operation failed.
///
/// Windows reports one event under several numbers: a connection that the other side has reset is
/// 64 at a completion port and 10054 to Winsock.  An `Error` holds the NTSTATUS that both are made
/// from, and so compares equal however it was met.  Where Windows gave a call only a number, the
/// status is the one that reads as this number, the most usual if there are several.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error {
    status: Status,
    during: &'static str,
}

impl Error {
    /// A status that an operation ended with.
    pub(crate) const fn from_status(status: Status, during: &'static str) -> Self {
        Error { status, during }
    }

    /// What a Win32 function has just failed with.
    pub(crate) fn last(during: &'static str) -> Self {
        let code = sys::last_error();
        let row = TABLE.iter().find(|row| row.status.is_error() && row.win32 == code);
        let status = match row {
            Some(row) => row.status,
            None => Status::from_win32(code as u16),
        };
        Error { status, during }
    }

    /// What a Winsock function has just failed with.
    pub(crate) fn last_of_winsock(during: &'static str) -> Self {
        Self::of_winsock(sys::last_winsock_error(), during)
    }

    pub(crate) fn of_winsock(code: i32, during: &'static str) -> Self {
        let row = TABLE.iter().find(|row| row.status.is_error() && row.winsock == code);
        let status = match row {
            Some(row) => row.status,
            None => Status::from_winsock(code as u16),
        };
        Error { status, during }
    }

    /// The NTSTATUS.
    pub fn status(&self) -> u32 {
        self.status.0
    }

    /// What `GetLastError` calls it.
    pub fn win32(&self) -> u32 {
        win32(self.status)
    }

    /// What `WSAGetLastError` calls it.
    pub fn winsock(&self) -> i32 {
        winsock(self.status)
    }

    /// The function, or the argument of ours, that failed.
    pub fn during(&self) -> &'static str {
        self.during
    }

    /// True when the operation was cancelled, or its handle closed under it.
    pub fn is_aborted(&self) -> bool {
        matches!(self.status, Status::CANCELLED | Status::CONNECTION_ABORTED)
    }

    fn kind(&self) -> io::ErrorKind {
        use io::ErrorKind as Kind;
        match (self.winsock(), self.win32()) {
            (10004, _) => Kind::Interrupted,
            (10013, _) => Kind::PermissionDenied,
            (10035, _) => Kind::WouldBlock,
            (10048, _) => Kind::AddrInUse,
            (10049, _) => Kind::AddrNotAvailable,
            (10050, _) => Kind::NetworkDown,
            (10051, _) => Kind::NetworkUnreachable,
            (10053, _) => Kind::ConnectionAborted,
            (10054, _) => Kind::ConnectionReset,
            (10057, _) => Kind::NotConnected,
            (10060, _) => Kind::TimedOut,
            (10061, _) => Kind::ConnectionRefused,
            (10065, _) => Kind::HostUnreachable,
            (_, 2 | 3) => Kind::NotFound,
            (_, 38) => Kind::UnexpectedEof,
            (_, 80 | 183) => Kind::AlreadyExists,
            (_, 87) => Kind::InvalidInput,
            (_, 109 | 232) => Kind::BrokenPipe,
            (_, 112) => Kind::StorageFull,
            _ => Kind::Other,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in {}", self.status, self.during)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (win32, winsock) = (self.win32(), self.winsock());
        write!(f, "{}: {:?} (Win32 {win32}, Winsock {winsock})", self.during, self.status)
    }
}

impl std::error::Error for Error {}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::new(error.kind(), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_is_one_error_under_all_its_numbers() {
        let met_by_a_call = Error::of_winsock(10054, "send");
        let met_at_a_port = Error::from_status(Status::CONNECTION_RESET, "send");
        assert_eq!(met_by_a_call, met_at_a_port);
        assert_eq!((met_at_a_port.win32(), met_at_a_port.winsock()), (64, 10054));
        assert_eq!(io::Error::from(met_at_a_port).kind(), io::ErrorKind::ConnectionReset);
    }

    #[test]
    fn a_number_without_a_status_stays_that_number() {
        assert_eq!(Error::of_winsock(10093, "WSARecv").winsock(), 10093);
    }
}
