//! `lp64.rs` for mailslots.
#![allow(unsafe_code)]

use super::mailslot;
use lapwing_abi::{HANDLE, SECURITY_ATTRIBUTES};

/// As [`super::mailslot::CreateMailslotW`], in UTF-32.
///
/// # Safety
/// As for [`super::mailslot::CreateMailslotA`].
#[unsafe(export_name = "lapwing_CreateMailslotW_lp64")]
pub unsafe extern "system" fn CreateMailslotW(
    name: *const i32,
    limit: u32,
    timeout_ms: u32,
    attributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { mailslot::create(name, limit, timeout_ms, attributes) }
}
