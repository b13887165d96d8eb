//! errno to NTSTATUS, for files.

use crate::status::Status;
use rustix::io::Errno;

/// What an error of a file system's call means.
pub fn general(error: Errno) -> Status {
    match error {
        Errno::ACCESS | Errno::PERM => Status::ACCESS_DENIED,
        Errno::DQUOT | Errno::FBIG | Errno::NOSPC => Status::DISK_FULL,
        Errno::EXIST => Status::OBJECT_NAME_COLLISION,
        Errno::FAULT => Status::ACCESS_VIOLATION,
        Errno::IO => Status::IO_DEVICE_ERROR,
        Errno::ISDIR => Status::FILE_IS_A_DIRECTORY,
        Errno::LOOP => Status::REPARSE_POINT_NOT_RESOLVED,
        Errno::MFILE | Errno::NFILE => Status::TOO_MANY_OPENED_FILES,
        Errno::NAMETOOLONG => Status::NAME_TOO_LONG,
        Errno::NODEV | Errno::NXIO => Status::NO_SUCH_DEVICE,
        Errno::NOENT => Status::OBJECT_NAME_NOT_FOUND,
        Errno::NOMEM => Status::INSUFFICIENT_RESOURCES,
        Errno::NOTDIR => Status::OBJECT_PATH_NOT_FOUND,
        Errno::NOTEMPTY => Status::DIRECTORY_NOT_EMPTY,
        Errno::OPNOTSUPP => Status::NOT_SUPPORTED,
        Errno::PIPE => Status::PIPE_CLOSING,
        Errno::ROFS => Status::MEDIA_WRITE_PROTECTED,
        Errno::SPIPE => Status::INVALID_DEVICE_REQUEST,
        Errno::TXTBSY => Status::SHARING_VIOLATION,
        Errno::XDEV => Status::NOT_SAME_DEVICE,
        _ => Status::INVALID_PARAMETER,
    }
}
