//! A console at which nobody presses Ctrl-C.

use lapwing_abi::{BOOL, PHANDLER_ROUTINE, TRUE};

pub(crate) unsafe extern "system" fn SetConsoleCtrlHandler(_: PHANDLER_ROUTINE, _: BOOL) -> BOOL {
    TRUE
}
