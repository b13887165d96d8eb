//! What C programs call in place of a kernel32 function with a `W`, because C's `wchar_t` has 32
//! bits on Linux.  The headers bind the Windows name to `lapwing_<name>_lp64`; strings are UTF-32,
//! everything else is as in the function of the same name.
//!
//! One section per room, in the order of the rooms' names.
#![allow(unsafe_code)]

use super::create_file::Wishes;
use super::format_message::Request;
use super::{create_file, event, file_name, mutex, semaphore, thread, timer};
use core::ffi::c_void;
use core::ptr::null_mut;
use lapwing_abi::{
    BOOL, CREATE_EVENT, FARPROC, HANDLE, HMODULE, HRESULT, PCSTR, PSTR, SECURITY_ATTRIBUTES,
    SYNCHRONIZATION_ACCESS_RIGHTS,
};
use lapwing_executive::ob::access::ALL;
use std::sync::OnceLock;

// create_file, file_name

/// As [`super::create_file::CreateFileW`], in UTF-32.
///
/// # Safety
/// As for [`super::create_file::CreateFileA`].
#[unsafe(export_name = "lapwing_CreateFileW_lp64")]
pub unsafe extern "system" fn CreateFileW(
    name: *const i32,
    access: u32,
    share: u32,
    attributes: *const SECURITY_ATTRIBUTES,
    disposition: u32,
    flags: u32,
    template: HANDLE,
) -> HANDLE {
    let wishes = Wishes { access, share, disposition, flags, template };
    // SAFETY: the caller's promises.
    unsafe { create_file::create(name, attributes, &wishes) }
}

/// As [`super::file_name::DeleteFileW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_name::DeleteFileA`].
#[unsafe(export_name = "lapwing_DeleteFileW_lp64")]
pub unsafe extern "system" fn DeleteFileW(name: *const i32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { file_name::delete(name) }
}

/// As [`super::file_name::GetTempPathW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_name::GetTempPathA`].
#[unsafe(export_name = "lapwing_GetTempPathW_lp64")]
pub unsafe extern "system" fn GetTempPathW(size: u32, buffer: *mut i32) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { file_name::temporary_path(size, buffer) }
}

/// As [`super::file_name::GetTempFileNameW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_name::GetTempFileNameA`].
#[unsafe(export_name = "lapwing_GetTempFileNameW_lp64")]
pub unsafe extern "system" fn GetTempFileNameW(
    folder: *const i32,
    prefix: *const i32,
    unique: u32,
    buffer: *mut i32,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { file_name::temporary_name(folder, prefix, unique, buffer) }
}

// event

/// As [`super::event::CreateEventW`], in UTF-32.
///
/// # Safety
/// As for [`super::event::CreateEventW`].
#[unsafe(export_name = "lapwing_CreateEventW_lp64")]
pub unsafe extern "system" fn CreateEventW(
    attributes: *const SECURITY_ATTRIBUTES,
    manual_reset: BOOL,
    initial_state: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { event::create(attributes, name, event::flags(manual_reset, initial_state), ALL) }
}

/// As [`super::event::CreateEventExW`], in UTF-32.
///
/// # Safety
/// As for [`super::event::CreateEventExW`].
#[unsafe(export_name = "lapwing_CreateEventExW_lp64")]
pub unsafe extern "system" fn CreateEventExW(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const i32,
    flags: CREATE_EVENT,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { event::create(attributes, name, flags, desired_access) }
}

/// As [`super::event::OpenEventW`], in UTF-32.
///
/// # Safety
/// As for [`super::event::OpenEventW`].
#[unsafe(export_name = "lapwing_OpenEventW_lp64")]
pub unsafe extern "system" fn OpenEventW(
    desired_access: SYNCHRONIZATION_ACCESS_RIGHTS,
    inherit: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { event::open(desired_access, inherit, name) }
}

// format_message

/// As [`super::format_message::FormatMessageA`]; wide strings among the inserts are UTF-32.
///
/// # Safety
/// As for [`super::format_message::FormatMessageA`].
#[unsafe(export_name = "lapwing_FormatMessageA_lp64")]
pub unsafe extern "system" fn FormatMessageA(
    flags: u32,
    source: *const c_void,
    message_id: u32,
    language_id: u32,
    buffer: PSTR,
    size: u32,
    arguments: *const *const i8,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe {
        let request = Request { flags, source, message_id, language_id, buffer, size, arguments };
        super::format_message::format::<_, i32>(request)
    }
}

/// As [`super::format_message::FormatMessageW`], in UTF-32.
///
/// # Safety
/// As for [`super::format_message::FormatMessageA`].
#[unsafe(export_name = "lapwing_FormatMessageW_lp64")]
pub unsafe extern "system" fn FormatMessageW(
    flags: u32,
    source: *const c_void,
    message_id: u32,
    language_id: u32,
    buffer: *mut i32,
    size: u32,
    arguments: *const *const i8,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe {
        let request = Request { flags, source, message_id, language_id, buffer, size, arguments };
        super::format_message::format::<_, i32>(request)
    }
}

