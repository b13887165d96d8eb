//! `lp64.rs` for serial ports.
#![allow(unsafe_code)]

use super::serial_port::build_block;
use lapwing_abi::{BOOL, DCB};

/// As [`super::serial_port::BuildCommDCBW`], in UTF-32.
///
/// # Safety
/// As for [`super::serial_port::BuildCommDCBA`].
#[unsafe(export_name = "lapwing_BuildCommDCBW_lp64")]
pub unsafe extern "system" fn BuildCommDCBW(text: *const i32, block: *mut DCB) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { build_block(text, block) }
}
