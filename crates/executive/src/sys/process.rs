//! What a process does to itself when it begins and ends, and what the kernel remembers of one that
//! has ended.
#![allow(unsafe_code)]

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, Ordering};
use rustix::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// Runs before `main`, or when the shared library is loaded: what the parent has given is taken
/// over before the program sees a handle or its environment.
#[used]
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = at_start;

extern "C" fn at_start() {
    crate::ob::hazard::prepare();
    crate::ps::start::take_over();
}

/// Refers to the function above, so that whoever links what calls this links that too.
pub fn begins_before_main() -> extern "C" fn() {
    AT_START
}

/// Takes a variable out of the environment.
pub fn take_variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    // SAFETY: before `main` there is one thread; a program that loads the library later has asked
    // for a start that no parent of ours has given, and has no such variable.
    unsafe { std::env::remove_var(name) };
    Some(value)
}

/// Another descriptor for one that this process was perhaps given.
pub fn duplicate_given(number: RawFd) -> Option<OwnedFd> {
    // SAFETY: it takes numbers only.
    let fd = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 3) };
    // SAFETY: new, and nobody else's.
    (number > 2 && fd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A descriptor that this process was given under its number, closed to further children.
pub fn given(number: RawFd) -> Option<OwnedFd> {
    // SAFETY: it takes numbers only.
    let set = unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
    // SAFETY: open, and the parent has made it for nobody but us.
    (number > 2 && set == 0).then(|| unsafe { OwnedFd::from_raw_fd(number) })
}

static TELLS_ITS_END: AtomicBool = AtomicBool::new(false);

/// Has the hook called with the whole code when the process ends by `exit`.
pub fn tell_exit(hook: extern "C" fn(c_int, *mut c_void)) {
    unsafe extern "C" {
        fn on_exit(hook: extern "C" fn(c_int, *mut c_void), argument: *mut c_void) -> c_int;
    }
    if !TELLS_ITS_END.swap(true, Ordering::Relaxed) {
        // SAFETY: the hook takes what `exit` gives it.  Without memory nothing is told.
        let _untold = unsafe { on_exit(hook, core::ptr::null_mut()) };
    }
}

/// Ends the process without anything further.
pub fn end_now(code: u32) -> ! {
    // SAFETY: it does not return.
    unsafe { libc::_exit(code.cast_signed()) }
}

/// The wait status of a process that is nobody's child here, or that somebody else has waited for.
/// None from a kernel that does not tell.
pub fn end_of(process: BorrowedFd<'_>) -> Option<i32> {
    /// `struct pidfd_info`, as of its first version.
    #[repr(C)]
    struct Info {
        mask: u64,
        group: u64,
        ids: [u32; 11],
        status: i32,
    }
    /// `PIDFD_INFO_EXIT`
    const EXIT: u64 = 1 << 3;
    /// `PIDFD_GET_INFO`: `_IOWR(0xFF, 11, struct pidfd_info)`
    const GET_INFO: libc::Ioctl = 3 << 30 | (size_of::<Info>() as libc::Ioctl) << 16 | 0xFF0B;
    let mut info = Info { mask: EXIT, group: 0, ids: [0; 11], status: 0 };
    // SAFETY: the kernel writes at most the size that the number carries.
    let result = unsafe { libc::ioctl(process.as_raw_fd(), GET_INFO, &raw mut info) };
    (result == 0 && info.mask & EXIT != 0).then_some(info.status)
}

/// How long this process has computed, in the kernel and in itself, in units of 100 ns.
pub fn own_times() -> (u64, u64) {
    // SAFETY: all zeroes are a value of it.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    // SAFETY: the place is ours; it fails only for a wrong place or a wrong question.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    // Neither is ever negative.
    let units = |time: libc::timeval| time.tv_sec as u64 * 10_000_000 + time.tv_usec as u64 * 10;
    (units(usage.ru_stime), units(usage.ru_utime))
}