// mutex

/// As [`super::mutex::CreateMutexW`], in UTF-32.
///
/// # Safety
/// As for [`super::mutex::CreateMutexW`].
#[unsafe(export_name = "lapwing_CreateMutexW_lp64")]
pub unsafe extern "system" fn CreateMutexW(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_owner: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { mutex::create(attributes, name, mutex::flags(initial_owner), ALL) }
}

/// As [`super::mutex::CreateMutexExW`], in UTF-32.
///
/// # Safety
/// As for [`super::mutex::CreateMutexExW`].
#[unsafe(export_name = "lapwing_CreateMutexExW_lp64")]
pub unsafe extern "system" fn CreateMutexExW(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const i32,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { mutex::create(attributes, name, flags, desired_access) }
}

/// As [`super::mutex::OpenMutexW`], in UTF-32.
///
/// # Safety
/// As for [`super::mutex::OpenMutexW`].
#[unsafe(export_name = "lapwing_OpenMutexW_lp64")]
pub unsafe extern "system" fn OpenMutexW(
    desired_access: u32,
    inherit: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { mutex::open(desired_access, inherit, name) }
}

// semaphore

/// As [`super::semaphore::CreateSemaphoreW`], in UTF-32.
///
/// # Safety
/// As for [`super::semaphore::CreateSemaphoreW`].
#[unsafe(export_name = "lapwing_CreateSemaphoreW_lp64")]
pub unsafe extern "system" fn CreateSemaphoreW(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { semaphore::create(attributes, initial_count, maximum_count, name, ALL) }
}

/// As [`super::semaphore::CreateSemaphoreExW`], in UTF-32.
///
/// # Safety
/// As for [`super::semaphore::CreateSemaphoreExW`].
#[unsafe(export_name = "lapwing_CreateSemaphoreExW_lp64")]
pub unsafe extern "system" fn CreateSemaphoreExW(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const i32,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe {
        semaphore::create_ex(
            attributes,
            (initial_count, maximum_count),
            name,
            flags,
            desired_access,
        )
    }
}

/// As [`super::semaphore::OpenSemaphoreW`], in UTF-32.
///
/// # Safety
/// As for [`super::semaphore::OpenSemaphoreW`].
#[unsafe(export_name = "lapwing_OpenSemaphoreW_lp64")]
pub unsafe extern "system" fn OpenSemaphoreW(
    desired_access: u32,
    inherit: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { semaphore::open(desired_access, inherit, name) }
}

// thread

/// As [`super::thread::SetThreadDescription`], in UTF-32.
///
/// # Safety
/// As for [`super::thread::SetThreadDescription`].
#[unsafe(export_name = "lapwing_SetThreadDescription_lp64")]
pub unsafe extern "system" fn SetThreadDescription(
    thread: HANDLE,
    description: *const i32,
) -> HRESULT {
    // SAFETY: the caller's promises.
    unsafe { thread::describe(thread, description) }
}

// timer

/// As [`super::timer::CreateWaitableTimerW`], in UTF-32.
///
/// # Safety
/// As for [`super::timer::CreateWaitableTimerW`].
#[unsafe(export_name = "lapwing_CreateWaitableTimerW_lp64")]
pub unsafe extern "system" fn CreateWaitableTimerW(
    attributes: *const SECURITY_ATTRIBUTES,
    manual_reset: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { timer::create(attributes, name, timer::flags(manual_reset), ALL) }
}

/// As [`super::timer::CreateWaitableTimerExW`], in UTF-32.
///
/// # Safety
/// As for [`super::timer::CreateWaitableTimerExW`].
#[unsafe(export_name = "lapwing_CreateWaitableTimerExW_lp64")]
pub unsafe extern "system" fn CreateWaitableTimerExW(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const i32,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { timer::create(attributes, name, flags, desired_access) }
}

/// As [`super::timer::OpenWaitableTimerW`], in UTF-32.
///
/// # Safety
/// As for [`super::timer::OpenWaitableTimerW`].
#[unsafe(export_name = "lapwing_OpenWaitableTimerW_lp64")]
pub unsafe extern "system" fn OpenWaitableTimerW(
    desired_access: u32,
    inherit: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { timer::open(desired_access, inherit, name) }
}

// environment

/// As [`super::environment::GetCommandLineW`], in UTF-32.
#[unsafe(export_name = "lapwing_GetCommandLineW_lp64")]
pub extern "system" fn GetCommandLineW() -> *const i32 {
    static LINE: OnceLock<Vec<i32>> = OnceLock::new();
    super::environment::command_line(&LINE)
}

/// As [`super::environment::GetEnvironmentVariableW`], in UTF-32.
///
/// # Safety
/// As for [`super::environment::GetEnvironmentVariableW`].
#[unsafe(export_name = "lapwing_GetEnvironmentVariableW_lp64")]
pub unsafe extern "system" fn GetEnvironmentVariableW(
    name: *const i32,
    buffer: *mut i32,
    size: u32,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { super::environment::get_variable(name, buffer, size) }
}

