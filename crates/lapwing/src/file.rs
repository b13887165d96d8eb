//! Files on a disk, read and written at an offset.
//!
//! A file has no place of its own where the next byte is read: every operation says where it
//! begins, so any number of them may be under way, in any order.
//!
//! ```
//! use lapwing::{Associated, Completed, CompletionPort, File, Operation};
//!
//! /// What comes out of the port.
//! struct Done(Completed<Vec<u8>, Associated<File, (), Done>>);
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = std::env::temp_dir().join(format!("lapwing-file-{}", std::process::id()));
//! let port = CompletionPort::new(0)?;
//! let file = port.associate(File::create(&path)?, ())?;
//! file.write_at(Operation::new(b"hello, file".to_vec()), 0).then(Done)?;
//! let Done(written) = port.get()?;
//! assert_eq!(written.result?, 11);
//!
//! // The same buffer again, for what stands behind the comma.
//! file.read_at(written.operation, 7).then(Done)?;
//! let Done(read) = port.get()?;
//! assert_eq!(read.operation.buffer(), b"file");
//!
//! // At the end and behind it there is nothing, which is no error.
//! file.read_at(read.operation, 11).then(Done)?;
//! assert_eq!(port.get()?.0.result?, 0);
//! # drop((port, file));
//! # std::fs::remove_file(path)?;
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::alertable::routine::{self, routine_request};
use crate::handle::OwnedHandle;
use crate::operation::{Operation, Prepared, Request, Source};
use crate::port::{Associated, Overlapped};
use crate::sys::FileSystem as fs;
use crate::sys::{self, GENERIC_READ, GENERIC_WRITE, HANDLE, OVERLAPPED};
use crate::{Buffer, BufferMut, Error, Result};
use core::marker::PhantomData;
use core::ops::Range;
use core::ptr;
use lapwing_status::Status;
use std::path::Path;

/// How a file is opened: what is not said is not so, but others may read, write and delete it.
///
/// ```
/// # fn main() -> lapwing::Result<()> {
/// # let path = std::env::temp_dir().join(format!("lapwing-options-{}", std::process::id()));
/// use lapwing::OpenOptions;
///
/// let options = OpenOptions::new().write(true).create_new(true).delete_on_close(true);
/// let file = options.open(&path)?;
/// assert_eq!(options.open(&path).unwrap_err().win32(), 80); // ERROR_FILE_EXISTS
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "it opens nothing before `open`"]
pub struct OpenOptions {
    access: u32,
    share: u32,
    flags: u32,
    truncate: bool,
    create: bool,
    create_new: bool,
}

fn set(bits: &mut u32, bit: u32, on: bool) {
    *bits = if on { *bits | bit } else { *bits & !bit };
}

impl Default for OpenOptions {
    fn default() -> Self {
        OpenOptions {
            access: 0,
            share: fs::FILE_SHARE_READ | fs::FILE_SHARE_WRITE | fs::FILE_SHARE_DELETE,
            flags: fs::FILE_FLAG_OVERLAPPED,
            truncate: false,
            create: false,
            create_new: false,
        }
    }
}

impl OpenOptions {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// To be read.
    pub fn read(mut self, on: bool) -> Self {
        set(&mut self.access, GENERIC_READ, on);
        self
    }

    /// To be written.
    pub fn write(mut self, on: bool) -> Self {
        set(&mut self.access, GENERIC_WRITE, on);
        self
    }

    /// What is in it goes.
    pub fn truncate(mut self, on: bool) -> Self {
        self.truncate = on;
        self
    }

    /// It is made if it is not there.
    pub fn create(mut self, on: bool) -> Self {
        self.create = on;
        self
    }

    /// It is made, and must not be there.
    pub fn create_new(mut self, on: bool) -> Self {
        self.create_new = on;
        self
    }

    /// Others may open it for reading (`FILE_SHARE_READ`; on at first).
    pub fn share_read(mut self, on: bool) -> Self {
        set(&mut self.share, fs::FILE_SHARE_READ, on);
        self
    }

    /// Others may open it for writing (`FILE_SHARE_WRITE`; on at first).
    pub fn share_write(mut self, on: bool) -> Self {
        set(&mut self.share, fs::FILE_SHARE_WRITE, on);
        self
    }

