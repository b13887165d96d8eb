//! Modules: the program, and the DLL names under which programs look for our functions.
//!
//! Nothing is loaded and nothing unloaded: every function of Lapwing is in the process already, so
//! `LoadLibrary` and `GetModuleHandle` are one look-up, and `GetProcAddress` reads the list of the
//! exports.  A module's handle is the address of its line in [`MODULES`]; the program's is where
//! its own image begins, as on Windows.
#![allow(unsafe_code)]

use crate::exports::{EXPORTS, Export, LP64, WITHOUT_METADATA};
use crate::last_error;
use crate::text::{self, Unit};
use core::ptr::null_mut;
use lapwing_abi::{
    BOOL, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER,
    ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND, FALSE, FARPROC, HANDLE, HMODULE, PCSTR, PCWSTR,
    PSTR, PWSTR, TRUE,
};

/// A DLL name that we answer to.
struct Module {
    /// Without `.dll`, in lower case.
    name: &'static str,
    /// The folders of this crate whose functions it has.
    rooms: &'static [&'static str],
}

const fn module(name: &'static str, rooms: &'static [&'static str]) -> Module {
    Module { name, rooms }
}

static MODULES: [Module; 14] = [
    module("kernel32", &["kernel32"]),
    module("kernelbase", &["kernel32"]),
    module("ntdll", &["ntdll"]),
    module("ws2_32", &["ws2_32"]),
    module("wsock32", &["ws2_32"]),
    module("mswsock", &["mswsock"]),
    module("iphlpapi", &["iphlpapi"]),
    module("user32", &["user32"]),
    module("gdi32", &["gdi32"]),
    module("winmm", &["winmm"]),
    module("powrprof", &["powrprof"]),
    module("bcrypt", &["bcrypt"]),
    module("bcryptprimitives", &["bcryptprimitives"]),
    module("advapi32", &["advapi32"]),
];

/// The sets of functions by purpose, behind which Windows has kernelbase.
const API_SETS: &str = "api-ms-win-core-";

/// The module of a DLL's name: any case, with or without folder and `.dll`.
fn find(name: &str) -> Option<&'static Module> {
    let name = name.rsplit(['\\', '/']).next()?.to_ascii_lowercase();
    let name = name.strip_suffix(".dll").unwrap_or(&name);
    let name = if name.starts_with(API_SETS) { "kernelbase" } else { name };
    MODULES.iter().find(|module| module.name == name)
}

fn handle_of(module: &'static Module) -> HMODULE {
    (&raw const *module).cast_mut().cast()
}

/// What a handle stands for.
enum Image {
    Program,
    Ours(&'static Module),
}

fn image(handle: HMODULE) -> Option<Image> {
    if handle == program() {
        return Some(Image::Program);
    }
    MODULES.iter().find(|module| handle_of(module) == handle).map(Image::Ours)
}

/// Where the program's image begins.
fn program() -> HMODULE {
    // The program headers are in the image's first page.
    // SAFETY: getauxval reads what the kernel passed at the start.
    let headers = unsafe { libc::getauxval(libc::AT_PHDR) } as usize;
    core::ptr::without_provenance_mut(headers & !0xFFF)
}

/// The handle of a module; NULL stands for the program.  NULL with `ERROR_MOD_NOT_FOUND` (126)
/// for a name that Lapwing does not answer to.
///
/// # Safety
/// `name` must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetModuleHandleA(name: PCSTR) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { module_handle(name) }
}

/// As [`GetModuleHandleA`], in UTF-16.
///
/// # Safety
/// As for [`GetModuleHandleA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetModuleHandleW(name: PCWSTR) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { module_handle(name) }
}

/// # Safety
/// `name` must be NULL or terminated.
pub(super) unsafe fn module_handle<U: Unit>(name: *const U) -> HMODULE {
    // SAFETY: the caller's promise.
    match unsafe { text::from_terminated(name) } {
        None => program(),
        Some(name) => match find(&name) {
            Some(module) => handle_of(module),
            None => fail(ERROR_MOD_NOT_FOUND, null_mut()),
        },
    }
}

/// The handle of one of our DLL names; see [`GetModuleHandleA`].  `ERROR_INVALID_PARAMETER` for
/// NULL.
///
/// Missing: libraries of others; shared objects of Linux are loaded by `dlopen`.
///
/// # Safety
/// `name` must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LoadLibraryA(name: PCSTR) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { load(name, null_mut()) }
}

/// As [`LoadLibraryA`], in UTF-16.
///
/// # Safety
/// As for [`LoadLibraryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LoadLibraryW(name: PCWSTR) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { load(name, null_mut()) }
}

/// As [`LoadLibraryA`].  The flags say where to search, and nothing is searched for; `file` must
/// be NULL.
///
/// # Safety
/// As for [`LoadLibraryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LoadLibraryExA(name: PCSTR, file: HANDLE, _flags: u32) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { load(name, file) }
}

