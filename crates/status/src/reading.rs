//! The two readings of an NTSTATUS: as a Win32 code and as a Winsock code.
//!
//! Nothing else in Lapwing maps statuses.  `GetLastError` after `GetQueuedCompletionStatus` or
//! `GetOverlappedResult` is [`win32`]; `WSAGetOverlappedResult`, completion routines and
//! synchronous Winsock calls use [`winsock`] (semantics.md section 3).  The texts of the codes are
//! in `kernel32::error_text`.

use crate::Status;

/// One line of the table: a status and how the two families of calls report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The NTSTATUS.
    pub status: Status,
    /// Its name without `STATUS_`.
    pub name: &'static str,
    /// What `GetLastError` gives (`RtlNtStatusToDosError`).
    pub win32: u32,
    /// What `WSAGetLastError` gives.
    pub winsock: i32,
}

/// `RtlNtStatusToDosError`'s answer for a status that it does not know.
pub const ERROR_MR_MID_NOT_FOUND: u32 = 317;
/// Winsock's answer for a failure that it does not know.
pub const WSAEINVAL: i32 = 10022;

const WSA_IO_INCOMPLETE: u16 = 996;

macro_rules! table {
    ($($name:ident => $win32:literal, $winsock:literal;)*) => {
        /// Every status that has a reading of its own.
        pub const TABLE: &[Row] = &[$(Row {
            status: Status::$name,
            name: stringify!($name),
            win32: $win32,
            winsock: $winsock,
        },)*];

        fn find(status: Status) -> Option<(u32, i32)> {
            match status {
                $(Status::$name => Some(($win32, $winsock)),)*
                _ => None,
            }
        }
    };
}