    /// Others may delete or rename it (`FILE_SHARE_DELETE`; on at first).
    pub fn share_delete(mut self, on: bool) -> Self {
        set(&mut self.share, fs::FILE_SHARE_DELETE, on);
        self
    }

    /// It will be read from its beginning to its end (`FILE_FLAG_SEQUENTIAL_SCAN`).
    pub fn sequential_scan(mut self, on: bool) -> Self {
        set(&mut self.flags, fs::FILE_FLAG_SEQUENTIAL_SCAN, on);
        self
    }

    /// It will be read here and there (`FILE_FLAG_RANDOM_ACCESS`).
    pub fn random_access(mut self, on: bool) -> Self {
        set(&mut self.flags, fs::FILE_FLAG_RANDOM_ACCESS, on);
        self
    }

    /// The system keeps no copy in memory (`FILE_FLAG_NO_BUFFERING`): then offsets, lengths and the
    /// buffers' addresses must be multiples of the disk's sector.
    pub fn no_buffering(mut self, on: bool) -> Self {
        set(&mut self.flags, fs::FILE_FLAG_NO_BUFFERING, on);
        self
    }

    /// A write is done when the disk has it (`FILE_FLAG_WRITE_THROUGH`).
    pub fn write_through(mut self, on: bool) -> Self {
        set(&mut self.flags, fs::FILE_FLAG_WRITE_THROUGH, on);
        self
    }

    /// It goes when the last handle of it is closed (`FILE_FLAG_DELETE_ON_CLOSE`).
    pub fn delete_on_close(mut self, on: bool) -> Self {
        set(&mut self.flags, fs::FILE_FLAG_DELETE_ON_CLOSE, on);
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` (2), `OBJECT_PATH_NOT_FOUND` (3), `ACCESS_DENIED` (5),
    /// `SHARING_VIOLATION` (32), `OBJECT_NAME_COLLISION` (80 from Windows, 183 as a status), and
    /// `OBJECT_NAME_INVALID` (123), also for a path that is no UTF-16 or holds a zero.
    /// `INVALID_PARAMETER` (87) for options that contradict each other: neither reading nor
    /// writing; making or emptying what is not to be written.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<File> {
        const DURING: &str = "CreateFileW";
        let may_write = self.access & GENERIC_WRITE != 0;
        if self.access == 0 || !may_write && (self.truncate || self.create || self.create_new) {
            return Err(Error::from_status(Status::INVALID_PARAMETER, "OpenOptions"));
        }
        let disposition = match (self.create_new, self.create, self.truncate) {
            (true, ..) => fs::CREATE_NEW,
            (_, true, true) => fs::CREATE_ALWAYS,
            (_, true, false) => fs::OPEN_ALWAYS,
            (_, false, true) => fs::TRUNCATE_EXISTING,
            (_, false, false) => fs::OPEN_EXISTING,
        };
        let name = sys::wide(path.as_ref().as_os_str(), DURING)?;
        // SAFETY: the name ends in a zero; neither rights nor a template are given.
        let handle = unsafe {
            let (rights, template) = (ptr::null(), ptr::null_mut());
            let (access, share, flags) = (self.access, self.share, self.flags);
            fs::CreateFileW(name.as_ptr(), access, share, rights, disposition, flags, template)
        };
        match handle {
            sys::INVALID_HANDLE_VALUE => Err(Error::last(DURING)),
            handle => Ok(File(OwnedHandle::new(handle))),
        }
    }
}

/// An open file.
#[derive(Debug)]
pub struct File(OwnedHandle);

impl File {
    /// Opens a file that is there, to be read.
    ///
    /// # Errors
    /// As for [`OpenOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        OpenOptions::new().read(true).open(path)
    }

    /// Makes a file, or empties the one that is there; to be read and written.
    ///
    /// # Errors
    /// As for [`OpenOptions::open`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// What `GetFileSizeEx` fails with.
    pub fn size(&self) -> Result<u64> {
        let mut size = 0_i64;
        // SAFETY: the place is there.
        let returned = unsafe { fs::GetFileSizeEx(self.0.raw(), &mut size) };
        sys::checked("GetFileSizeEx", returned).map(|()| size.cast_unsigned())
    }

