//! CreateProcess.
//!
//! Written once for the three alphabets; only the environment's own is another matter, because a
//! flag and not the function's letter says whether it is wide.
#![allow(unsafe_code)]

use super::attribute_list;
use super::named::{inherits, with_inheritance};
use super::standard_handle;
use crate::entry::{self, is_wild};
use crate::text::{Unit, from_terminated};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, CREATE_UNICODE_ENVIRONMENT, EXTENDED_STARTUPINFO_PRESENT, PCSTR, PCWSTR,
    PROCESS_CREATION_FLAGS, PROCESS_INFORMATION, PSTR, PWSTR, SECURITY_ATTRIBUTES,
    STARTF_USESTDHANDLES, STARTUPINFOA, STARTUPINFOEXW, STARTUPINFOW,
};
use lapwing_executive::ps::create::{self, Created, Request, Standard};
use lapwing_executive::ps::start::Startup;
use lapwing_executive::status::{Result, Status};

/// The arguments of a CreateProcess in units of `U`; the wide environment has units of `W`.
pub(super) struct Arguments<U> {
    pub(super) application: *const U,
    pub(super) command_line: *const U,
    pub(super) process_attributes: *const SECURITY_ATTRIBUTES,
    pub(super) thread_attributes: *const SECURITY_ATTRIBUTES,
    pub(super) inherit: BOOL,
    pub(super) flags: PROCESS_CREATION_FLAGS,
    pub(super) environment: *const c_void,
    pub(super) directory: *const U,
    pub(super) startup: *const STARTUPINFOW,
    pub(super) information: *mut PROCESS_INFORMATION,
}

/// The strings of an environment block, which an empty one ends.
///
/// # Safety
/// The block must be so ended.
unsafe fn block<U: Unit>(mut at: *const U) -> Vec<Vec<u8>> {
    let mut variables = Vec::new();
    loop {
        // SAFETY: the caller's promise.
        let Some(variable) = (unsafe { from_terminated(at) }) else { return variables };
        if variable.is_empty() {
            return variables;
        }
        // SAFETY: as above.
        at = unsafe { at.add(crate::text::length(at) + 1) };
        // `=C:=C:\folder`: the current folders of drives, which Linux does not have.
        if !variable.starts_with('=') && variable.contains('=') {
            variables.push(variable.into_bytes());
        }
    }
}