table! {
    // Success and information: Winsock reads them as Win32 does, except PENDING.
    SUCCESS => 0, 0;
    ABANDONED_WAIT_0 => 128, 128;
    ABANDONED_WAIT_63 => 736, 736;
    USER_APC => 737, 737;
    ALERTED => 739, 739;
    TIMEOUT => 1460, 1460;
    PENDING => 997, 996;
    MORE_ENTRIES => 234, 234;
    NOTIFY_CLEANUP => 745, 745;
    NOTIFY_ENUM_DIR => 1022, 1022;
    OBJECT_NAME_EXISTS => 698, 698;
    // Warnings.
    DATATYPE_MISALIGNMENT => 998, 10022;
    BUFFER_OVERFLOW => 234, 10040;
    NO_MORE_FILES => 18, 10022;
    HANDLES_CLOSED => 676, 10022;
    DEVICE_BUSY => 170, 10022;
    NO_MORE_ENTRIES => 259, 10022;
    // Connections and addresses.
    CONNECTION_RESET => 64, 10054;
    CONNECTION_DISCONNECTED => 64, 10054;
    REMOTE_DISCONNECT => 64, 10054;
    LOCAL_DISCONNECT => 64, 10053;
    CONNECTION_ABORTED => 1236, 10053;
    TRANSACTION_ABORTED => 59, 10053;
    CANCELLED => 995, 995;
    CONNECTION_REFUSED => 1225, 10061;
    REMOTE_NOT_LISTENING => 51, 10061;
    GRACEFUL_DISCONNECT => 1226, 10101;
    CONNECTION_ACTIVE => 1230, 10056;
    INVALID_CONNECTION => 59, 10057;
    CONNECTION_INVALID => 1229, 10022;
    NETWORK_UNREACHABLE => 1231, 10051;
    PROTOCOL_UNREACHABLE => 1233, 10051;
    BAD_NETWORK_PATH => 53, 10051;
    HOST_UNREACHABLE => 1232, 10065;
    PORT_UNREACHABLE => 1234, 10054;
    HOST_DOWN => 1256, 10064;
    REQUEST_ABORTED => 1235, 10004;
    IO_TIMEOUT => 121, 10060;
    LINK_TIMEOUT => 59, 10060;
    LINK_FAILED => 59, 10054;
    ADDRESS_ALREADY_EXISTS => 52, 10048;
    ADDRESS_CLOSED => 64, 10022;
    ADDRESS_ALREADY_ASSOCIATED => 1227, 10022;
    ADDRESS_NOT_ASSOCIATED => 1228, 10022;
    CONNECTION_COUNT_LIMIT => 1238, 10022;
    SHARING_VIOLATION => 32, 10048;
    INVALID_ADDRESS => 59, 10049;
    INVALID_ADDRESS_COMPONENT => 1214, 10049;
    TOO_MANY_ADDRESSES => 68, 10055;
    INVALID_BUFFER_SIZE => 1784, 10040;
    // The caller's memory, handles and arguments.
    BUFFER_TOO_SMALL => 122, 10014;
    ACCESS_VIOLATION => 998, 10014;
    DATATYPE_MISALIGNMENT_ERROR => 998, 10014;
    ACCESS_DENIED => 5, 10013;
    INVALID_HANDLE => 6, 10038;
    OBJECT_TYPE_MISMATCH => 6, 10038;
    INVALID_PORT_HANDLE => 6, 10022;
    HANDLE_NOT_CLOSABLE => 6, 10022;
    INVALID_CID => 87, 10022;
    INVALID_PARAMETER => 87, 10022;
    INVALID_PARAMETER_MIX => 87, 10022;
    INVALID_PARAMETER_1 => 87, 10022;
    INVALID_PARAMETER_4 => 87, 10022;
    INVALID_INFO_CLASS => 87, 10022;
    INFO_LENGTH_MISMATCH => 24, 10022;
    UNSUCCESSFUL => 31, 10022;
    // What the object or the system can do.
    PIPE_DISCONNECTED => 233, 10058;
    DEVICE_NOT_READY => 21, 10035;
    REQUEST_NOT_ACCEPTED => 71, 10035;
    NOT_SUPPORTED => 50, 10045;
    NOT_IMPLEMENTED => 1, 10045;
    INVALID_DEVICE_REQUEST => 1, 10022;
    INVALID_DEVICE_STATE => 22, 10022;
    PRIVILEGE_NOT_HELD => 1314, 10022;
    INTERNAL_ERROR => 1359, 10022;
    RETRY => 1237, 10022;
    // Memory and quotas.
    NO_MEMORY => 8, 10055;
    INSUFFICIENT_RESOURCES => 1450, 10055;
    QUOTA_EXCEEDED => 1816, 10055;
    PAGEFILE_QUOTA => 1454, 10055;
    WORKING_SET_QUOTA => 1453, 10055;
    COMMITMENT_LIMIT => 1455, 10055;
    TOO_MANY_PAGING_FILES => 8, 10055;
    CONFLICTING_ADDRESSES => 487, 10055;
    REMOTE_RESOURCES => 51, 10055;
    TOO_MANY_OPENED_FILES => 4, 10022;
    // Names and the network.
    NO_SUCH_DEVICE => 433, 10050;
    NO_SUCH_FILE => 2, 10050;
    OBJECT_NAME_NOT_FOUND => 2, 10050;
    OBJECT_PATH_NOT_FOUND => 3, 10050;
    NETWORK_BUSY => 54, 10050;
    BAD_NETWORK_NAME => 67, 10050;
    INVALID_NETWORK_RESPONSE => 58, 10050;
    UNEXPECTED_NETWORK_ERROR => 59, 10050;
    OBJECT_NAME_INVALID => 123, 10022;
    OBJECT_NAME_COLLISION => 183, 10022;
    OBJECT_PATH_SYNTAX_BAD => 161, 10022;
    NOT_FOUND => 1168, 10022;
    ENTRYPOINT_NOT_FOUND => 127, 10022;
    DLL_NOT_FOUND => 126, 10022;
    PROCEDURE_NOT_FOUND => 127, 10022;
    INVALID_IMAGE_FORMAT => 193, 10022;
    DLL_INIT_FAILED => 1114, 10022;
    // Pipes.
    PIPE_BROKEN => 109, 10022;
    PIPE_CLOSING => 232, 10022;
    PIPE_EMPTY => 232, 10022;
    PIPE_CONNECTED => 535, 10022;
    PIPE_LISTENING => 536, 10022;
    PIPE_NOT_AVAILABLE => 231, 10022;
    PIPE_BUSY => 231, 10022;
    INSTANCE_NOT_AVAILABLE => 231, 10022;
    INVALID_PIPE_STATE => 230, 10022;
    INVALID_READ_MODE => 230, 10022;
    CANNOT_IMPERSONATE => 1368, 10022;
    ILLEGAL_FUNCTION => 1, 10022;
    // Security descriptors.
    UNKNOWN_REVISION => 1305, 10022;
    INVALID_ACL => 1336, 10022;
    INVALID_SID => 1337, 10022;
    INVALID_SECURITY_DESCR => 1338, 10022;
    // Files.
    END_OF_FILE => 38, 10022;
    FILE_CLOSED => 6, 10022;
    FILE_FORCED_CLOSED => 38, 10022;
    DELETE_PENDING => 5, 10022;
    CANNOT_DELETE => 5, 10022;
    DISK_FULL => 112, 10022;
    FILE_IS_A_DIRECTORY => 5, 10022;
    NOT_A_DIRECTORY => 267, 10022;
    DIRECTORY_NOT_EMPTY => 145, 10022;
    NAME_TOO_LONG => 206, 10022;
    NOT_SAME_DEVICE => 17, 10022;
    MEDIA_WRITE_PROTECTED => 19, 10022;
    INVALID_USER_BUFFER => 1784, 10022;
    IO_DEVICE_ERROR => 1117, 10022;
    REPARSE_POINT_NOT_RESOLVED => 1921, 10022;
    FILE_LOCK_CONFLICT => 33, 10022;
    LOCK_NOT_GRANTED => 33, 10022;
    RANGE_NOT_LOCKED => 158, 10022;
    INVALID_LOCK_RANGE => 307, 10022;
    // Synchronisation, threads, memory.
    MUTANT_NOT_OWNED => 288, 10022;
    MUTANT_LIMIT_EXCEEDED => 587, 10022;
    SEMAPHORE_LIMIT_EXCEEDED => 298, 10022;
    SUSPEND_COUNT_EXCEEDED => 156, 10022;
    THREAD_IS_TERMINATING => 5, 10022;
    PROCESS_IS_TERMINATING => 5, 10022;
    THREAD_NOT_IN_PROCESS => 566, 10022;
    NOT_MAPPED_VIEW => 487, 10022;
    MAPPED_FILE_SIZE_ZERO => 1006, 10022;
    SECTION_TOO_BIG => 8, 10022;
    INVALID_VIEW_SIZE => 5, 10022;
    INVALID_FILE_FOR_SECTION => 193, 10022;
    MAPPED_ALIGNMENT => 1132, 10022;
    USER_MAPPED_FILE => 1224, 10022;
    FREE_VM_NOT_AT_BASE => 487, 10022;
    MEMORY_NOT_ALLOCATED => 487, 10022;
}