    /// Cuts it off, or lengthens it with zeros.
    ///
    /// # Errors
    /// `ACCESS_DENIED` (5) when it was not opened for writing, `INVALID_PARAMETER` (87) above 2^63,
    /// `DISK_FULL` (112).
    pub fn set_len(&self, size: u64) -> Result<()> {
        let size = fs::FILE_END_OF_FILE_INFO { EndOfFile: size.cast_signed() };
        // SAFETY: the structure is there, and so large.
        let returned = unsafe {
            let (start, length) = (ptr::from_ref(&size).cast(), size_of_val(&size) as u32);
            fs::SetFileInformationByHandle(self.0.raw(), fs::FileEndOfFileInfo, start, length)
        };
        sys::checked("SetFileInformationByHandle: FileEndOfFileInfo", returned)
    }

    /// Waits until the disk has all that has been written.
    ///
    /// # Errors
    /// `ACCESS_DENIED` (5) when it was not opened for writing.
    pub fn sync_all(&self) -> Result<()> {
        // SAFETY: it is open.
        sys::checked("FlushFileBuffers", unsafe { fs::FlushFileBuffers(self.0.raw()) })
    }

    /// Gives up a lock of [`File::lock`], of exactly this range.
    ///
    /// # Errors
    /// `RANGE_NOT_LOCKED` (158).
    pub fn unlock(&self, range: Range<u64>) -> Result<()> {
        let (low, high) = sys::halves(range.end.saturating_sub(range.start));
        // SAFETY: all zeros are an OVERLAPPED; nothing is written to it after the call.
        let returned = unsafe {
            let mut place: OVERLAPPED = core::mem::zeroed();
            place.Anonymous.Anonymous = sys::place(range.start);
            fs::UnlockFileEx(self.0.raw(), 0, low, high, &mut place)
        };
        sys::checked("UnlockFileEx", returned)
    }
}

impl Source for File {
    type Object = Self;

    fn object(&self) -> &Self {
        self
    }
}

// SAFETY: the handle is this one's alone, and nothing gives it away.
unsafe impl Overlapped for File {
    fn handle(&self) -> HANDLE {
        self.0.raw()
    }
}

/// Reading at an offset; see [`Associated::read_at`].
pub struct ReadAt<B>(PhantomData<B>);

/// Writing at an offset; see [`Associated::write_at`].
pub struct WriteAt<B>(PhantomData<B>);

/// Locking a range; see [`Associated::lock`].
pub struct Locking(());

/// What an operation that locks has in place of a buffer: a range of the file, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteRange {
    range: Range<u64>,
    flags: u32,
}

impl ByteRange {
    /// That nobody else may read or write.
    pub fn exclusive(range: Range<u64>) -> Self {
        ByteRange { range, flags: fs::LOCKFILE_EXCLUSIVE_LOCK }
    }

    /// That nobody may write.
    pub fn shared(range: Range<u64>) -> Self {
        ByteRange { range, flags: 0 }
    }

    /// It does not wait for others: `LOCK_NOT_GRANTED` (33) instead.
    #[must_use]
    pub fn immediately(mut self) -> Self {
        self.flags |= fs::LOCKFILE_FAIL_IMMEDIATELY;
        self
    }
}

/// A write at this offset goes to the end.
const END: u64 = u64::MAX;

impl File {
    /// As [`Associated::read_at`], without a port.
    pub fn read_at<B: BufferMut>(
        &self,
        operation: Operation<B>,
        offset: u64,
    ) -> Prepared<'_, ReadAt<B>, Self> {
        Prepared { source: self, operation: operation.at(offset) }
    }

    /// As [`Associated::write_at`], without a port.
    pub fn write_at<B: Buffer>(
        &self,
        operation: Operation<B>,
        offset: u64,
    ) -> Prepared<'_, WriteAt<B>, Self> {
        Prepared { source: self, operation: operation.at(offset) }
    }

    /// As [`Associated::append`], without a port.
    pub fn append<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, WriteAt<B>, Self> {
        self.write_at(operation, END)
    }

    /// As [`Associated::lock`], without a port.
    pub fn lock(&self, operation: Operation<ByteRange>) -> Prepared<'_, Locking, Self> {
        let start = operation.buffer().range.start;
        Prepared { source: self, operation: operation.at(start) }
    }
}

