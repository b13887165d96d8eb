//! Starting a program: a child that shares our memory until it becomes the program.
//!
//! ```text
//!   launch  --clone(VM, VFORK)-->  child: signals, descriptors, folder, [held], execve
//! ```
//!
//! As in `posix_spawn`, and for the same reason: a process with many threads or much memory can
//! afford nothing else.  The child has its own table of descriptors and its own stack, and makes
//! bare system calls only, because the thread-local values (errno among them) are the caller's.  A
//! child that is to begin suspended goes without `VFORK`: it waits in our memory for a word to
//! change, and closes before that what it does not keep, so that nobody's pipe stays open by it.
#![allow(unsafe_code)]

use core::arch::asm;
use core::ffi::{c_int, c_long, c_void};
use core::ptr;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use rustix::fd::{FromRawFd, OwnedFd, RawFd};
use rustix::io::Errno;
use std::ffi::CString;

/// Enough for the frames of [`Plan::become_program`].
const STACK: usize = 64 << 10;
/// The kernel's `struct sigaction`.
const ACTION_WORDS: usize = 4;
/// How long a held child sleeps before it looks whether its parent is still there.
const LOOK_AGAIN_S: i64 = 1;

/// To whom the program belongs among the terminal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// To the caller's process group.
    Same,
    /// It leads a group of its own.
    New,
    /// It leads a session of its own, without a terminal.
    Session,
}

/// The program to start.
pub struct Program {
    /// Its file, by an absolute path.
    pub image: CString,
    /// Its arguments.
    pub arguments: Vec<CString>,
    /// Its environment, `NAME=VALUE` each.
    pub environment: Vec<CString>,
    /// Where it begins; None where the caller is.
    pub directory: Option<CString>,
    /// What it has as 0, 1 and 2: descriptors from 3 on.
    pub standard: [RawFd; 3],
    /// What else it has, from 3 on.
    pub kept: Vec<RawFd>,
    /// A file whose first four bytes become the program's process id.
    pub block: RawFd,
    /// Its group.
    pub group: Group,
    /// The nice value to set, if any.
    pub nice: Option<i32>,
}

struct Plan {
    program: Program,
    arguments: Vec<*const libc::c_char>,
    environment: Vec<*const libc::c_char>,
    /// The child waits while this is 1.
    held: AtomicU32,
    /// The kernel clears it when the child has left our memory.
    lives: AtomicU32,
    error: AtomicI32,
    parent: u32,
    stack: Vec<u128>,
}

/// What [`launch`] has started.
pub struct Launched {
    /// The process's id.
    pub id: u32,
    /// The process.
    pub pidfd: OwnedFd,
    /// A program that has not begun yet.
    pub held: Option<Held>,
}

/// A child that waits for [`Held::release`] before it becomes the program.  It is in our memory
/// until then; when this goes away before, that memory stays.
pub struct Held {
    plan: *mut Plan,
}

// SAFETY: what the child reads does not change; what both write is atomic.
unsafe impl Send for Held {}
// SAFETY: as above.
unsafe impl Sync for Held {}

