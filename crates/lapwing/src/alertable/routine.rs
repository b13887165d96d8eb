//! An operation with a completion routine: where its closure is kept, and who calls it.
//!
//! The system calls a function of ours, in whatever alertable wait the thread is; that one only
//! notes in the thread's [`Alertable`] that the routine is due.  So no code of the program runs
//! under a function of the system.
#![allow(unsafe_code)]

use crate::alertable::Alertable;
use crate::operation::refused::Refused;
use crate::operation::told::Told;
use crate::operation::{self, Block, Completed, Header, Prepared, Request, Source};
use crate::port::Overlapped;
use crate::sys::OVERLAPPED;
use crate::{Error, Result};
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr::{self, NonNull};
use lapwing_status::Status;

/// What can be asked of a handle with a completion routine.
///
/// # Safety
/// `begin_with_routine` returns Ok if and only if the routine will be called, once, in an alertable
/// wait of the calling thread.
pub unsafe trait RoutineRequest<S>: Request<S> {
    /// As [`Request::begin`], with a routine such as [`of_winsock`].
    ///
    /// # Safety
    /// As there, until the routine has been called.
    #[doc(hidden)]
    unsafe fn begin_with_routine(
        object: &S,
        overlapped: *mut OVERLAPPED,
        buffer: *mut Self::Buffer,
    ) -> Result<()>;

    /// # Safety
    /// So many bytes were transferred.
    #[doc(hidden)]
    unsafe fn arrived(buffer: &mut Self::Buffer, count: usize);
}

/// The routine for Winsock's functions.
///
/// # Safety
/// The system calls it, for an operation that [`Prepared::call`] has begun.
pub(crate) unsafe extern "system" fn of_winsock(
    _error: u32,
    _count: u32,
    overlapped: *mut OVERLAPPED,
    _flags: u32,
) {
    // SAFETY: the caller's promise.  All that is of interest is in the OVERLAPPED.
    unsafe { Header::come(overlapped) };
}

/// As [`of_winsock`], for those of files and pipes.
///
/// # Safety
/// As there.
pub(crate) unsafe extern "system" fn of_file(
    _error: u32,
    _count: u32,
    overlapped: *mut OVERLAPPED,
) {
    // SAFETY: the caller's promise.  All that is of interest is in the OVERLAPPED.
    unsafe { Header::come(overlapped) };
}

/// Lets a request have a routine: by what begins it with one, and what tells its buffer how much
/// has come.
macro_rules! routine_request {
    ([$($generics:tt)*] $request:ty, $object:ty, $begin:expr, $arrived:expr) => {
        // SAFETY: what begins it says whether the system has accepted the operation, and of all
        // that it has accepted it tells by the routine, also of what is done at once.
        unsafe impl<$($generics)*> crate::alertable::routine::RoutineRequest<$object> for $request {
            unsafe fn begin_with_routine(
                object: &$object,
                overlapped: *mut OVERLAPPED,
                buffer: *mut <Self as Request<$object>>::Buffer,
            ) -> Result<()> {
                // SAFETY: the caller's promise.
                unsafe { $begin(object, overlapped, buffer) }
            }

            unsafe fn arrived(buffer: &mut <Self as Request<$object>>::Buffer, count: usize) {
                // SAFETY: the caller's promise.
                unsafe { $arrived(buffer, count) }
            }
        }
    };
}

pub(crate) use routine_request;

/// For requests whose buffer need not know.
///
/// # Safety
/// As for [`RoutineRequest::arrived`].
pub(crate) unsafe fn all_is_sent<B>(_buffer: &mut B, _count: usize) {}

/// What a block holds of its routine.
pub(crate) struct Routine {
    /// The [`Alertable`] that it belongs to, and its place there.
    thread: *const (),
    place: usize,
    /// The closure, or a box that has it.
    room: MaybeUninit<[usize; 4]>,
}

impl Default for Routine {
    fn default() -> Self {
        Routine { thread: ptr::null(), place: 0, room: MaybeUninit::uninit() }
    }
}

impl Routine {
    const fn has_room_for<F>() -> bool {
        size_of::<F>() <= size_of::<[usize; 4]>() && align_of::<F>() <= align_of::<usize>()
    }

