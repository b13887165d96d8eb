//! What is done when the process exits.
#![allow(unsafe_code)]

/// Calls this when the process exits by `exit`.  It must hold no lock that the program could hold.
pub fn at_exit(act: extern "C" fn()) {
    // SAFETY: it takes a function that takes nothing.  It fails for lack of memory, and then the
    // act is not done, as after a crash.
    let _registered = unsafe { libc::atexit(act) };
}