/// The Win32 code of a status, as `RtlNtStatusToDosError` gives it.
///
/// A Win32 code wrapped as an NTSTATUS or an HRESULT comes out unwrapped; customer codes (bit 29)
/// come back unchanged; an unknown status gives `ERROR_MR_MID_NOT_FOUND` (317).
pub fn win32(status: Status) -> u32 {
    const CUSTOMER: u32 = 0x2000_0000;
    if let Some(code) = status.wrapped_winsock() {
        return u32::from(code);
    }
    if status.0 & CUSTOMER != 0 {
        return status.0;
    }
    // 0xD… is 0xC… from kernel mode.
    let status = if status.0 >> 28 == 0xD { Status(status.0 & !0x1000_0000) } else { status };
    match (find(status), wrapped(status)) {
        (Some((win32, _)), _) => win32,
        (None, Some(code)) => u32::from(code),
        (None, None) => ERROR_MR_MID_NOT_FOUND,
    }
}

/// The Winsock code of a status.
///
/// Success and information read as in Win32, `PENDING` as `WSA_IO_INCOMPLETE` (996); a failure
/// without a row is `WSAEINVAL` (10022).
pub fn winsock(status: Status) -> i32 {
    if let Some(code) = status.wrapped_winsock() {
        return i32::from(code);
    }
    match (find(status), wrapped(status)) {
        (Some((_, winsock)), _) => winsock,
        (None, Some(WSA_IO_INCOMPLETE)) => i32::from(WSA_IO_INCOMPLETE),
        (None, _) if status.is_success() => win32(status).cast_signed(),
        (None, _) => WSAEINVAL,
    }
}

/// The Win32 code inside a status of the facilities that only wrap one.
fn wrapped(status: Status) -> Option<u16> {
    let low = (status.0 & 0xFFFF) as u16;
    matches!(status.0 >> 16, 0x8007 | 0xC001 | 0xC007).then_some(low)
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
