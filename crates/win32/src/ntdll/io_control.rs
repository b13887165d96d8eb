//! Requests to devices, and cancelling them.
#![allow(unsafe_code)]

use super::file::write_block;
use super::status_of;
use crate::entry::{is_wild, number};
use core::ffi::c_void;
use lapwing_abi::{HANDLE, IO_STATUS_BLOCK, NTSTATUS, PIO_APC_ROUTINE};
use lapwing_executive::afd::poll_request::{self, ENTRY_LENGTH, Entry, HEAD_LENGTH, Question};
use lapwing_executive::afd::request::Started;
use lapwing_executive::io::cancel;
use lapwing_executive::io::file::File;
use lapwing_executive::io::irp::{Notify, Overlapped};
use lapwing_executive::io::status_block::StatusBlock;
use lapwing_executive::io::user_memory::UserBuffer;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::wait::wait_for_single;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::table::Pinned;
use lapwing_executive::status::{Result, Status};

const IOCTL_AFD_POLL: u32 = 0x0001_2024;

/// The two buffers of a control request.
struct Buffers {
    input: *const c_void,
    input_length: u32,
    output: *mut c_void,
    output_length: u32,
}

/// The beginning of an AFD_POLL_INFO.
#[repr(C)]
#[derive(Clone, Copy)]
struct PollInfo {
    timeout: i64,
    count: u32,
    exclusive: u32,
}

/// An AFD_POLL_HANDLE_INFO.
#[repr(C)]
#[derive(Clone, Copy)]
struct PollHandle {
    handle: u64,
    events: u32,
    status: u32,
}

const _: () = assert!(size_of::<PollInfo>() == HEAD_LENGTH);
const _: () = assert!(size_of::<PollHandle>() == ENTRY_LENGTH);

impl Buffers {
    /// Reads an AFD_POLL_INFO.
    ///
    /// # Safety
    /// The input must be readable and the output writable, and stay so until the request has ended.
    unsafe fn question(&self) -> Result<Question> {
        let (length, room) = (self.input_length as usize, self.output_length as usize);
        if length < HEAD_LENGTH + ENTRY_LENGTH || room < length {
            return Err(Status::INVALID_PARAMETER);
        }
        if is_wild(self.input) || is_wild(self.output) {
            return Err(Status::ACCESS_VIOLATION);
        }
        let input = self.input.cast::<u8>();
        // SAFETY: long enough, by the caller's promise.
        let info = unsafe { input.cast::<PollInfo>().read_unaligned() };
        let count = info.count as usize;
        if count == 0 || count > (length - HEAD_LENGTH) / ENTRY_LENGTH {
            return Err(Status::INVALID_PARAMETER);
        }
        let entry = |index: usize| {
            let at = input.wrapping_add(HEAD_LENGTH + ENTRY_LENGTH * index).cast::<PollHandle>();
            // SAFETY: below `count`, hence in the input.
            let asked = unsafe { at.read_unaligned() };
            let object = handle::lookup(asked.handle as usize)?.to_arc();
            object.file().and_then(File::socket)?;
            Ok(Entry { object, handle: asked.handle, wanted: asked.events })
        };
        let entries = (0..count).map(entry).collect::<Result<Vec<Entry>>>()?.into();
        // SAFETY: the caller's promise.
        let answer = unsafe { UserBuffer::new(self.output.cast(), room) };
        // A BOOLEAN, whatever stands beside it.
        let exclusive = info.exclusive & 0xFF != 0;
        Ok(Question { timeout: info.timeout, exclusive, entries, answer })
    }
}

/// Waits for the end of a request on a handle that was not opened for overlapped I/O.
fn await_end(file: &File, event: Option<&Object>, block: StatusBlock) -> Status {
    let ended = event.map_or(file.signal(), Object::dispatcher);
    let _signalled = wait_for_single(ended, false, Deadline::Never);
    block.read().status
}