/// As [`super::environment::OutputDebugStringW`], in UTF-32.
///
/// # Safety
/// As for [`super::environment::OutputDebugStringW`].
#[unsafe(export_name = "lapwing_OutputDebugStringW_lp64")]
pub unsafe extern "system" fn OutputDebugStringW(output: *const i32) {
    // SAFETY: the caller's promise.
    unsafe { super::environment::debug_output(output) }
}

/// As [`super::environment::SetEnvironmentVariableW`], in UTF-32.
///
/// # Safety
/// As for [`super::environment::SetEnvironmentVariableW`].
#[unsafe(export_name = "lapwing_SetEnvironmentVariableW_lp64")]
pub unsafe extern "system" fn SetEnvironmentVariableW(name: *const i32, value: *const i32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { super::environment::set_variable(name, value) }
}

// loader

/// As [`super::loader::GetModuleFileNameW`], in UTF-32.
///
/// # Safety
/// As for [`super::loader::GetModuleFileNameW`].
#[unsafe(export_name = "lapwing_GetModuleFileNameW_lp64")]
pub unsafe extern "system" fn GetModuleFileNameW(
    module: HMODULE,
    buffer: *mut i32,
    size: u32,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { super::loader::module_file_name(module, buffer, size) }
}

/// As [`super::loader::GetModuleHandleW`], in UTF-32.
///
/// # Safety
/// As for [`super::loader::GetModuleHandleW`].
#[unsafe(export_name = "lapwing_GetModuleHandleW_lp64")]
pub unsafe extern "system" fn GetModuleHandleW(name: *const i32) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { super::loader::module_handle(name) }
}

/// As [`super::loader::GetProcAddress`]; a function with a twin in a file like this one is found
/// as the twin.
///
/// # Safety
/// As for [`super::loader::GetProcAddress`].
#[unsafe(export_name = "lapwing_GetProcAddress_lp64")]
pub unsafe extern "system" fn GetProcAddress(module: HMODULE, name: PCSTR) -> FARPROC {
    // SAFETY: the caller's promise.
    unsafe { super::loader::procedure_for_c(module, name) }
}

/// As [`super::loader::LoadLibraryExW`], in UTF-32.
///
/// # Safety
/// As for [`super::loader::LoadLibraryExW`].
#[unsafe(export_name = "lapwing_LoadLibraryExW_lp64")]
pub unsafe extern "system" fn LoadLibraryExW(
    name: *const i32,
    file: HANDLE,
    _flags: u32,
) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { super::loader::load(name, file) }
}

/// As [`super::loader::LoadLibraryW`], in UTF-32.
///
/// # Safety
/// As for [`super::loader::LoadLibraryW`].
#[unsafe(export_name = "lapwing_LoadLibraryW_lp64")]
pub unsafe extern "system" fn LoadLibraryW(name: *const i32) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { super::loader::load(name, null_mut()) }
}

// string

/// As [`super::string::MultiByteToWideChar`], into UTF-32.
///
/// # Safety
/// As for [`super::string::MultiByteToWideChar`].
#[unsafe(export_name = "lapwing_MultiByteToWideChar_lp64")]
pub unsafe extern "system" fn MultiByteToWideChar(
    code_page: u32,
    flags: u32,
    source: PCSTR,
    bytes: i32,
    wide: *mut i32,
    wide_size: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { super::string::to_wide(code_page, flags, source, bytes, wide, wide_size) }
}

/// As [`super::string::WideCharToMultiByte`], from UTF-32.
///
/// # Safety
/// As for [`super::string::WideCharToMultiByte`].
#[unsafe(export_name = "lapwing_WideCharToMultiByte_lp64")]
pub unsafe extern "system" fn WideCharToMultiByte(
    code_page: u32,
    flags: u32,
    source: *const i32,
    characters: i32,
    narrow: PSTR,
    narrow_size: i32,
    default: PCSTR,
    used_default: *mut BOOL,
) -> i32 {
    use super::string::{Substitute, to_narrow};
    let substitute = Substitute { default, used_default };
    // SAFETY: the caller's promise.
    unsafe { to_narrow(code_page, flags, source, characters, narrow, narrow_size, substitute) }
}

/// As [`super::string::lstrlenW`], of UTF-32.
///
/// # Safety
/// As for [`super::string::lstrlenW`].
#[unsafe(export_name = "lapwing_lstrlenW_lp64")]
pub unsafe extern "system" fn lstrlenW(text: *const i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { super::string::length(text) }
}

// system

/// As [`super::system::GetComputerNameW`], in UTF-32.
///
/// # Safety
/// As for [`super::system::GetComputerNameW`].
#[unsafe(export_name = "lapwing_GetComputerNameW_lp64")]
pub unsafe extern "system" fn GetComputerNameW(buffer: *mut i32, size: *mut u32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { super::system::computer_name(buffer, size) }
}
