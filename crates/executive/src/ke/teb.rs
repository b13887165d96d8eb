//! The thread's environment block, as much as our calls need of it for every message: on Windows
//! too a thread finds its block by a register, and its last error in it.
//!
//! `thread_local!`, in a library that may become a shared object, asks the loader where a value is.
//! In a program the linker makes two instructions of that call, but by then the compiler has put
//! everything out of its way.  The block lies at a distance from the thread's register that the
//! loader knows when the library is loaded (the *initial-exec* model), so nothing is called.  A
//! library that a running program loads has it too, as long as glibc finds room for it among what
//! it keeps for such (`glibc.rtld.optional_static_tls`, 512 bytes).
//!
//! There is no destructor: the block can be used until the very end of its thread.
#![allow(unsafe_code)]

#[cfg(not(any(loom, shuttle)))]
use crate::io::tie;
use crate::ob::hazard::{self, Places};
use core::cell::Cell;

/// What a thread has at hand, on one cache line.  It begins as zeros but for two addresses, which
/// lead to what always says no: so nobody asks first whether there is one.
#[repr(C, align(64))]
pub struct Teb {
    /// What the thread uses is noted there, from its first hot slot to its end.
    pub(crate) places: Cell<&'static Places>,
    /// The port that it works for.
    #[cfg(not(any(loom, shuttle)))]
    pub(crate) tie: Cell<tie::Own>,
    /// `GetLastError`
    pub last_error: Cell<u32>,
    /// The thread's id, once something has asked for it; 0 before.
    pub(super) thread_id: Cell<u32>,
}

const _: () = assert!(size_of::<Teb>() == 64);

#[cfg(all(target_arch = "x86_64", not(any(loom, shuttle, miri))))]
pub use by_register::teb;

#[cfg(all(target_arch = "x86_64", not(any(loom, shuttle, miri))))]
mod by_register {
    use super::{Teb, hazard, tie};
    use crate::ob::table::NEVER_OPEN;
    use core::mem::offset_of;

    /// Where the second of the addresses lies; the first lies at the beginning.
    const OPENNESS: usize = offset_of!(Teb, tie) + offset_of!(tie::Own, openness);
    const _: () = assert!(offset_of!(Teb, places) == 0 && OPENNESS >= 8);

    /// The calling thread's.
    #[inline(always)]
    pub fn teb() -> &'static Teb {
        let address: *const Teb;
        // SAFETY: it only computes where the calling thread has the memory declared below; neither
        // the word at `fs` nor the loader's ever changes.
        unsafe {
            core::arch::asm!(
                "mov {address}, qword ptr fs:[0]",
                "add {address}, qword ptr [rip + lapwing_teb@GOTTPOFF]",
                address = lateout(reg) address,
                options(pure, nomem, nostack),
            );
        }
        // SAFETY: the memory is as large and aligned as the block, it begins as one (nobody's
        // places, no tie, no error, no id), and it stays until the thread is gone, which what has
        // cells cannot leave.
        unsafe { &*address }
    }

    core::arch::global_asm!(
        ".pushsection .tdata.lapwing_teb,\"awT\",@progbits",
        ".balign 64",
        ".globl lapwing_teb",
        ".hidden lapwing_teb",
        ".type lapwing_teb,@object",
        ".size lapwing_teb,{size}",
        "lapwing_teb:",
        ".quad {nobody}",
        ".zero {openness} - 8",
        ".quad {never_open}",
        ".zero {size} - {openness} - 8",
        ".popsection",
        size = const size_of::<Teb>(),
        openness = const OPENNESS,
        nobody = sym hazard::NOBODY,
        never_open = sym NEVER_OPEN,
    );
}

/// The calling thread's, where the compiler or a checker has to know of it.
#[cfg(not(all(target_arch = "x86_64", not(any(loom, shuttle, miri)))))]
pub fn teb() -> &'static Teb {
    crate::sync::thread_local! {
        static TEB: Teb = const {
            Teb {
                places: Cell::new(hazard::nobody()),
                #[cfg(not(any(loom, shuttle)))]
                tie: Cell::new(tie::Own::none()),
                last_error: Cell::new(0),
                thread_id: Cell::new(0),
            }
        };
    }
    // SAFETY: it has no destructor, so it stays until the thread is gone, which what has cells
    // cannot leave.
    TEB.with(|teb| unsafe { &*core::ptr::from_ref(teb) })
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_its_own_which_begins_as_nothing() {
        teb().last_error.set(1);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!(teb().last_error.get(), 0);
                assert!(hazard::own().is_none());
                teb().last_error.set(2);
                assert_eq!(teb().last_error.get(), 2);
            });
        });
        assert_eq!(teb().last_error.get(), 1);
    }
}