/// # Safety
/// As for [`NtDeviceIoControlFile`].
unsafe fn control(
    object: &Pinned<'_, Object>,
    event: HANDLE,
    context: *const c_void,
    block: *mut IO_STATUS_BLOCK,
    code: u32,
    buffers: &Buffers,
) -> Result<Status> {
    let file = object.file()?;
    let event = match number(event) {
        0 => None,
        event => {
            let object = handle::lookup(event)?;
            object.event()?;
            Some(object.to_arc())
        }
    };
    if is_wild(block) {
        return Err(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let block = unsafe { StatusBlock::without_flags(block.cast()) }?;
    if code != IOCTL_AFD_POLL {
        return Err(Status::INVALID_DEVICE_REQUEST);
    }
    // SAFETY: the caller's promise.
    let question = unsafe { buffers.question() }?;
    let notify = match context.expose_provenance() {
        0 => Notify::Nobody,
        context => Notify::PacketWith(context),
    };
    let overlapped = Overlapped { status_block: Some(block), event: event.clone(), notify };
    Ok(match poll_request::start(object, file, question, overlapped)? {
        Started::Done(outcome) => outcome.status,
        Started::Pending if file.is_overlapped() => Status::PENDING,
        Started::Pending => await_end(file, event.as_deref(), block),
    })
}

/// Sends a request to a device.  The one that AFD and every socket take is `IOCTL_AFD_POLL`
/// (0x00012024), input and output an AFD_POLL_INFO: it ends when something that is asked about is
/// so of a socket, with those sockets of which it is; when the time is over
/// (`STATUS_TIMEOUT`); when a socket is closed (`AFD_POLL_LOCAL_CLOSE`, unasked); when it is
/// cancelled; or when a later exclusive one about the same socket ends it, if it is exclusive too.
///
/// The end is told by the status block, the event (or the file's own signal), and, if
/// `apccontext` is not NULL, by a packet to the file's port that carries it.  The notification
/// modes of the file are respected.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` (a length, no socket), `STATUS_INVALID_HANDLE` and
/// `STATUS_OBJECT_TYPE_MISMATCH` (the file, the event, a socket that is asked about),
/// `STATUS_ACCESS_VIOLATION`, `STATUS_DATATYPE_MISALIGNMENT_ERROR`,
/// `STATUS_INVALID_DEVICE_REQUEST` (other codes), `STATUS_NOT_IMPLEMENTED` (a routine).  Nobody
/// else is told then, and the status block stays as it was.
///
/// Missing: other codes; routines.
///
/// # Safety
/// The buffers must be as long as they say, and output and status block stay valid until the
/// request has ended.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtDeviceIoControlFile(
    filehandle: HANDLE,
    event: HANDLE,
    apcroutine: PIO_APC_ROUTINE,
    apccontext: *const c_void,
    iostatusblock: *mut IO_STATUS_BLOCK,
    iocontrolcode: u32,
    inputbuffer: *const c_void,
    inputbufferlength: u32,
    outputbuffer: *mut c_void,
    outputbufferlength: u32,
) -> NTSTATUS {
    let buffers = Buffers {
        input: inputbuffer,
        input_length: inputbufferlength,
        output: outputbuffer,
        output_length: outputbufferlength,
    };
    let done = handle::lookup(number(filehandle)).and_then(|object| {
        if apcroutine.is_some() {
            return Err(Status::NOT_IMPLEMENTED);
        }
        // SAFETY: the caller's promises.
        unsafe { control(&object, event, apccontext, iostatusblock, iocontrolcode, &buffers) }
    });
    done.unwrap_or_else(|status| status).0.cast_signed()
}

/// # Safety
/// The block must be NULL or writable.
unsafe fn cancelled(done: Result<()>, block: *mut IO_STATUS_BLOCK) -> NTSTATUS {
    if done.is_ok() {
        // SAFETY: the caller's promise; the callers have looked for wild ones.
        unsafe { write_block(block, 0) };
    }
    status_of(done)
}

/// Cancels the calling thread's pending requests on a file; success even if there are none.
///
/// # Errors
/// `STATUS_INVALID_HANDLE`, `STATUS_OBJECT_TYPE_MISMATCH`, `STATUS_ACCESS_VIOLATION`.
///
/// # Safety
/// `iostatusblock` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtCancelIoFile(
    filehandle: HANDLE,
    iostatusblock: *mut IO_STATUS_BLOCK,
) -> NTSTATUS {
    if is_wild(iostatusblock) {
        return status_of(Err(Status::ACCESS_VIOLATION));
    }
    let done = handle::lookup(number(filehandle)).and_then(|object| {
        cancel::cancel_own(object.file()?);
        Ok(())
    });
    // SAFETY: the caller's promise.
    unsafe { cancelled(done, iostatusblock) }
}

/// Cancels the pending request on a file that has this status block, or all (NULL), whoever made
/// them.
///
/// # Errors
/// `STATUS_NOT_FOUND` when there is none, and those of [`NtCancelIoFile`].
///
/// # Safety
/// `iostatusblock` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtCancelIoFileEx(
    filehandle: HANDLE,
    iorequesttocancel: *const IO_STATUS_BLOCK,
    iostatusblock: *mut IO_STATUS_BLOCK,
) -> NTSTATUS {
    if is_wild(iostatusblock) {
        return status_of(Err(Status::ACCESS_VIOLATION));
    }
    let done = handle::lookup(number(filehandle))
        .and_then(|object| cancel::cancel(object.file()?, iorequesttocancel.addr()));
    // SAFETY: the caller's promise.
    unsafe { cancelled(done, iostatusblock) }
}
