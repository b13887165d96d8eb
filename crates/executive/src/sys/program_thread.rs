//! Threads of the program: `pthread_create`, and how one ends from the middle.
//!
//! `ExitThread` ends a thread without returning from the calls it is in, and Windows runs no
//! destructors of theirs.  `pthread_exit` would unwind them, Rust's frames among them, which is not
//! allowed.  So the program's routine runs *on a base* ([`run`]): a frame whose stack pointer is
//! noted, to which [`leave`] jumps back from any depth.  What the abandoned frames held is lost, as
//! on Windows; our own code therefore holds nothing while it calls the program (see
//! `ke::apc::deliver`).
#![allow(unsafe_code)]

use crate::status::{Result, Status};
use core::cell::Cell;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

/// The program's routine.
pub type Routine = unsafe extern "system" fn(*mut c_void) -> u32;

/// What a new thread does first, with its argument.
type Body = Box<dyn FnOnce() + Send>;

/// Windows reserves a mebibyte unless told otherwise, and programs rely on that much.
const STACK_MIN: usize = 1 << 20;
/// With an explicit reservation: enough for our own frames, a signal's, and thread-local values.
const RESERVATION_MIN: usize = 256 << 10;

/// Starts a detached thread.  A size of zero means the system's default stack; `exact` takes the
/// size as it is (`STACK_SIZE_PARAM_IS_A_RESERVATION`), otherwise it is a lower bound.  Returns the
/// kernel's id of the thread, or 0 if the thread has come to its end already.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when there is no room for another thread; the body is dropped then.
pub fn spawn(stack_size: usize, exact: bool, body: Body) -> Result<u32> {
    let body: *mut Body = Box::into_raw(Box::new(body));
    let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
    // SAFETY: `attributes` is initialised by `pthread_attr_init` before anything else looks at it
    // and destroyed once; `start` gets the pointer that it expects, exactly once, if and only if
    // the thread is created.
    let failed = unsafe {
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        libc::pthread_attr_init(attributes.as_mut_ptr());
        if stack_size != 0 {
            let least = if exact { RESERVATION_MIN } else { STACK_MIN };
            let size = stack_size.max(least).next_multiple_of(4096);
            libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), size);
        }
        let result = libc::pthread_create(
            thread.as_mut_ptr(),
            attributes.as_ptr(),
            start,
            body.cast::<c_void>(),
        );
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        result
    };
    if failed != 0 {
        // SAFETY: no thread was created, so the box is still ours.
        drop(unsafe { Box::from_raw(body) });
        return Err(Status::INSUFFICIENT_RESOURCES);
    }
    // SAFETY: `pthread_create` succeeded and wrote it; the thread is joinable, so the value stays
    // valid until the detach, even when the thread has ended.
    unsafe {
        let thread = thread.assume_init();
        let id = kernel_id(thread);
        libc::pthread_detach(thread);
        Ok(id)
    }
}

/// The kernel's id of a thread, read from its CPU clock's id, in which Linux encodes it
/// (`~id << 3`, with the kind of clock in the low bits).
///
/// # Safety
/// `thread` must not have been joined or detached.
unsafe fn kernel_id(thread: libc::pthread_t) -> u32 {
    let mut clock = 0;
    // SAFETY: a valid thread, by the caller's promise, and a place for the result.
    if unsafe { libc::pthread_getcpuclockid(thread, &mut clock) } != 0 {
        return 0;
    }
    u32::try_from(!(clock >> 3)).unwrap_or(0)
}

extern "C" fn start(body: *mut c_void) -> *mut c_void {
    // SAFETY: `spawn` gave the box away to this thread.
    let body = unsafe { Box::from_raw(body.cast::<Body>()) };
    body();
    ptr::null_mut()
}

thread_local! {
    /// The stack pointer of the innermost [`run`] of this thread.
    static BASE: Cell<usize> = const { Cell::new(0) };
}

/// Runs a routine of the program, which may end by [`leave`], and returns its code.
///
/// # Safety
/// `routine` must be callable with `parameter`.
pub unsafe fn run(routine: Routine, parameter: *mut c_void) -> u32 {
    let outer = BASE.get();
    // The place is in this frame, which stays while the routine runs.
    let mut base = 0_usize;
    BASE.set((&raw mut base).addr());
    // SAFETY: `base` is writable, and the routine callable by the caller's promise.
    let code = unsafe { call_on_base(&raw mut base, routine, parameter) };
    BASE.set(outer);
    code
}

