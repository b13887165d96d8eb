//! The English text of every error code that Lapwing can report, and of Winsock's others.
//!
//! `FormatMessage` reads it ([`super::format_message`]); which NTSTATUS becomes which code is in
//! [`crate::error`].

/// An error code with its name and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// The Win32 or Winsock code.
    pub code: u32,
    /// The code's name in Windows' headers.
    pub name: &'static str,
    /// One sentence, without the line end that `FormatMessage` adds.
    pub text: &'static str,
}

macro_rules! messages {
    ($($code:literal $name:ident $text:literal;)*) => {
        /// Every code with a text, in ascending order.
        pub const MESSAGES: &[Message] = &[$(
            Message { code: $code, name: stringify!($name), text: $text },
        )*];

        // Each name has the number that Microsoft's metadata gives it.
        $(const _: () = assert!(lapwing_abi::$name as u32 == $code);)*
    };
}

messages! {
    0 ERROR_SUCCESS "The operation completed successfully.";
    1 ERROR_INVALID_FUNCTION "Incorrect function.";
    2 ERROR_FILE_NOT_FOUND "The system cannot find the file specified.";
    3 ERROR_PATH_NOT_FOUND "The system cannot find the path specified.";
    4 ERROR_TOO_MANY_OPEN_FILES "The system cannot open the file: too many are open.";
    5 ERROR_ACCESS_DENIED "Access is denied.";
    6 ERROR_INVALID_HANDLE "The handle is invalid.";
    8 ERROR_NOT_ENOUGH_MEMORY "There is not enough memory to carry out this command.";
    13 ERROR_INVALID_DATA "The data is invalid.";
    14 ERROR_OUTOFMEMORY "There is not enough memory to complete this operation.";
    17 ERROR_NOT_SAME_DEVICE "The system cannot move the file to a different disk drive.";
    18 ERROR_NO_MORE_FILES "There are no more files.";
    19 ERROR_WRITE_PROTECT "The medium is write-protected.";
    21 ERROR_NOT_READY "The device is not ready.";
    22 ERROR_BAD_COMMAND "The device does not recognize the command.";
    24 ERROR_BAD_LENGTH "The length of the command is incorrect.";
    31 ERROR_GEN_FAILURE "A device attached to the system is not functioning.";
    32 ERROR_SHARING_VIOLATION "The file cannot be used: another process has it open.";
    33 ERROR_LOCK_VIOLATION "The file cannot be used: another process has locked a part of it.";
    38 ERROR_HANDLE_EOF "The end of the file was reached.";
    50 ERROR_NOT_SUPPORTED "The request is not supported.";
    51 ERROR_REM_NOT_LIST "The remote computer cannot be found, or nothing on it listens.";
    52 ERROR_DUP_NAME "The same name or address is in use on the network already.";
    53 ERROR_BAD_NETPATH "The network path was not found.";
    54 ERROR_NETWORK_BUSY "The network is busy.";
    58 ERROR_BAD_NET_RESP "The server cannot perform the requested operation.";
    59 ERROR_UNEXP_NET_ERR "An unexpected network error occurred.";
    64 ERROR_NETNAME_DELETED "The specified network name is no longer available.";
    67 ERROR_BAD_NET_NAME "The network name cannot be found.";
    68 ERROR_TOO_MANY_NAMES
        "The limit of names or addresses of the local network adapter was exceeded.";
    71 ERROR_REQ_NOT_ACCEP "The remote computer accepts no more connections at this time.";
    80 ERROR_FILE_EXISTS "The file exists.";
    87 ERROR_INVALID_PARAMETER "The parameter is incorrect.";
    109 ERROR_BROKEN_PIPE "The pipe has been ended.";
    111 ERROR_BUFFER_OVERFLOW "The file name is too long.";
    112 ERROR_DISK_FULL "There is not enough space on the disk.";
    120 ERROR_CALL_NOT_IMPLEMENTED "This function is not supported on this system.";
    121 ERROR_SEM_TIMEOUT "The time given to a request has expired.";
    122 ERROR_INSUFFICIENT_BUFFER "The data area passed to a system call is too small.";
    123 ERROR_INVALID_NAME
        "The syntax of the file name, directory name or object name is incorrect.";
    126 ERROR_MOD_NOT_FOUND "The specified module could not be found.";
    127 ERROR_PROC_NOT_FOUND "The specified procedure could not be found.";
    128 ERROR_WAIT_NO_CHILDREN "There are no child processes to wait for.";
    145 ERROR_DIR_NOT_EMPTY "The directory is not empty.";
    156 ERROR_SIGNAL_REFUSED "The recipient process has refused the signal.";
    158 ERROR_NOT_LOCKED "The segment is already unlocked.";
    161 ERROR_BAD_PATHNAME "The specified path is invalid.";
    170 ERROR_BUSY "The requested resource is in use.";
    183 ERROR_ALREADY_EXISTS "An object or a file of this name exists already.";
    193 ERROR_BAD_EXE_FORMAT "The file is not a program that can be run.";
    203 ERROR_ENVVAR_NOT_FOUND "The system could not find the environment option that was entered.";
    206 ERROR_FILENAME_EXCED_RANGE "The file name or extension is too long.";
    230 ERROR_BAD_PIPE "The pipe state is invalid.";
    231 ERROR_PIPE_BUSY "All pipe instances are busy.";
    232 ERROR_NO_DATA "The pipe is being closed.";
    233 ERROR_PIPE_NOT_CONNECTED "No process is on the other end of the pipe.";
    234 ERROR_MORE_DATA "More data is available.";
    258 WAIT_TIMEOUT "The wait operation timed out.";
    259 ERROR_NO_MORE_ITEMS "No more data is available.";
    267 ERROR_DIRECTORY "The directory name is invalid.";
    288 ERROR_NOT_OWNER "A mutex was to be released by a thread that does not own it.";
    298 ERROR_TOO_MANY_POSTS "The semaphore was released more often than its maximum count allows.";
    307 ERROR_INVALID_LOCK_RANGE "The range of bytes cannot be locked.";
    317 ERROR_MR_MID_NOT_FOUND "The system has no message text for this number.";
    433 ERROR_NO_SUCH_DEVICE "The device does not exist.";
    487 ERROR_INVALID_ADDRESS "The address is invalid.";
    535 ERROR_PIPE_CONNECTED "There is a process on the other end of the pipe.";
    536 ERROR_PIPE_LISTENING "Waiting for a process to open the other end of the pipe.";
    566 ERROR_THREAD_NOT_IN_PROCESS "The thread does not belong to the process.";
    587 ERROR_MUTANT_LIMIT_EXCEEDED "The mutex was acquired more often than its count can tell.";
    676 ERROR_HANDLES_CLOSED "The handles of the object were closed, and the object with them.";
    698 ERROR_OBJECT_NAME_EXISTS "An object of this name existed already and was opened.";
    735 ERROR_ABANDONED_WAIT_0 "The object that was waited for has been closed or abandoned.";
    736 ERROR_ABANDONED_WAIT_63 "The last object that was waited for has been closed or abandoned.";
    737 ERROR_USER_APC "A user APC was delivered before the wait was satisfied.";
    739 ERROR_ALERTED "The wait was ended by an alert.";
    745 ERROR_NOTIFY_CLEANUP
        "The watch for changes ended because its handle was closed.";
    995 ERROR_OPERATION_ABORTED
        "The operation was cancelled, by the program or because its thread ended.";
    996 ERROR_IO_INCOMPLETE "The overlapped operation is not complete yet.";
    997 ERROR_IO_PENDING "The overlapped operation is in progress.";
    998 ERROR_NOACCESS "The memory location cannot be accessed.";
    1004 ERROR_INVALID_FLAGS "The flags are invalid.";
    1006 ERROR_FILE_INVALID
        "The file behind the mapping is empty or has changed: it is no longer valid.";
    1008 ERROR_NO_TOKEN "There was an attempt to refer to a token that does not exist.";
    1022 ERROR_NOTIFY_ENUM_DIR "Too much changed to list: the directory must be read again.";
    1113 ERROR_NO_UNICODE_TRANSLATION "A character has no counterpart in the target code page.";
    1114 ERROR_DLL_INIT_FAILED "The initialization routine of a library failed.";
    1117 ERROR_IO_DEVICE "The request failed because of an error of the device.";
    1132 ERROR_MAPPED_ALIGNMENT
        "The base address or the offset in the file is not a multiple that a view needs.";
    1168 ERROR_NOT_FOUND "Element not found.";
    1214 ERROR_INVALID_NETNAME "The format of the network name or address is invalid.";
    1223 ERROR_CANCELLED "The operation was cancelled by the user.";
    1224 ERROR_USER_MAPPED_FILE
        "The operation cannot be done on a file with an open view of it.";
    1225 ERROR_CONNECTION_REFUSED "The remote computer refused the network connection.";
    1226 ERROR_GRACEFUL_DISCONNECT "The network connection was closed in good order.";
    1227 ERROR_ADDRESS_ALREADY_ASSOCIATED "The transport endpoint has an address already.";
    1228 ERROR_ADDRESS_NOT_ASSOCIATED "The transport endpoint has no address yet.";
    1229 ERROR_CONNECTION_INVALID "There is no such network connection.";
    1230 ERROR_CONNECTION_ACTIVE "The network connection is active already.";
    1231 ERROR_NETWORK_UNREACHABLE "The network location cannot be reached.";
    1232 ERROR_HOST_UNREACHABLE "The remote computer cannot be reached.";
    1233 ERROR_PROTOCOL_UNREACHABLE "The remote computer does not know this transport protocol.";
    1234 ERROR_PORT_UNREACHABLE
        "No service listens at the destination port of the remote computer.";
    1235 ERROR_REQUEST_ABORTED "The request was aborted.";
    1236 ERROR_CONNECTION_ABORTED "The network connection was aborted by the local system.";
    1237 ERROR_RETRY "The operation could not be completed: it should be tried again.";
    1238 ERROR_CONNECTION_COUNT_LIMIT "No connection could be made: their limit has been reached.";
    1256 ERROR_HOST_DOWN "The remote system is not available.";
    1305 ERROR_UNKNOWN_REVISION "The revision level is not known.";
    1314 ERROR_PRIVILEGE_NOT_HELD "The client does not hold a privilege that is required.";
    1336 ERROR_INVALID_ACL "The access control list is not valid.";
    1337 ERROR_INVALID_SID "The security identifier is not valid.";
    1338 ERROR_INVALID_SECURITY_DESCR "The security descriptor is not valid.";
    1359 ERROR_INTERNAL_ERROR "An internal error occurred.";
    1368 ERROR_CANNOT_IMPERSONATE "Nothing was read yet from a client that can be impersonated.";
    1450 ERROR_NO_SYSTEM_RESOURCES "There are not enough system resources to complete the service.";
    1453 ERROR_WORKING_SET_QUOTA "The working-set quota does not suffice for the service.";
    1454 ERROR_PAGEFILE_QUOTA "The paging-file quota does not suffice for the service.";
    1455 ERROR_COMMITMENT_LIMIT "The memory and the paging file of the system are used up.";
    1460 ERROR_TIMEOUT "The operation returned because the time given to it expired.";
    1784 ERROR_INVALID_USER_BUFFER "The supplied user buffer is not valid for the operation.";
    1813 ERROR_RESOURCE_TYPE_NOT_FOUND "The module holds no resource of the requested type.";
    1815 ERROR_RESOURCE_LANG_NOT_FOUND "The text does not exist in the requested language.";
    1816 ERROR_NOT_ENOUGH_QUOTA "A quota does not suffice for the command.";
    1921 ERROR_CANT_RESOLVE_FILENAME "The name of the file cannot be resolved by the system.";
    10004 WSAEINTR "A blocking operation was interrupted.";
    10009 WSAEBADF "The file handle supplied is not valid.";
    10013 WSAEACCES "A socket was used in a way that its access permissions forbid.";
    10014 WSAEFAULT "An invalid pointer was passed to a call.";
    10022 WSAEINVAL "An invalid argument was supplied.";
    10024 WSAEMFILE "Too many sockets are open.";
    10035 WSAEWOULDBLOCK "A non-blocking socket operation could not be completed at once.";
    10036 WSAEINPROGRESS "A blocking operation is being carried out.";
    10037 WSAEALREADY "An operation of this kind is in progress on the socket already.";
    10038 WSAENOTSOCK "An operation was tried on something that is not a socket.";
    10039 WSAEDESTADDRREQ "A required address was left out of an operation on a socket.";
    10040 WSAEMSGSIZE "The datagram is larger than the buffer for it, or than the network allows.";
    10041 WSAEPROTOTYPE "The protocol does not suit the type of the socket.";
    10042 WSAENOPROTOOPT
        "The option or level is unknown, invalid or not supported by the protocol.";
    10043 WSAEPROTONOSUPPORT "The protocol has not been configured, or none such exists.";
    10044 WSAESOCKTNOSUPPORT "The socket type does not exist in this address family.";
    10045 WSAEOPNOTSUPP "The operation is not supported for this kind of object.";
    10046 WSAEPFNOSUPPORT "The protocol family has not been configured, or none such exists.";
    10047 WSAEAFNOSUPPORT "The address does not fit the protocol that was requested.";
    10048 WSAEADDRINUSE
        "Only one use of each socket address (protocol, address and port) is permitted.";
    10049 WSAEADDRNOTAVAIL "The requested address is not valid here.";
    10050 WSAENETDOWN "A socket operation met a network that is down.";
    10051 WSAENETUNREACH "A socket operation was tried to a network that cannot be reached.";
    10052 WSAENETRESET "The connection was broken: keep-alive found a failure during an operation.";
    10053 WSAECONNABORTED "An established connection was aborted by the software in this computer.";
    10054 WSAECONNRESET "An existing connection was forcibly closed by the remote host.";
    10055 WSAENOBUFS "The socket operation lacked buffer space, or a queue was full.";
    10056 WSAEISCONN "A connect request was made on a socket that is connected already.";
    10057 WSAENOTCONN "The socket is not connected, and no address was supplied to send to.";
    10058 WSAESHUTDOWN "The socket has been shut down in this direction already.";
    10059 WSAETOOMANYREFS "There are too many references to some kernel object.";
    10060 WSAETIMEDOUT
        "The connection attempt failed, or the connection broke: no answer came in time.";
    10061 WSAECONNREFUSED "No connection could be made: the target computer actively refused it.";
    10062 WSAELOOP "The name cannot be translated: it refers to itself.";
    10063 WSAENAMETOOLONG "A name, or a part of it, is too long.";
    10064 WSAEHOSTDOWN "The operation failed because the destination host is down.";
    10065 WSAEHOSTUNREACH "A socket operation was tried to a host that cannot be reached.";
    10066 WSAENOTEMPTY "A directory that is not empty cannot be removed.";
    10067 WSAEPROCLIM "No more programs can use Windows Sockets at the same time.";
    10068 WSAEUSERS "The quota of users was used up.";
    10069 WSAEDQUOT "The disk quota was used up.";
    10070 WSAESTALE "The file handle reference is no longer available.";
    10071 WSAEREMOTE "The item is not available on this computer.";
    10091 WSASYSNOTREADY "The network subsystem cannot be used at this time.";
    10092 WSAVERNOTSUPPORTED "The requested version of Windows Sockets is not supported.";
    10093 WSANOTINITIALISED "The program has not called WSAStartup, or WSAStartup failed.";
    10101 WSAEDISCON "The remote side has begun a graceful shutdown.";
    10102 WSAENOMORE "There are no more results.";
    10103 WSAECANCELLED "The call was cancelled while it was being processed.";
    10104 WSAEINVALIDPROCTABLE "The procedure table is invalid.";
    10105 WSAEINVALIDPROVIDER "The requested service provider is invalid.";
    10106 WSAEPROVIDERFAILEDINIT
        "The requested service provider could not be loaded or initialized.";
    10107 WSASYSCALLFAILURE "A system call that should never fail has failed.";
    10108 WSASERVICE_NOT_FOUND "No such service is known.";
    10109 WSATYPE_NOT_FOUND "The specified class was not found.";
    10110 WSA_E_NO_MORE "There are no more results.";
    10111 WSA_E_CANCELLED "The call was cancelled while it was being processed.";
    10112 WSAEREFUSED "The database query was actively refused.";
    11001 WSAHOST_NOT_FOUND "No such host is known.";
    11002 WSATRY_AGAIN "The name was not resolved this time: the server did not answer.";
    11003 WSANO_RECOVERY "The name cannot be resolved: an error without recovery occurred.";
    11004 WSANO_DATA "The name is valid, but no data of the requested type exists for it.";
    11005 WSA_QOS_RECEIVERS "At least one reservation has arrived.";
    11006 WSA_QOS_SENDERS "At least one path has arrived.";
    11007 WSA_QOS_NO_SENDERS "There are no senders.";
    11008 WSA_QOS_NO_RECEIVERS "There are no receivers.";
    11009 WSA_QOS_REQUEST_CONFIRMED "The reservation has been confirmed.";
    11010 WSA_QOS_ADMISSION_FAILURE "The request was not admitted for lack of resources.";
    11011 WSA_QOS_POLICY_FAILURE
        "The request was rejected for administrative reasons: bad credentials.";
    11012 WSA_QOS_BAD_STYLE "The reservation style is unknown or in conflict.";
    11013 WSA_QOS_BAD_OBJECT
        "The filter specification or the provider-specific buffer has a problem.";
    11014 WSA_QOS_TRAFFIC_CTRL_ERROR "The flow specification has a problem.";
    11015 WSA_QOS_GENERIC_ERROR "A general quality-of-service error occurred.";
    11016 WSA_QOS_ESERVICETYPE "A service type in the flow specification is invalid.";
    11017 WSA_QOS_EFLOWSPEC "The flow specification is invalid.";
    11018 WSA_QOS_EPROVSPECBUF "The provider-specific buffer is invalid.";
    11019 WSA_QOS_EFILTERSTYLE "The filter style is invalid.";
    11020 WSA_QOS_EFILTERTYPE "The filter type is invalid.";
    11021 WSA_QOS_EFILTERCOUNT "The number of filters is incorrect.";
    11022 WSA_QOS_EOBJLENGTH "The length of a quality-of-service object is invalid.";
    11023 WSA_QOS_EFLOWCOUNT "The number of flow descriptors is incorrect.";
    11024 WSA_QOS_EUNKOWNPSOBJ "The provider-specific buffer holds an unknown object.";
    11025 WSA_QOS_EPOLICYOBJ "A policy object in the provider-specific buffer is invalid.";
    11026 WSA_QOS_EFLOWDESC "A flow descriptor is invalid.";
    11027 WSA_QOS_EPSFLOWSPEC
        "A flow specification in the provider-specific buffer is inconsistent.";
    11028 WSA_QOS_EPSFILTERSPEC
        "A filter specification in the provider-specific buffer is invalid.";
    11029 WSA_QOS_ESDMODEOBJ "A shape-discard object in the provider-specific buffer is invalid.";
    11030 WSA_QOS_ESHAPERATEOBJ "A shaping-rate object in the provider-specific buffer is invalid.";
    11031 WSA_QOS_RESERVED_PETYPE "A reserved policy element is in the provider-specific buffer.";
}