/// A system call that touches nothing but its arguments.
///
/// # Safety
/// As for the call.
unsafe fn call(number: c_long, arguments: [usize; 5]) -> isize {
    let result: isize;
    // SAFETY: the kernel's convention; it keeps all other registers.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") arguments[0],
            in("rsi") arguments[1],
            in("rdx") arguments[2],
            in("r10") arguments[3],
            in("r8") arguments[4],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

fn addresses(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([ptr::null()]).collect()
}

/// All the program's handlers go: a new program knows none.  What is ignored stays so, except
/// broken pipes, which programs of Linux expect to end them.
unsafe fn forget_handlers() {
    for signal in 1..=64 {
        let mut action = [0_usize; ACTION_WORDS];
        // SAFETY: both places have the size of the kernel's structure.
        unsafe {
            let place = (&raw mut action).addr();
            call(libc::SYS_rt_sigaction, [signal, 0, place, 8, 0]);
            let is_ignored = action[0] == libc::SIG_IGN && signal != libc::SIGPIPE as usize;
            if !is_ignored && action[0] != libc::SIG_DFL {
                let default = [libc::SIG_DFL; ACTION_WORDS];
                call(libc::SYS_rt_sigaction, [signal, (&raw const default).addr(), 0, 8, 0]);
            }
        }
    }
}

impl Plan {
    /// Only the wanted descriptors stay: 0, 1, 2 and those that are kept.
    unsafe fn arrange_descriptors(&self) {
        // SAFETY: numbers only.
        unsafe {
            for (target, source) in self.program.standard.iter().enumerate() {
                call(libc::SYS_dup3, [*source as usize, target, 0, 0, 0]);
            }
            let mut first = 3_usize;
            for kept in &self.program.kept {
                let kept = *kept as usize;
                if kept > first {
                    call(libc::SYS_close_range, [first, kept.wrapping_sub(1), 0, 0, 0]);
                }
                call(libc::SYS_fcntl, [kept, libc::F_SETFD as usize, 0, 0, 0]);
                first = kept.wrapping_add(1);
            }
            call(libc::SYS_close_range, [first, u32::MAX as usize, 0, 0, 0]);
        }
    }

    /// Waits until the parent lets the program begin, or is gone.
    unsafe fn wait_if_held(&self) {
        let pause = libc::timespec { tv_sec: LOOK_AGAIN_S, tv_nsec: 0 };
        let (word, pause) = ((&raw const self.held).addr(), (&raw const pause).addr());
        while self.held.load(Ordering::Acquire) != 0 {
            let wait = libc::FUTEX_WAIT as usize;
            // SAFETY: the word and the time are readable.
            unsafe {
                call(libc::SYS_futex, [word, wait, 1, pause, 0]);
                if call(libc::SYS_getppid, [0; 5]) != self.parent as isize {
                    call(libc::SYS_exit_group, [1, 0, 0, 0, 0]);
                }
            }
        }
    }

    /// Returns only on failure, with the error's number.
    unsafe fn become_program(&self) -> i32 {
        let program = &self.program;
        // SAFETY: what the calls take is readable, and stays.
        unsafe {
            forget_handlers();
            let own = call(libc::SYS_getpid, [0; 5]) as u32;
            let place = (&raw const own).addr();
            call(libc::SYS_pwrite64, [program.block as usize, place, 4, 0, 0]);
            self.arrange_descriptors();
            match program.group {
                Group::Same => 0,
                Group::New => call(libc::SYS_setpgid, [0; 5]),
                Group::Session => call(libc::SYS_setsid, [0; 5]),
            };
            if let Some(nice) = program.nice {
                // Who may not rise stays where it is.
                call(libc::SYS_setpriority, [0, 0, nice as usize, 0, 0]);
            }
            if let Some(directory) = &program.directory {
                let result = call(libc::SYS_chdir, [directory.as_ptr().addr(), 0, 0, 0, 0]);
                if result < 0 {
                    return -result as i32;
                }
            }
            self.wait_if_held();
            let none = 0_u64;
            let set = libc::SIG_SETMASK as usize;
            call(libc::SYS_rt_sigprocmask, [set, (&raw const none).addr(), 0, 8, 0]);
            let (image, arguments) = (program.image.as_ptr().addr(), self.arguments.as_ptr());
            let environment = self.environment.as_ptr().addr();
            -call(libc::SYS_execve, [image, arguments.addr(), environment, 0, 0]) as i32
        }
    }
}

extern "C" fn child(plan: *mut c_void) -> c_int {
    // SAFETY: `launch` gives the address of a plan that stays until this process has left.
    unsafe {
        let plan = &*plan.cast::<Plan>();
        plan.error.store(plan.become_program(), Ordering::Release);
        call(libc::SYS_exit_group, [127, 0, 0, 0, 0]);
    }
    127
}

/// Starts a program, or with `suspended` makes the child that will become it.
///
/// # Errors
/// What `clone`, `chdir` or `execve` answered; with `suspended` the latter two are told by
/// [`Held::release`].
pub fn launch(program: Program, suspended: bool) -> Result<Launched, Errno> {
    let plan = Box::into_raw(Box::new(Plan {
        arguments: addresses(&program.arguments),
        environment: addresses(&program.environment),
        program,
        held: AtomicU32::new(u32::from(suspended)),
        lives: AtomicU32::new(1),
        error: AtomicI32::new(0),
        parent: std::process::id(),
        stack: vec![0; STACK / size_of::<u128>()],
    }));
    let held = Held { plan };
    let waits = if suspended { 0 } else { libc::CLONE_VFORK };
    let flags =
        libc::CLONE_VM | libc::CLONE_PIDFD | libc::CLONE_CHILD_CLEARTID | waits | libc::SIGCHLD;
    let mut pidfd: RawFd = -1;
    // SAFETY: the stack, the plan and the word that is cleared stay until the child has left our
    // memory (`Held`); `pidfd` is written before the call returns.  All signals are blocked
    // meanwhile, so no handler of the program's runs in the child.
    let id = unsafe {
        let mut all = core::mem::MaybeUninit::uninit();
        let mut before = core::mem::MaybeUninit::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let top = (*plan).stack.as_mut_ptr_range().end.cast::<c_void>();
        let none = ptr::null_mut::<c_void>();
        let lives = (&raw const (*plan).lives).cast_mut();
        let id = libc::clone(child, top, flags, plan.cast(), &raw mut pidfd, none, lives);
        let error = Errno::from_io_error(&std::io::Error::last_os_error());
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
        if id < 0 {
            (*plan).lives.store(0, Ordering::Relaxed);
            return Err(error.unwrap_or(Errno::AGAIN));
        }
        id
    };
    // SAFETY: the kernel has just opened it for us.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
    // A process id is positive.
    let id = id as u32;
    if suspended {
        return Ok(Launched { id, pidfd, held: Some(held) });
    }
    if let Err(error) = held.result() {
        reap(id);
        return Err(error);
    }
    Ok(Launched { id, pidfd, held: None })
}

/// Takes a child that has ended off the list of those to be waited for.
fn reap(id: u32) {
    let mut status = 0;
    // SAFETY: the place is writable.  Somebody else may have reaped it.
    unsafe { libc::waitpid(id.cast_signed(), &raw mut status, 0) };
}

impl Held {
    fn plan(&self) -> &Plan {
        // SAFETY: freed only by `drop`; what changes is atomic.
        unsafe { &*self.plan }
    }

    /// The child has left: what became of it.
    fn result(&self) -> Result<(), Errno> {
        match self.plan().error.load(Ordering::Acquire) {
            0 => Ok(()),
            error => Err(Errno::from_raw_os_error(error)),
        }
    }

    /// Lets the program begin.
    ///
    /// # Errors
    /// What `chdir` or `execve` answered.
    pub fn release(self) -> Result<(), Errno> {
        let plan = self.plan();
        plan.held.store(0, Ordering::Release);
        let word = (&raw const plan.held).addr();
        // SAFETY: both words are readable until `drop`.
        unsafe { call(libc::SYS_futex, [word, libc::FUTEX_WAKE as usize, 1, 0, 0]) };
        let word = (&raw const plan.lives).addr();
        loop {
            let lives = plan.lives.load(Ordering::Acquire);
            if lives == 0 {
                return self.result();
            }
            // SAFETY: as above.
            unsafe {
                call(libc::SYS_futex, [word, libc::FUTEX_WAIT as usize, lives as usize, 0, 0])
            };
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.plan().lives.load(Ordering::Acquire) == 0 {
            // SAFETY: from `Box::into_raw` in `launch`, and the child has left our memory.
            drop(unsafe { Box::from_raw(self.plan) });
        }
    }
}
