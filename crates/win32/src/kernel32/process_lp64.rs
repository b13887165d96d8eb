//! `lp64.rs` for processes: strings of `wchar_t` are UTF-32.
#![allow(unsafe_code)]

use super::create_process::{Arguments, create};
use super::startup_info::{Texts, block, free, get};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, PROCESS_CREATION_FLAGS, PROCESS_INFORMATION, SECURITY_ATTRIBUTES, STARTUPINFOA,
    STARTUPINFOW,
};
use std::sync::OnceLock;

/// As [`super::create_process::CreateProcessA`]; a wide environment is UTF-32.
///
/// # Safety
/// As for [`super::create_process::CreateProcessA`].
#[unsafe(export_name = "lapwing_CreateProcessA_lp64")]
pub unsafe extern "system" fn CreateProcessA(
    application: *const u8,
    command_line: *mut u8,
    process_attributes: *const SECURITY_ATTRIBUTES,
    thread_attributes: *const SECURITY_ATTRIBUTES,
    inherit: BOOL,
    flags: PROCESS_CREATION_FLAGS,
    environment: *const c_void,
    directory: *const u8,
    startup: *const STARTUPINFOA,
    information: *mut PROCESS_INFORMATION,
) -> BOOL {
    let arguments = Arguments {
        application,
        command_line: command_line.cast_const(),
        process_attributes,
        thread_attributes,
        inherit,
        flags,
        environment,
        directory,
        startup: startup.cast(),
        information,
    };
    // SAFETY: the caller's promises.
    unsafe { create::<u8, i32>(&arguments) }
}

/// As [`super::create_process::CreateProcessW`], in UTF-32.
///
/// # Safety
/// As for [`super::create_process::CreateProcessA`].
#[unsafe(export_name = "lapwing_CreateProcessW_lp64")]
pub unsafe extern "system" fn CreateProcessW(
    application: *const i32,
    command_line: *mut i32,
    process_attributes: *const SECURITY_ATTRIBUTES,
    thread_attributes: *const SECURITY_ATTRIBUTES,
    inherit: BOOL,
    flags: PROCESS_CREATION_FLAGS,
    environment: *const c_void,
    directory: *const i32,
    startup: *const STARTUPINFOW,
    information: *mut PROCESS_INFORMATION,
) -> BOOL {
    let arguments = Arguments {
        application,
        command_line: command_line.cast_const(),
        process_attributes,
        thread_attributes,
        inherit,
        flags,
        environment,
        directory,
        startup,
        information,
    };
    // SAFETY: the caller's promises.
    unsafe { create::<i32, i32>(&arguments) }
}

/// As [`super::startup_info::GetStartupInfoW`], in UTF-32.
///
/// # Safety
/// As for [`super::startup_info::GetStartupInfoA`].
#[unsafe(export_name = "lapwing_GetStartupInfoW_lp64")]
pub unsafe extern "system" fn GetStartupInfoW(startup: *mut STARTUPINFOW) {
    static TEXTS: OnceLock<Texts<i32>> = OnceLock::new();
    // SAFETY: the caller's promise.
    unsafe { get(startup, &TEXTS) }
}

/// As [`super::startup_info::GetEnvironmentStringsW`], in UTF-32.
#[unsafe(export_name = "lapwing_GetEnvironmentStringsW_lp64")]
pub extern "system" fn GetEnvironmentStringsW() -> *mut i32 {
    block()
}

/// As [`super::startup_info::FreeEnvironmentStringsW`].
///
/// # Safety
/// As for [`super::startup_info::FreeEnvironmentStringsA`].
#[unsafe(export_name = "lapwing_FreeEnvironmentStringsW_lp64")]
pub unsafe extern "system" fn FreeEnvironmentStringsW(block: *const i32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { free(block) }
}