/// The message of a Win32 or Winsock code, which may come as an HRESULT (0x8007xxxx).
pub fn message(code: u32) -> Option<&'static Message> {
    let code = if code >> 16 == 0x8007 { code & 0xFFFF } else { code };
    let index = MESSAGES.binary_search_by_key(&code, |message| message.code).ok()?;
    Some(&MESSAGES[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes of features.md section Q.
    const SECTION_Q: &[core::ops::RangeInclusive<u32>] = &[
        0..=0,
        2..=2,
        6..=6,
        8..=8,
        38..=38,
        64..=64,
        87..=87,
        121..=121,
        183..=183,
        258..=258,
        995..=998,
        1450..=1450,
        10004..=10004,
        10009..=10009,
        10013..=10014,
        10022..=10022,
        10035..=10071,
        10091..=10093,
        10101..=10112,
        11001..=11031,
    ];

    #[test]
    fn every_code_of_section_q_has_a_text() {
        for code in SECTION_Q.iter().cloned().flatten() {
            assert!(message(code).is_some(), "{code}");
        }
    }

    #[test]
    fn every_code_that_a_status_becomes_has_a_text() {
        let codes = crate::error::TABLE
            .iter()
            .flat_map(|row| [row.win32, row.winsock.cast_unsigned()].map(|code| (row.name, code)));
        let mute: Vec<_> = codes.filter(|(_, code)| message(*code).is_none()).collect();
        assert!(mute.is_empty(), "{mute:?}");
    }

    #[test]
    fn the_list_is_in_order_and_each_text_is_a_sentence() {
        assert!(MESSAGES.is_sorted_by(|before, after| before.code < after.code));
        for Message { name, text, .. } in MESSAGES {
            assert!(text.ends_with('.') && !text.contains(['%', '\n']), "{name}");
        }
    }

    #[test]
    fn a_code_may_come_as_an_hresult() {
        assert_eq!(message(0x8007_0005).map(|message| message.name), Some("ERROR_ACCESS_DENIED"));
        assert_eq!(message(0x1234_5678), None);
    }
}
