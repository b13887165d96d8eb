//! `lp64.rs` for named pipes.
#![allow(unsafe_code)]

use super::named_pipe::{self, Exchange, Wishes};
use super::named_pipe_state::{self, Places};
use core::ffi::c_void;
use lapwing_abi::{BOOL, HANDLE, SECURITY_ATTRIBUTES};

/// As [`super::named_pipe::CreateNamedPipeW`], in UTF-32.
///
/// # Safety
/// As for [`super::named_pipe::CreateNamedPipeA`].
#[unsafe(export_name = "lapwing_CreateNamedPipeW_lp64")]
pub unsafe extern "system" fn CreateNamedPipeW(
    name: *const i32,
    open_mode: u32,
    pipe_mode: u32,
    maximum: u32,
    outbound_quota: u32,
    inbound_quota: u32,
    timeout_ms: u32,
    attributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    let wishes =
        Wishes::new(open_mode, pipe_mode, maximum, outbound_quota, inbound_quota, timeout_ms);
    // SAFETY: the caller's promises.
    unsafe { named_pipe::create(name, &wishes, attributes) }
}

/// As [`super::named_pipe::WaitNamedPipeW`], in UTF-32.
///
/// # Safety
/// As for [`super::named_pipe::WaitNamedPipeA`].
#[unsafe(export_name = "lapwing_WaitNamedPipeW_lp64")]
pub unsafe extern "system" fn WaitNamedPipeW(name: *const i32, timeout_ms: u32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { named_pipe::wait(name, timeout_ms) }
}

/// As [`super::named_pipe::CallNamedPipeW`], in UTF-32.
///
/// # Safety
/// As for [`super::named_pipe::CallNamedPipeA`].
#[unsafe(export_name = "lapwing_CallNamedPipeW_lp64")]
pub unsafe extern "system" fn CallNamedPipeW(
    name: *const i32,
    message: *const c_void,
    message_length: u32,
    reply: *mut c_void,
    reply_length: u32,
    count: *mut u32,
    timeout_ms: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe {
        let exchange = Exchange::new(message, message_length, reply, reply_length);
        named_pipe::call(name, exchange, count, timeout_ms)
    }
}

/// As [`super::named_pipe_state::GetNamedPipeHandleStateW`], in UTF-32.
///
/// # Safety
/// As for [`super::named_pipe_state::GetNamedPipeHandleStateA`].
#[unsafe(export_name = "lapwing_GetNamedPipeHandleStateW_lp64")]
pub unsafe extern "system" fn GetNamedPipeHandleStateW(
    pipe: HANDLE,
    state: *mut u32,
    instances: *mut u32,
    collection_count: *mut u32,
    collection_timeout: *mut u32,
    user: *mut i32,
    user_size: u32,
) -> BOOL {
    let places = Places { state, instances, collection_count, collection_timeout, user, user_size };
    // SAFETY: the caller's promises.
    unsafe { named_pipe_state::handle_state(pipe, &places) }
}

/// As [`super::named_pipe_state::GetNamedPipeClientComputerNameW`], in UTF-32.
#[unsafe(export_name = "lapwing_GetNamedPipeClientComputerNameW_lp64")]
pub extern "system" fn GetNamedPipeClientComputerNameW(
    pipe: HANDLE,
    name: *mut i32,
    _length: u32,
) -> BOOL {
    named_pipe_state::client_computer(pipe, name.is_null())
}