    fn put<F>(&mut self, routine: F) {
        let room = self.room.as_mut_ptr();
        // SAFETY: either has room, and is aligned.
        unsafe {
            if Self::has_room_for::<F>() {
                room.cast::<F>().write(routine);
            } else {
                room.cast::<Box<F>>().write(Box::new(routine));
            }
        }
    }

    /// # Safety
    /// It has been put there, with this type, and is taken once.
    unsafe fn take<F>(&self) -> F {
        let room = self.room.as_ptr();
        // SAFETY: the caller's promise.
        unsafe {
            if Self::has_room_for::<F>() {
                room.cast::<F>().read()
            } else {
                *room.cast::<Box<F>>().read()
            }
        }
    }
}

/// The block of an operation whose routine is due; owns it.
pub(crate) struct Ended {
    header: NonNull<Header>,
    /// Takes the block, and runs its routine or drops it.
    finish: unsafe fn(NonNull<Header>, runs: bool),
}

impl Ended {
    pub(crate) fn run(self) {
        let it = ManuallyDrop::new(self);
        // SAFETY: it is called for the block once.
        unsafe { (it.finish)(it.header, true) };
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        // SAFETY: it is called for the block once.
        unsafe { (self.finish)(self.header, false) };
    }
}

impl<R: RoutineRequest<S>, S: Overlapped + Source<Object = S>> Prepared<'_, R, S> {
    /// Starts it; `routine` runs when it has ended, in an alertable wait of this thread.
    ///
    /// The handle is one without a port, because Windows refuses a routine where there is one.  If
    /// the handle is closed meanwhile, the operation fails.
    ///
    /// # Errors
    /// What the system's function fails with, or `CANCELLED` at the thread's end; the operation is
    /// in the error, and the routine is dropped.
    pub fn call<'scope, F>(
        self,
        thread: &'scope Alertable<'scope, '_>,
        routine: F,
    ) -> core::result::Result<(), Refused<R::Buffer>>
    where
        F: FnOnce(Completed<R::Buffer, ()>) + 'scope,
    {
        let Prepared { source, operation } = self;
        if !thread.is_open() {
            let error = Error::from_status(Status::CANCELLED, R::FUNCTION);
            return Err(Refused { error, operation });
        }
        let prepare = |block: &mut Block<R::Buffer>| {
            let given = ptr::from_mut(block).cast();
            block.set_come(come::<R, S, F>);
            block.routine.thread = ptr::from_ref(thread).cast();
            block.routine.place = thread.begins(source.handle(), given);
            block.routine.put(routine);
        };
        let start = R::begin_with_routine;
        let begun = operation::begin::<R, S>(operation, source, Told::Routine, prepare, start);
        begun.map(drop).inspect_err(|refused| {
            let unused = &refused.operation.0.routine;
            thread.has_ended(unused.place);
            // SAFETY: it was put there just now, and is not called.
            drop(unsafe { unused.take::<F>() });
        })
    }
}

/// The system has called the routine of a block.
///
/// # Safety
/// [`Prepared::call`] has begun it with these types, and this is called for it once, on its thread.
unsafe fn come<R: RoutineRequest<S>, S, F: FnOnce(Completed<R::Buffer, ()>)>(
    header: NonNull<Header>,
) {
    let finish = finish::<R, S, F>;
    // SAFETY: the system has let go of the block, and the thread's wait is not over.
    unsafe {
        let routine = &(*header.cast::<Block<R::Buffer>>().as_ptr()).routine;
        let (thread, place) = (routine.thread.cast::<Alertable<'_, '_>>(), routine.place);
        (*thread).has_ended(place);
        (*thread).is_due(Ended { header, finish });
    }
}

/// # Safety
/// As for [`come`], which has been called.
unsafe fn finish<R: RoutineRequest<S>, S, F: FnOnce(Completed<R::Buffer, ()>)>(
    header: NonNull<Header>,
    runs: bool,
) {
    let block = header.cast::<Block<R::Buffer>>();
    // SAFETY: the system has let go of the block, and nobody else takes it or its routine.
    let (routine, (result, operation)) = unsafe {
        let routine = (*block.as_ptr()).routine.take::<F>();
        (routine, operation::end_by(block, R::is_done, |buffer, count| R::arrived(buffer, count)))
    };
    if runs {
        routine(Completed { result, operation, source: () });
    }
}
