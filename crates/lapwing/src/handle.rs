//! Handles that are closed when they are dropped.
#![allow(unsafe_code)]

use crate::Result;
use crate::alertable::routine;
use crate::sys::{self, HANDLE, OVERLAPPED};
use core::ptr;

/// A handle.
#[derive(Debug)]
pub(crate) struct OwnedHandle(HANDLE);

// SAFETY: a handle is a number, which any thread may use.
unsafe impl Send for OwnedHandle {}
// SAFETY: as above.
unsafe impl Sync for OwnedHandle {}

impl OwnedHandle {
    /// Owns a handle that a function has just opened.
    pub(crate) fn new(handle: HANDLE) -> Self {
        OwnedHandle(handle)
    }

    /// A handle of the calling thread.
    pub(crate) fn of_this_thread() -> Result<Self> {
        // SAFETY: it takes nothing.
        Self::duplicate(unsafe { sys::GetCurrentThread() })
    }

    /// Another handle of the same object; this one is open.
    pub(crate) fn duplicate(handle: HANDLE) -> Result<Self> {
        let mut another = ptr::null_mut();
        // SAFETY: the place is there.
        let duplicated = unsafe {
            let (process, access) = (sys::GetCurrentProcess(), sys::DUPLICATE_SAME_ACCESS);
            sys::DuplicateHandle(process, handle, process, &mut another, 0, 0, access)
        };
        sys::checked("DuplicateHandle", duplicated).map(|()| OwnedHandle(another))
    }

    pub(crate) fn raw(&self) -> HANDLE {
        self.0
    }

    /// Begins to read into the room, no more than `ReadFile` can at once; what it returns is what
    /// [`crate::Request::begin`] returns.
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn read(
        &self,
        (start, length): (*mut u8, usize),
        overlapped: *mut OVERLAPPED,
    ) -> Result<()> {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        // SAFETY: the caller keeps the room and the OVERLAPPED.
        sys::begun("ReadFile", unsafe {
            sys::FileSystem::ReadFile(self.0, start, length, ptr::null_mut(), overlapped)
        })
    }

    /// Begins to write the bytes, as [`OwnedHandle::read`] to read.
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn write(
        &self,
        (start, length): (*const u8, usize),
        overlapped: *mut OVERLAPPED,
    ) -> Result<()> {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        // SAFETY: the caller keeps the bytes, which are only read, and the OVERLAPPED.
        sys::begun("WriteFile", unsafe {
            sys::FileSystem::WriteFile(self.0, start, length, ptr::null_mut(), overlapped)
        })
    }

    /// As [`OwnedHandle::read`], with a routine.
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn read_and_call(
        &self,
        (start, length): (*mut u8, usize),
        overlapped: *mut OVERLAPPED,
    ) -> Result<()> {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        // SAFETY: the caller keeps the room and the OVERLAPPED.
        sys::begun("ReadFileEx", unsafe {
            let routine = Some(routine::of_file as unsafe extern "system" fn(_, _, _));
            sys::FileSystem::ReadFileEx(self.0, start, length, overlapped, routine)
        })
    }

    /// As [`OwnedHandle::write`], with a routine.
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn write_and_call(
        &self,
        (start, length): (*const u8, usize),
        overlapped: *mut OVERLAPPED,
    ) -> Result<()> {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        // SAFETY: the caller keeps the bytes, which are only read, and the OVERLAPPED.
        sys::begun("WriteFileEx", unsafe {
            let routine = Some(routine::of_file as unsafe extern "system" fn(_, _, _));
            sys::FileSystem::WriteFileEx(self.0, start, length, overlapped, routine)
        })
    }
}

impl Drop for OwnedHandle {
    fn drop(&mut self) {
        // SAFETY: it is open, and ours alone.
        unsafe { sys::CloseHandle(self.0) };
    }
}