/// # Safety
/// As for [`CreateProcessA`], in units of `U` and `W`.
unsafe fn request<U: Unit, W: Unit>(arguments: &Arguments<U>) -> Result<Request> {
    if is_wild(arguments.startup) || is_wild(arguments.information) {
        return Err(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let startup = unsafe { arguments.startup.read_unaligned() };
    let is_extended = arguments.flags & EXTENDED_STARTUPINFO_PRESENT != 0;
    if is_extended && (startup.cb as usize) != size_of::<STARTUPINFOEXW>() {
        return Err(Status::INVALID_PARAMETER);
    }
    let standard = if startup.dwFlags & STARTF_USESTDHANDLES != 0 {
        let handles = [startup.hStdInput, startup.hStdOutput, startup.hStdError];
        Standard::Given(handles.map(entry::number))
    } else {
        Standard::Same(standard_handle::all())
    };
    let numbers = [
        startup.dwX,
        startup.dwY,
        startup.dwXSize,
        startup.dwYSize,
        startup.dwXCountChars,
        startup.dwYCountChars,
        startup.dwFillAttribute,
        startup.dwFlags,
    ];
    let is_wide = arguments.flags & CREATE_UNICODE_ENVIRONMENT != 0;
    // SAFETY: the caller's promises.
    unsafe {
        let listed = if is_extended {
            let extended = arguments.startup.cast::<STARTUPINFOEXW>().read_unaligned();
            attribute_list::handles(extended.lpAttributeList)?
        } else {
            None
        };
        let environment = match (arguments.environment.is_null(), is_wide) {
            (true, _) => None,
            (false, true) => Some(block(arguments.environment.cast::<W>())),
            (false, false) => Some(block(arguments.environment.cast::<u8>())),
        };
        Ok(Request {
            application: from_terminated(arguments.application),
            command_line: from_terminated(arguments.command_line),
            inherit: arguments.inherit != 0,
            listed,
            flags: arguments.flags,
            environment,
            directory: from_terminated(arguments.directory),
            startup: Startup {
                desktop: from_terminated(startup.lpDesktop.cast::<U>()),
                title: from_terminated(startup.lpTitle.cast::<U>()),
                numbers,
                show_window: startup.wShowWindow,
                standard: None,
            },
            standard,
        })
    }
}

/// # Safety
/// As for [`CreateProcessA`], in units of `U` and `W`.
pub(super) unsafe fn create<U: Unit, W: Unit>(arguments: &Arguments<U>) -> BOOL {
    // SAFETY: the caller's promises.
    let created = unsafe { request::<U, W>(arguments) }.and_then(create::create);
    let information = match created {
        Ok(Created { process, thread, id }) => {
            // SAFETY: the caller's promises.
            let (of_process, of_thread) = unsafe {
                (inherits(arguments.process_attributes), inherits(arguments.thread_attributes))
            };
            PROCESS_INFORMATION {
                hProcess: with_inheritance(process, of_process),
                hThread: with_inheritance(thread, of_thread),
                dwProcessId: id,
                dwThreadId: id,
            }
        }
        Err(_) => PROCESS_INFORMATION {
            hProcess: ptr::null_mut(),
            hThread: ptr::null_mut(),
            dwProcessId: 0,
            dwThreadId: 0,
        },
    };
    if !is_wild(arguments.information) {
        // SAFETY: the caller's promise, and not NULL.
        unsafe { arguments.information.write_unaligned(information) };
    }
    entry::succeed(created.map(drop))
}

/// Starts a program, one of ours or any of Linux', and opens handles to it and to its first thread.
///
/// `lpApplicationName` names the file (`.exe` may be missing, from the name or from the file); if
/// it is NULL, the command line's first word does, and a bare one is looked for in the folder of
/// the running program, in the current one, and along `PATH`.  A program of ours finds the command
/// line as it is written here, and the inherited handles under their values.  A program of Linux'
/// has the command line's words as its arguments, and the standard handles as its descriptors 0, 1
/// and 2.  What is inherited: files, pipes, sockets, processes, sections, events, mutexes and
/// semaphores; connected ends of named pipes as `DuplicateHandle` gives them.  With
/// `STARTF_USESTDHANDLES` a standard handle that is not inherited is `/dev/null` to a program of
/// Linux'.
///
/// `CREATE_SUSPENDED` holds the program until `ResumeThread`.  `CREATE_NEW_PROCESS_GROUP` makes a
/// process group; `DETACHED_PROCESS`, `CREATE_NEW_CONSOLE` and `CREATE_NO_WINDOW` a session without
/// a terminal.  The priority classes are nice values; who may not rise stays where it is.
///
/// Missing: debuggers (`DEBUG_PROCESS`: 50), jobs, and attributes other than the handle list; the
/// environment's variables of drives (`=C:`) are left out.
///
/// # Errors
/// FALSE with `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`; `ERROR_ACCESS_DENIED` (a folder, or a
/// program that may not be run); `ERROR_BAD_EXE_FORMAT` (193); `ERROR_INVALID_PARAMETER` (flags
/// that contradict each other, a list with a handle that is not inheritable); `ERROR_DIRECTORY`
/// (267: there is no such folder to begin in); `ERROR_FILENAME_EXCED_RANGE` (206: a command line of
/// 32,767 characters or more, or arguments and environment too large for Linux);
/// `ERROR_NO_SYSTEM_RESOURCES`, `ERROR_TOO_MANY_OPEN_FILES`, `ERROR_NOACCESS`.  The information is
/// zeroed then.
///
/// # Safety
/// Strings are NULL or terminated, the environment is NULL or ends with an empty string, attributes
/// are NULL or readable, the other two are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateProcessA(
    lpapplicationname: PCSTR,
    lpcommandline: PSTR,
    lpprocessattributes: *const SECURITY_ATTRIBUTES,
    lpthreadattributes: *const SECURITY_ATTRIBUTES,
    binherithandles: BOOL,
    dwcreationflags: PROCESS_CREATION_FLAGS,
    lpenvironment: *const c_void,
    lpcurrentdirectory: PCSTR,
    lpstartupinfo: *const STARTUPINFOA,
    lpprocessinformation: *mut PROCESS_INFORMATION,
) -> BOOL {
    let arguments = Arguments {
        application: lpapplicationname,
        command_line: lpcommandline.cast_const(),
        process_attributes: lpprocessattributes,
        thread_attributes: lpthreadattributes,
        inherit: binherithandles,
        flags: dwcreationflags,
        environment: lpenvironment,
        directory: lpcurrentdirectory,
        startup: lpstartupinfo.cast(),
        information: lpprocessinformation,
    };
    // SAFETY: the caller's promises.
    unsafe { create::<u8, u16>(&arguments) }
}

/// As [`CreateProcessA`], in UTF-16.  The command line is not written to.
///
/// Missing: as for `CreateProcessA`.
///
/// # Errors
/// As for [`CreateProcessA`].
///
/// # Safety
/// As for [`CreateProcessA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateProcessW(
    lpapplicationname: PCWSTR,
    lpcommandline: PWSTR,
    lpprocessattributes: *const SECURITY_ATTRIBUTES,
    lpthreadattributes: *const SECURITY_ATTRIBUTES,
    binherithandles: BOOL,
    dwcreationflags: PROCESS_CREATION_FLAGS,
    lpenvironment: *const c_void,
    lpcurrentdirectory: PCWSTR,
    lpstartupinfo: *const STARTUPINFOW,
    lpprocessinformation: *mut PROCESS_INFORMATION,
) -> BOOL {
    let arguments = Arguments {
        application: lpapplicationname,
        command_line: lpcommandline.cast_const(),
        process_attributes: lpprocessattributes,
        thread_attributes: lpthreadattributes,
        inherit: binherithandles,
        flags: dwcreationflags,
        environment: lpenvironment,
        directory: lpcurrentdirectory,
        startup: lpstartupinfo,
        information: lpprocessinformation,
    };
    // SAFETY: the caller's promises.
    unsafe { create::<u16, u16>(&arguments) }
}
