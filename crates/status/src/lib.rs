//! The one error type inside: the NTSTATUS.
//!
//! Here lives [`Status`] and the names of the codes the executive itself produces.  What a code
//! reads as in Win32 or in Winsock is decided only at the surface, by the one table in [`reading`].
//! Nothing here depends on a system: the safe crate reads statuses on Windows too.

pub mod reading;

/// An NTSTATUS: the outcome of a request or of a call.
///
/// In `Result<T, Status>` the error side is never a success code.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Status(pub u32);

impl Status {
    /// True for success and informational codes (`NT_SUCCESS`).
    pub const fn is_success(self) -> bool {
        self.0 < 0x8000_0000
    }

    /// A Winsock code that no NTSTATUS stands for (Windows gives it above the system call), in a
    /// wrapping of our own that no status of Windows' has; the surface unwraps it.
    pub const fn from_winsock(code: u16) -> Self {
        Status(Self::OWN_FACILITY | code as u32)
    }

    /// A Win32 code that no NTSTATUS stands for, wrapped as NT does it (`FACILITY_NTWIN32`).
    pub const fn from_win32(code: u16) -> Self {
        Status(0xC007_0000 | code as u32)
    }

    /// The Winsock code inside a status of [`Status::from_winsock`].
    pub const fn wrapped_winsock(self) -> Option<u16> {
        if self.0 & 0xFFFF_0000 == Self::OWN_FACILITY { Some(self.0 as u16) } else { None }
    }

    /// An error, with the customer bit set.
    const OWN_FACILITY: u32 = 0xE0A7_0000;

    /// True for error codes (`NT_ERROR`): warnings such as `BUFFER_OVERFLOW` are not errors.
    pub const fn is_error(self) -> bool {
        self.0 >= 0xC000_0000
    }
}

/// What most of the executive returns.
pub type Result<T> = core::result::Result<T, Status>;

macro_rules! status {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        impl Status {
            $($(#[$doc])* pub const $name: Status = Status($value);)*
        }

        impl core::fmt::Debug for Status {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.0 {
                    $($value => f.write_str(concat!("STATUS_", stringify!($name))),)*
                    other => write!(f, "STATUS {other:#010X}"),
                }
            }
        }
    };
}

