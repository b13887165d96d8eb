//! The one error type inside: the NTSTATUS.
//!
//! Here lives [`Status`] and the names of the codes the executive itself produces.  What a code
//! reads as in Win32 or in Winsock is decided only at the surface (`lapwing_win32::error`).

/// An NTSTATUS: the outcome of a request or of a call.
///
/// In `Result<T, Status>` the error side is never a success code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub u32);

impl Status {
    /// True for success and informational codes (`NT_SUCCESS`).
    pub const fn is_success(self) -> bool {
        self.0 < 0x8000_0000
    }

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
    /// A wait was satisfied by an abandoned mutex.
    ABANDONED_WAIT_0 = 0x0000_0080;
    /// A user APC was delivered before the wait was satisfied.
    USER_APC = 0x0000_00C0;
    /// The time given to a wait has passed.
    TIMEOUT = 0x0000_0102;
    /// The request has been accepted and is not yet done.
    PENDING = 0x0000_0103;
    /// The object name existed already; the call returned the existing object.
    OBJECT_NAME_EXISTS = 0x4000_0000;
    /// The data was larger than the buffer, which has been filled.
    BUFFER_OVERFLOW = 0x8000_0005;
    /// Something failed for which there is no better code.
    UNSUCCESSFUL = 0xC000_0001;
    /// The function is not implemented.
    NOT_IMPLEMENTED = 0xC000_0002;
    /// The caller's memory could not be reached.
    ACCESS_VIOLATION = 0xC000_0005;
    /// The handle does not name an open object.
    INVALID_HANDLE = 0xC000_0008;
    /// An argument is invalid.
    INVALID_PARAMETER = 0xC000_000D;
    /// The object does not know this operation.
    INVALID_DEVICE_REQUEST = 0xC000_0010;
    /// No memory.
    NO_MEMORY = 0xC000_0017;
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
    /// The caller does not own the mutex.
    MUTANT_NOT_OWNED = 0xC000_0046;
    /// The semaphore's maximum would be exceeded.
    SEMAPHORE_LIMIT_EXCEEDED = 0xC000_0047;
    /// The thread has ended.
    THREAD_IS_TERMINATING = 0xC000_004B;
    /// A limit of the system has been reached.
    INSUFFICIENT_RESOURCES = 0xC000_009A;
    /// The device is not ready: a non-blocking operation would have to wait.
    DEVICE_NOT_READY = 0xC000_00A3;
    /// The operation took longer than the time given.
    IO_TIMEOUT = 0xC000_00B5;
    /// The object does not support this.
    NOT_SUPPORTED = 0xC000_00BB;
    /// The request was cancelled.
    CANCELLED = 0xC000_0120;
    /// A mutex's count would be exceeded.
    MUTANT_LIMIT_EXCEEDED = 0xC000_0191;
    /// The address is in use.
    ADDRESS_ALREADY_EXISTS = 0xC000_020A;
    /// The connection is not there, or not any more.
    CONNECTION_DISCONNECTED = 0xC000_020C;
    /// The peer reset the connection.
    CONNECTION_RESET = 0xC000_020D;
    /// Nothing was found to act on.
    NOT_FOUND = 0xC000_0225;
    /// The peer refused the connection.
    CONNECTION_REFUSED = 0xC000_0236;
    /// The peer closed in good order.
    GRACEFUL_DISCONNECT = 0xC000_0237;
    /// The socket is connected already.
    CONNECTION_ACTIVE = 0xC000_023B;
    /// No route to the network.
    NETWORK_UNREACHABLE = 0xC000_023C;
    /// No route to the host.
    HOST_UNREACHABLE = 0xC000_023D;
    /// Nobody listens at the datagram's destination.
    PORT_UNREACHABLE = 0xC000_023F;
    /// A blocking call was interrupted (the socket was closed in another thread).
    REQUEST_ABORTED = 0xC000_0240;
    /// The connection was ended on this side.
    CONNECTION_ABORTED = 0xC000_0241;
    /// The socket is not connected.
    INVALID_CONNECTION = 0xC000_0140;
    /// The address cannot be used here.
    INVALID_ADDRESS_COMPONENT = 0xC000_0207;
    /// The connection's sending side has been shut down.
    PIPE_DISCONNECTED = 0xC000_00B0;
    /// The port was closed while the call waited.
    ABANDONED_WAIT_63 = 0x0000_00BF;
    /// The host is down.
    HOST_DOWN = 0xC000_0350;
}