/// As [`LoadLibraryExA`], in UTF-16.
///
/// # Safety
/// As for [`LoadLibraryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LoadLibraryExW(name: PCWSTR, file: HANDLE, _flags: u32) -> HMODULE {
    // SAFETY: the caller's promise.
    unsafe { load(name, file) }
}

/// # Safety
/// `name` must be NULL or terminated.
pub(super) unsafe fn load<U: Unit>(name: *const U, file: HANDLE) -> HMODULE {
    if name.is_null() || !file.is_null() {
        return fail(ERROR_INVALID_PARAMETER, null_mut());
    }
    // SAFETY: the caller's promise.
    unsafe { module_handle(name) }
}

/// Takes a [`LoadLibraryA`] back; our functions stay.
///
/// `ERROR_INVALID_HANDLE` for NULL, `ERROR_MOD_NOT_FOUND` for what is no module.
#[unsafe(no_mangle)]
pub extern "system" fn FreeLibrary(module: HMODULE) -> BOOL {
    if module.is_null() {
        return fail(ERROR_INVALID_HANDLE, FALSE);
    }
    if image(module).is_some() { TRUE } else { fail(ERROR_MOD_NOT_FOUND, FALSE) }
}

/// The address of one of our functions by its exact name.
///
/// NULL with `ERROR_PROC_NOT_FOUND` (127) when the module does not have it, or for an ordinal
/// number; `ERROR_MOD_NOT_FOUND` (126) when there is no such module.
///
/// # Safety
/// `name` must be terminated, or an ordinal number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetProcAddress(module: HMODULE, name: PCSTR) -> FARPROC {
    // SAFETY: the caller's promise.
    unsafe { procedure(module, name, &[EXPORTS, WITHOUT_METADATA]) }
}

/// As [`GetProcAddress`], preferring the functions for a C program, whose `wchar_t` has 32 bits.
///
/// # Safety
/// As for [`GetProcAddress`].
pub(super) unsafe fn procedure_for_c(module: HMODULE, name: PCSTR) -> FARPROC {
    // SAFETY: the caller's promise.
    unsafe { procedure(module, name, &[LP64, EXPORTS, WITHOUT_METADATA]) }
}

/// # Safety
/// As for [`GetProcAddress`].
unsafe fn procedure(module: HMODULE, name: PCSTR, tables: &[&[&[Export]]]) -> FARPROC {
    const LAST_ORDINAL: usize = 0xFFFF;
    let rooms = match image(module) {
        None => return fail(ERROR_MOD_NOT_FOUND, None),
        Some(Image::Program) => &[],
        Some(Image::Ours(module)) => module.rooms,
    };
    if name.addr() <= LAST_ORDINAL {
        return fail(ERROR_PROC_NOT_FOUND, None);
    }
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_ansi(name) }.unwrap_or_default();
    let found = tables
        .iter()
        .copied()
        .flatten()
        .copied()
        .flatten()
        .find(|export| export.name == name && rooms.contains(&export.dll));
    match found {
        // SAFETY: an export's address is that of a function; the program knows its type.
        Some(export) => unsafe { core::mem::transmute::<*const (), FARPROC>(export.address) },
        None => fail(ERROR_PROC_NOT_FOUND, None),
    }
}

/// The path of a module's file: of the program for NULL and for our DLL names when they are linked
/// into it, otherwise of liblapwing.  Gives the length; when the buffer is too small, `size` with
/// `ERROR_INSUFFICIENT_BUFFER` and as much as fits, terminated.
///
/// # Safety
/// `buffer` must have `size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetModuleFileNameA(module: HMODULE, buffer: PSTR, size: u32) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { module_file_name(module, buffer, size) }
}

/// As [`GetModuleFileNameA`], in UTF-16.
///
/// # Safety
/// As for [`GetModuleFileNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetModuleFileNameW(module: HMODULE, buffer: PWSTR, size: u32) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { module_file_name(module, buffer, size) }
}

/// # Safety
/// As for [`GetModuleFileNameA`], in units of `U`.
pub(super) unsafe fn module_file_name<U: Unit>(module: HMODULE, buffer: *mut U, size: u32) -> u32 {
    let file = match image(module) {
        Some(Image::Ours(_)) => our_file(),
        Some(Image::Program) => program_file(),
        None if module.is_null() => program_file(),
        None => return fail(ERROR_MOD_NOT_FOUND, 0),
    };
    let units = U::encode(&file);
    let capacity = size as usize;
    if buffer.is_null() || capacity == 0 {
        return fail(ERROR_INSUFFICIENT_BUFFER, 0);
    }
    let fits = &units[..units.len().min(capacity - 1)];
    // SAFETY: the caller's promise.
    unsafe { text::units_into_buffer(fits, buffer, capacity) };
    if fits.len() < units.len() {
        return fail(ERROR_INSUFFICIENT_BUFFER, size);
    }
    fits.len() as u32
}