/// Ends the innermost [`run`] of this thread with a code, from any depth.  Returns only when the
/// thread is in none (a thread that we did not start).
///
/// # Safety
/// The frames between are abandoned: none of them may hold what must be given back, such as a lock.
pub unsafe fn leave(code: u32) {
    let base = BASE.get();
    if base != 0 {
        // SAFETY: `base` is the address of the `base` of a `run` that has not returned, hence of
        // the stack pointer that `call_on_base` noted.
        unsafe { return_to_base(ptr::with_exposed_provenance(base), code) }
    }
}

/// Runs what calls the program, which may end by [`leave`]: then the code, otherwise None.  What
/// `body` holds at that moment is lost.
pub fn on_base(mut body: impl FnMut()) -> Option<u32> {
    struct Call<'a> {
        body: &'a mut dyn FnMut(),
        returned: bool,
    }
    unsafe extern "system" fn enter(call: *mut c_void) -> u32 {
        // SAFETY: `on_base` passes the address of its own `Call`, and its frame stays.
        let call = unsafe { &mut *call.cast::<Call<'_>>() };
        (call.body)();
        call.returned = true;
        0
    }
    let mut call = Call { body: &mut body, returned: false };
    // SAFETY: `enter` takes what it is given here.
    let code = unsafe { run(enter, (&raw mut call).cast()) };
    (!call.returned).then_some(code)
}

/// Saves what a callee must save, notes the stack pointer, calls.
#[unsafe(naked)]
unsafe extern "C" fn call_on_base(
    base: *mut usize,
    routine: Routine,
    parameter: *mut c_void,
) -> u32 {
    core::arch::naked_asm!(
        ".cfi_startproc",
        "push rbp",
        ".cfi_def_cfa_offset 16",
        ".cfi_offset rbp, -16",
        "mov rbp, rsp",
        ".cfi_def_cfa_register rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov [rdi], rsp",
        "mov rdi, rdx",
        "call rsi",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        ".cfi_def_cfa rsp, 8",
        "ret",
        ".cfi_endproc",
    )
}

/// Returns from `call_on_base` in place of the routine.
#[unsafe(naked)]
unsafe extern "C" fn return_to_base(base: *const usize, code: u32) -> ! {
    core::arch::naked_asm!(
        "mov eax, esi",
        "mov rsp, [rdi]",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[inline(never)]
    fn deep(depth: usize, code: u32) -> usize {
        let filler = [depth; 16];
        if depth == 0 {
            // SAFETY: these frames hold nothing.
            unsafe { leave(code) };
            return 0;
        }
        core::hint::black_box(filler)[3] + deep(depth - 1, code)
    }

    unsafe extern "system" fn leaves(code: *mut c_void) -> u32 {
        u32::try_from(deep(100, code.addr() as u32)).unwrap_or(0)
    }

    unsafe extern "system" fn returns(code: *mut c_void) -> u32 {
        code.addr() as u32
    }

    unsafe extern "system" fn nests(code: *mut c_void) -> u32 {
        // SAFETY: the routine takes any number.
        let inner = unsafe { run(leaves, code) };
        inner + 1
    }

    #[test]
    fn a_routine_returns_or_leaves_from_any_depth() {
        let number = ptr::without_provenance_mut(42);
        // SAFETY: the routines take any number.
        unsafe {
            assert_eq!(run(returns, number), 42);
            assert_eq!(run(leaves, number), 42);
            assert_eq!(run(nests, number), 43);
            leave(7);
        }
        assert_eq!(BASE.get(), 0, "outside of any run, leaving does nothing");
        assert_eq!(on_base(|| ()), None);
        // SAFETY: these frames hold nothing.
        assert_eq!(on_base(|| unsafe { leave(9) }), Some(9));
    }

    #[test]
    fn a_thread_runs_its_body_and_its_id_is_known() {
        let (send, receive) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let body = move || {
            send.send(rustix::thread::gettid().as_raw_nonzero().get()).unwrap();
            let _ = released.recv();
        };
        let id = spawn(1, true, Box::new(body)).unwrap();
        assert_eq!(i64::from(id), i64::from(receive.recv().unwrap()));
        drop(release);
        assert_eq!(spawn(1 << 62, false, Box::new(|| ())), Err(Status::INSUFFICIENT_RESOURCES));
    }
}