status! {
    /// The operation succeeded.
    SUCCESS = 0x0000_0000;
    /// A wait was satisfied by an abandoned mutex, or the port was closed while the call waited
    /// (which `GetQueuedCompletionStatus` reports as 735, not by the table).
    ABANDONED_WAIT_0 = 0x0000_0080;
    /// The last of the codes for abandoned mutexes; reads as 736.
    ABANDONED_WAIT_63 = 0x0000_00BF;
    /// A user APC was delivered before the wait was satisfied.
    USER_APC = 0x0000_00C0;
    /// The wait was ended by an alert.
    ALERTED = 0x0000_0101;
    /// The time given to a wait has passed.
    TIMEOUT = 0x0000_0102;
    /// The request has been accepted and is not yet done.
    PENDING = 0x0000_0103;
    /// The buffer was filled and more entries remain.
    MORE_ENTRIES = 0x0000_0105;
    /// The handle was closed through which the directory was watched.
    NOTIFY_CLEANUP = 0x0000_010B;
    /// More changed in the directory than the buffer could report.
    NOTIFY_ENUM_DIR = 0x0000_010C;
    /// The object name existed already; the call returned the existing object.
    OBJECT_NAME_EXISTS = 0x4000_0000;
    /// The caller's memory is not aligned (as a warning).
    DATATYPE_MISALIGNMENT = 0x8000_0002;
    /// The data was larger than the buffer, which has been filled.
    BUFFER_OVERFLOW = 0x8000_0005;
    /// The listing of a directory has ended.
    NO_MORE_FILES = 0x8000_0006;
    /// The object's handles were closed, and it went away with them.
    HANDLES_CLOSED = 0x8000_000A;
    /// The device is doing something else.
    DEVICE_BUSY = 0x8000_0011;
    /// The enumeration has ended.
    NO_MORE_ENTRIES = 0x8000_001A;
    /// Something failed for which there is no better code.
    UNSUCCESSFUL = 0xC000_0001;
    /// The function is not implemented.
    NOT_IMPLEMENTED = 0xC000_0002;
    /// The object has no such class of information.
    INVALID_INFO_CLASS = 0xC000_0003;
    /// The buffer's length does not fit the class of information.
    INFO_LENGTH_MISMATCH = 0xC000_0004;
    /// The caller's memory could not be reached.
    ACCESS_VIOLATION = 0xC000_0005;
    /// The quota of the paging file has been used up.
    PAGEFILE_QUOTA = 0xC000_0007;
    /// The handle does not name an open object.
    INVALID_HANDLE = 0xC000_0008;
    /// No such process or thread.
    INVALID_CID = 0xC000_000B;
    /// An argument is invalid.
    INVALID_PARAMETER = 0xC000_000D;
    /// No such device.
    NO_SUCH_DEVICE = 0xC000_000E;
    /// No such file.
    NO_SUCH_FILE = 0xC000_000F;
    /// The object does not know this operation.
    INVALID_DEVICE_REQUEST = 0xC000_0010;
    /// The end of the file has been reached.
    END_OF_FILE = 0xC000_0011;
    /// The part is not in the section.
    INVALID_VIEW_SIZE = 0xC000_001F;
    /// The file is on no disk, so it cannot be mapped.
    INVALID_FILE_FOR_SECTION = 0xC000_0020;
    /// No memory.
    NO_MEMORY = 0xC000_0017;
    /// The address range is in use for something else.
    CONFLICTING_ADDRESSES = 0xC000_0018;
    /// No view of a section is mapped at this address.
    NOT_MAPPED_VIEW = 0xC000_0019;
    /// Arguments do not go together: a wait for all names an object twice.
    INVALID_PARAMETER_MIX = 0xC000_0030;
    /// A revision of a structure that is not known.
    UNKNOWN_REVISION = 0xC000_0058;
    /// An access control list that is none.
    INVALID_ACL = 0xC000_0077;
    /// A security identifier that is none.
    INVALID_SID = 0xC000_0078;
    /// A security descriptor that is none, or of the wrong form.
    INVALID_SECURITY_DESCR = 0xC000_0079;
    /// The first argument is wrong: the key of a keyed event is odd.
    INVALID_PARAMETER_1 = 0xC000_00EF;
    /// The fourth argument is wrong.
    INVALID_PARAMETER_4 = 0xC000_00F2;
    /// The caller may not do this.
    ACCESS_DENIED = 0xC000_0022;
    /// The buffer is too small.
    BUFFER_TOO_SMALL = 0xC000_0023;
    /// The handle names an object of another type.
    OBJECT_TYPE_MISMATCH = 0xC000_0024;
    /// An object name is malformed.
    OBJECT_NAME_INVALID = 0xC000_0033;
    /// No object has this name.
    OBJECT_NAME_NOT_FOUND = 0xC000_0034;
    /// Another object has this name.
    OBJECT_NAME_COLLISION = 0xC000_0035;
    /// A folder on the way to the object does not exist.
    OBJECT_PATH_NOT_FOUND = 0xC000_003A;
    /// An object name does not begin at the root.
    OBJECT_PATH_SYNTAX_BAD = 0xC000_003B;
    /// The section is too large.
    SECTION_TOO_BIG = 0xC000_0040;
    /// The handle does not name a port.
    INVALID_PORT_HANDLE = 0xC000_0042;
    /// Somebody has the file open in a way that excludes this one.
    SHARING_VIOLATION = 0xC000_0043;
    /// A quota of the process has been used up.
    QUOTA_EXCEEDED = 0xC000_0044;
    /// The caller does not own the mutex.
    MUTANT_NOT_OWNED = 0xC000_0046;
    /// The semaphore's maximum would be exceeded.
    SEMAPHORE_LIMIT_EXCEEDED = 0xC000_0047;
    /// A thread's suspend count would be exceeded.
    SUSPEND_COUNT_EXCEEDED = 0xC000_004A;
    /// The thread has ended.
    THREAD_IS_TERMINATING = 0xC000_004B;
    /// Another owner has locked this range of the file.
    FILE_LOCK_CONFLICT = 0xC000_0054;
    /// The range of the file could not be locked.
    LOCK_NOT_GRANTED = 0xC000_0055;
    /// The file is being deleted.
    DELETE_PENDING = 0xC000_0056;
    /// The caller lacks the privilege.
    PRIVILEGE_NOT_HELD = 0xC000_0061;
    /// The library does not export this procedure.
    PROCEDURE_NOT_FOUND = 0xC000_007A;
    /// The range of the file was not locked.
    RANGE_NOT_LOCKED = 0xC000_007E;
    /// The file is no program.
    INVALID_IMAGE_FORMAT = 0xC000_007B;
    /// No space is left on the disk.
    DISK_FULL = 0xC000_007F;
    /// There can be no further paging file.
    TOO_MANY_PAGING_FILES = 0xC000_0097;
    /// A limit of the system has been reached.
    INSUFFICIENT_RESOURCES = 0xC000_009A;
    /// The address is not the base of an allocation.
    FREE_VM_NOT_AT_BASE = 0xC000_009F;
    /// No memory has been allocated at this address.
    MEMORY_NOT_ALLOCATED = 0xC000_00A0;
    /// The quota of the working set has been used up.
    WORKING_SET_QUOTA = 0xC000_00A1;
    /// The medium cannot be written to.
    MEDIA_WRITE_PROTECTED = 0xC000_00A2;
    /// The device is not ready: a non-blocking operation would have to wait.
    DEVICE_NOT_READY = 0xC000_00A3;
    /// No further instance of the pipe may be created.
    INSTANCE_NOT_AVAILABLE = 0xC000_00AB;
    /// No instance of the pipe is free.
    PIPE_NOT_AVAILABLE = 0xC000_00AC;
    /// The pipe is not in the state for this.
    INVALID_PIPE_STATE = 0xC000_00AD;
    /// All instances of the pipe are in use.
    PIPE_BUSY = 0xC000_00AE;
    /// The pipe does not have this function.
    ILLEGAL_FUNCTION = 0xC000_00AF;
    /// The connection's sending side has been shut down.
    PIPE_DISCONNECTED = 0xC000_00B0;
    /// The other end of the pipe is closing.
    PIPE_CLOSING = 0xC000_00B1;
    /// The pipe is connected already.
    PIPE_CONNECTED = 0xC000_00B2;
    /// The pipe waits for its other end.
    PIPE_LISTENING = 0xC000_00B3;
    /// The pipe cannot be read in this mode.
    INVALID_READ_MODE = 0xC000_00B4;
    /// The operation took longer than the time given.
    IO_TIMEOUT = 0xC000_00B5;
    /// The file was closed by its other end.
    FILE_FORCED_CLOSED = 0xC000_00B6;
    /// The file is a directory.
    FILE_IS_A_DIRECTORY = 0xC000_00BA;
    /// The object does not support this.
    NOT_SUPPORTED = 0xC000_00BB;
    /// Nobody listens at the other end.
    REMOTE_NOT_LISTENING = 0xC000_00BC;
    /// The network path was not found.
    BAD_NETWORK_PATH = 0xC000_00BE;
    /// The network is busy.
    NETWORK_BUSY = 0xC000_00BF;
    /// The server's answer made no sense.
    INVALID_NETWORK_RESPONSE = 0xC000_00C3;
    /// The network failed in an unforeseen way.
    UNEXPECTED_NETWORK_ERROR = 0xC000_00C4;
    /// The computer shares nothing under this name.
    BAD_NETWORK_NAME = 0xC000_00CC;
    /// The other end takes no more requests now.
    REQUEST_NOT_ACCEPTED = 0xC000_00D0;
    /// The two names are not on one device.
    NOT_SAME_DEVICE = 0xC000_00D4;
    /// The pipe is empty.
    PIPE_EMPTY = 0xC000_00D9;
    /// An internal error.
    INTERNAL_ERROR = 0xC000_00E5;
    /// The buffer is not the caller's to use.
    INVALID_USER_BUFFER = 0xC000_00E8;
    /// The directory is not empty.
    DIRECTORY_NOT_EMPTY = 0xC000_0101;
    /// The file is not a directory.
    NOT_A_DIRECTORY = 0xC000_0103;
    /// The name is too long.
    NAME_TOO_LONG = 0xC000_0106;
    /// The process is ending.
    PROCESS_IS_TERMINATING = 0xC000_010A;
    /// An empty file cannot be mapped.
    MAPPED_FILE_SIZE_ZERO = 0xC000_011E;
    /// The client cannot be impersonated, or not yet.
    CANNOT_IMPERSONATE = 0xC000_010D;
    /// Too many files are open.
    TOO_MANY_OPENED_FILES = 0xC000_011F;
    /// The file cannot be deleted: it is read-only, or in use.
    CANNOT_DELETE = 0xC000_0121;
    /// The request was cancelled.
    CANCELLED = 0xC000_0120;
    /// The file object has been closed.
    FILE_CLOSED = 0xC000_0128;
    /// The thread belongs to another process.
    THREAD_NOT_IN_PROCESS = 0xC000_012A;
    /// The system's memory and paging file are used up.
    COMMITMENT_LIMIT = 0xC000_012D;
    /// The library was not found.
    DLL_NOT_FOUND = 0xC000_0135;
    /// A program could not begin.
    DLL_INIT_FAILED = 0xC000_0142;
    /// The library lacks an entry point that is needed.
    ENTRYPOINT_NOT_FOUND = 0xC000_0139;
    /// The connection was ended on this side.
    LOCAL_DISCONNECT = 0xC000_013B;
    /// The connection was ended by the other side.
    REMOTE_DISCONNECT = 0xC000_013C;
    /// The other side has run out of something.
    REMOTE_RESOURCES = 0xC000_013D;
    /// The link failed.
    LINK_FAILED = 0xC000_013E;
    /// The link did not answer in time.
    LINK_TIMEOUT = 0xC000_013F;
    /// The socket is not connected.
    INVALID_CONNECTION = 0xC000_0140;
    /// The transport address is invalid.
    INVALID_ADDRESS = 0xC000_0141;
    /// The other end of the pipe has gone.
    PIPE_BROKEN = 0xC000_014B;
    /// The device is not in the state for this.
    INVALID_DEVICE_STATE = 0xC000_0184;
    /// The range of the file is longer than 64 bits can count.
    INVALID_LOCK_RANGE = 0xC000_01A1;
    /// The device failed.
    IO_DEVICE_ERROR = 0xC000_0185;
    /// A mutex's count would be exceeded.
    MUTANT_LIMIT_EXCEEDED = 0xC000_0191;
    /// The size of a buffer does not fit the datagram.
    INVALID_BUFFER_SIZE = 0xC000_0206;
    /// The address cannot be used here.
    INVALID_ADDRESS_COMPONENT = 0xC000_0207;
    /// No transport address is free.
    TOO_MANY_ADDRESSES = 0xC000_0209;
    /// The address is in use.
    ADDRESS_ALREADY_EXISTS = 0xC000_020A;
    /// The transport address has been closed.
    ADDRESS_CLOSED = 0xC000_020B;
    /// The connection is not there, or not any more.
    CONNECTION_DISCONNECTED = 0xC000_020C;
    /// The peer reset the connection.
    CONNECTION_RESET = 0xC000_020D;
    /// The transaction was given up.
    TRANSACTION_ABORTED = 0xC000_020F;
    /// The address or the place in the file is no multiple of 64 KiB.
    MAPPED_ALIGNMENT = 0xC000_0220;
    /// Nothing was found to act on.
    NOT_FOUND = 0xC000_0225;
    /// The operation should be tried again.
    RETRY = 0xC000_022D;
    /// The handle is protected from being closed.
    HANDLE_NOT_CLOSABLE = 0xC000_0235;
    /// The peer refused the connection.
    CONNECTION_REFUSED = 0xC000_0236;
    /// The peer closed in good order.
    GRACEFUL_DISCONNECT = 0xC000_0237;
    /// The connection has an address already.
    ADDRESS_ALREADY_ASSOCIATED = 0xC000_0238;
    /// The connection has no address yet.
    ADDRESS_NOT_ASSOCIATED = 0xC000_0239;
    /// There is no such connection.
    CONNECTION_INVALID = 0xC000_023A;
    /// The socket is connected already.
    CONNECTION_ACTIVE = 0xC000_023B;
    /// No route to the network.
    NETWORK_UNREACHABLE = 0xC000_023C;
    /// No route to the host.
    HOST_UNREACHABLE = 0xC000_023D;
    /// The other host does not know the protocol.
    PROTOCOL_UNREACHABLE = 0xC000_023E;
    /// Nobody listens at the datagram's destination.
    PORT_UNREACHABLE = 0xC000_023F;
    /// A blocking call was interrupted (the socket was closed in another thread).
    REQUEST_ABORTED = 0xC000_0240;
    /// A part of the file that is to go is mapped.
    USER_MAPPED_FILE = 0xC000_0243;
    /// The connection was ended on this side.
    CONNECTION_ABORTED = 0xC000_0241;
    /// No further connection is allowed.
    CONNECTION_COUNT_LIMIT = 0xC000_0246;
    /// A symbolic link leads nowhere.
    REPARSE_POINT_NOT_RESOLVED = 0xC000_0280;
    /// The caller's memory is not aligned.
    DATATYPE_MISALIGNMENT_ERROR = 0xC000_02C5;
    /// The host is down.
    HOST_DOWN = 0xC000_0350;
}