fn program_file() -> String {
    let file = std::fs::read_link("/proc/self/exe");
    file.map(|file| file.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The file that this function is in.
fn our_file() -> String {
    // SAFETY: all zeroes is a valid Dl_info, and dladdr fills it with strings that stay.
    let name = unsafe {
        let mut info: libc::Dl_info = core::mem::zeroed();
        let known = libc::dladdr(our_file as *const libc::c_void, &raw mut info) != 0;
        known.then(|| text::from_ansi(info.dli_fname.cast())).flatten()
    };
    // The dynamic linker knows the program itself by the name it was called by.
    name.filter(|name| name.starts_with('/') && name.contains(".so")).unwrap_or_else(program_file)
}

fn fail<T>(code: u32, result: T) -> T {
    last_error::set(code);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr::null;

    fn module_of(name: &core::ffi::CStr) -> HMODULE {
        // SAFETY: the name is terminated.
        unsafe { GetModuleHandleA(name.as_ptr().cast()) }
    }

    fn procedure_of(module: HMODULE, name: &core::ffi::CStr) -> (bool, u32) {
        last_error::set(0);
        // SAFETY: the name is terminated.
        let found = unsafe { GetProcAddress(module, name.as_ptr().cast()) };
        (found.is_some(), last_error::get())
    }

    #[test]
    fn names_in_any_spelling_are_one_module() {
        let module = module_of(c"ws2_32");
        assert!(!module.is_null());
        for name in [c"WS2_32.dll", c"Ws2_32.DLL", c"C:\\Windows\\System32\\ws2_32.dll"] {
            assert_eq!(module_of(name), module);
        }
        assert!(module_of(c"nothing.dll").is_null());
        assert_eq!(last_error::get(), ERROR_MOD_NOT_FOUND);
        // SAFETY: NULL is allowed.
        let program = unsafe { GetModuleHandleA(null()) };
        assert!(!program.is_null() && program != module);
        assert_eq!((FreeLibrary(module), FreeLibrary(program)), (TRUE, TRUE));
        assert_eq!((FreeLibrary(null_mut()), last_error::get()), (FALSE, ERROR_INVALID_HANDLE));
    }

    #[test]
    fn procedures_are_found_in_their_own_module() {
        let kernel32 = module_of(c"kernel32");
        // SAFETY: the name is terminated; the function has this type.
        unsafe {
            let found = GetProcAddress(kernel32, c"GetTickCount64".as_ptr().cast());
            let found = found.expect("it is exported") as *const ();
            assert_eq!(found, crate::kernel32::time::GetTickCount64 as *const ());
        }
        assert_eq!(procedure_of(kernel32, c"gettickcount64"), (false, ERROR_PROC_NOT_FOUND));
        assert_eq!(procedure_of(kernel32, c"WSAGetLastError"), (false, ERROR_PROC_NOT_FOUND));
        assert_eq!(procedure_of(module_of(c"ws2_32"), c"WSAGetLastError"), (true, 0));
        assert_eq!(procedure_of(module_of(c"ntdll"), c"RtlNtStatusToDosError"), (true, 0));
        let synch = module_of(c"api-ms-win-core-synch-l1-2-0.dll");
        assert_eq!(procedure_of(synch, c"AcquireSRWLockShared"), (true, 0));
        let forged = core::ptr::without_provenance_mut(0x1234);
        assert_eq!(procedure_of(forged, c"Sleep"), (false, ERROR_MOD_NOT_FOUND));
        // SAFETY: an ordinal is allowed.
        let ordinal = unsafe { GetProcAddress(kernel32, core::ptr::without_provenance(1)) };
        assert!(ordinal.is_none());
        assert_eq!(last_error::get(), ERROR_PROC_NOT_FOUND);
    }

    #[test]
    fn a_c_program_gets_functions_of_its_own_wchar_t() {
        let kernel32 = module_of(c"kernel32");
        let name = c"FormatMessageW".as_ptr().cast();
        // SAFETY: the name is terminated.
        let (ours, theirs) =
            unsafe { (GetProcAddress(kernel32, name), procedure_for_c(kernel32, name)) };
        assert!(ours.is_some() && theirs.is_some());
        assert_ne!(ours.map(|f| f as usize), theirs.map(|f| f as usize));
    }

    #[test]
    fn the_program_has_a_path() {
        let mut buffer = [0_u8; 4096];
        let path = program_file();
        // SAFETY: the buffer has the size given or more.
        unsafe {
            let length = GetModuleFileNameA(null_mut(), buffer.as_mut_ptr(), 4096) as usize;
            assert_eq!(&buffer[..length], path.as_bytes());
            assert_eq!(GetModuleFileNameA(null_mut(), buffer.as_mut_ptr(), 5), 5);
            assert_eq!(last_error::get(), ERROR_INSUFFICIENT_BUFFER);
            assert_eq!(&buffer[..5], [&path.as_bytes()[..4], b"\0"].concat());
        }
    }
}
