//! This process as a whole.
#![allow(unsafe_code)]

/// The process's id, which is the kernel's.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentProcessId() -> u32 {
    std::process::id()
}

/// Ends the process, whatever its threads are doing.  The C run-time's exit functions run and its
/// streams are written out.  Linux keeps eight bits of the code.
#[unsafe(no_mangle)]
pub extern "system" fn ExitProcess(exit_code: u32) -> ! {
    std::process::exit(exit_code.cast_signed())
}