impl<K: Send + Sync + 'static, T> Associated<File, K, T> {
    /// Reads into the operation's buffer, from its beginning, what stands at the offset.  The count
    /// is less than the room only at the file's end, and 0 from there on (where Windows'
    /// function fails with `ERROR_HANDLE_EOF`).  The system's function is `ReadFile`.
    pub fn read_at<B: BufferMut>(
        &self,
        operation: Operation<B>,
        offset: u64,
    ) -> Prepared<'_, ReadAt<B>, Self> {
        Prepared { source: self, operation: operation.at(offset) }
    }

    /// Writes what is in the operation's buffer to the offset; a file that is shorter is lengthened
    /// with zeros.  The system's function is `WriteFile`.
    pub fn write_at<B: Buffer>(
        &self,
        operation: Operation<B>,
        offset: u64,
    ) -> Prepared<'_, WriteAt<B>, Self> {
        Prepared { source: self, operation: operation.at(offset) }
    }

    /// Writes what is in the operation's buffer to the end of the file, wherever that is then.  The
    /// system's function is `WriteFile`, with all ones as its offset.
    pub fn append<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, WriteAt<B>, Self> {
        self.write_at(operation, END)
    }

    /// Locks a range, against all other handles of the file; it waits until others give it up.  The
    /// lock goes with the handle, or with [`File::unlock`].  The system's function is `LockFileEx`.
    pub fn lock(&self, operation: Operation<ByteRange>) -> Prepared<'_, Locking, Self> {
        let start = operation.buffer().range.start;
        Prepared { source: self, operation: operation.at(start) }
    }
}

// SAFETY: `OwnedHandle::read` says what `ReadFile` does.
unsafe impl<B: BufferMut> Request<File> for ReadAt<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "ReadFile";

    unsafe fn begin(file: &File, overlapped: *mut OVERLAPPED, buffer: *mut B) -> Result<()> {
        // SAFETY: the caller keeps the buffer and the OVERLAPPED.
        unsafe { file.0.read((*buffer).room(), overlapped) }
    }

    fn is_done(status: Status) -> bool {
        status.is_success() || status == Status::END_OF_FILE
    }

    unsafe fn transferred(_: &File, buffer: &mut B, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffer.set_filled(count) };
    }
}

routine_request!(
    [B: BufferMut] ReadAt<B>, File,
    |file: &File, overlapped, buffer: *mut B| file.0.read_and_call((*buffer).room(), overlapped),
    B::set_filled
);

// SAFETY: `OwnedHandle::write` says what `WriteFile` does.
unsafe impl<B: Buffer> Request<File> for WriteAt<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WriteFile";

    unsafe fn begin(file: &File, overlapped: *mut OVERLAPPED, buffer: *mut B) -> Result<()> {
        // SAFETY: the caller keeps the buffer and the OVERLAPPED.
        unsafe { file.0.write((*buffer).filled(), overlapped) }
    }
}

routine_request!(
    [B: Buffer] WriteAt<B>, File,
    |file: &File, overlapped, buffer: *mut B| {
        file.0.write_and_call((*buffer).filled(), overlapped)
    },
    routine::all_is_sent
);

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl Request<File> for Locking {
    type Buffer = ByteRange;

    const FUNCTION: &'static str = "LockFileEx";

    unsafe fn begin(file: &File, overlapped: *mut OVERLAPPED, lock: *mut ByteRange) -> Result<()> {
        // SAFETY: the caller's promise.
        let ByteRange { range, flags } = unsafe { &*lock };
        let (low, high) = sys::halves(range.end.saturating_sub(range.start));
        // SAFETY: the caller keeps the OVERLAPPED.
        sys::begun(Self::FUNCTION, unsafe {
            fs::LockFileEx(file.0.raw(), *flags, 0, low, high, overlapped)
        })
    }
}
