//! Windows: making, finding, destroying.
#![allow(unsafe_code)]

use super::class::{module, register_system_classes};
use super::{Face, handle, procedure};
use crate::{entry, text};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, CREATESTRUCTA, CW_USEDEFAULT, HINSTANCE, HMENU, HWND, PCSTR, PCWSTR, WINDOW_EX_STYLE,
    WINDOW_STYLE, WM_CREATE, WM_DESTROY, WM_NCCREATE, WM_NCDESTROY,
};
use lapwing_executive::status::{Result, Status};
use lapwing_executive::win32k::atom::Name;
use lapwing_executive::win32k::send;
use lapwing_executive::win32k::window::{self, WindowTerms};
use lapwing_executive::win32k::{Alphabet, Call, MESSAGE_PARENT, Message, Task};

/// The arguments of `CreateWindowEx`, names apart.
pub(super) struct Creation {
    pub(super) ex_style: WINDOW_EX_STYLE,
    pub(super) style: WINDOW_STYLE,
    pub(super) place: [i32; 4],
    pub(super) parent: HWND,
    pub(super) menu: HMENU,
    pub(super) instance: HINSTANCE,
    pub(super) parameter: *const c_void,
}

/// `CreateWindowEx` of any face.
///
/// # Safety
/// As for [`CreateWindowExA`].
pub(super) unsafe fn create<U: Face>(class: *const U, name: *const U, creation: &Creation) -> HWND {
    // SAFETY: the caller's promise.
    match unsafe { try_create(class, name, creation) } {
        Ok(hwnd) => hwnd,
        Err(status) => {
            entry::fail(status);
            ptr::null_mut()
        }
    }
}

/// NULL without an error means that the window's own procedure did not want it.
///
/// # Safety
/// As for [`create`].
unsafe fn try_create<U: Face>(
    class: *const U,
    name: *const U,
    creation: &Creation,
) -> Result<HWND> {
    // SAFETY: the caller's promise.
    let class_name = unsafe { super::name(class) };
    register_system_classes();
    let terms = WindowTerms {
        class: &class_name,
        instance: module(creation.instance),
        style: creation.style,
        ex_style: creation.ex_style,
        parent: creation.parent.addr(),
        id: creation.menu.addr(),
    };
    let number = window::create(&terms)?;
    let is_wanted = match window::lookup(number as usize)?.procedure().alphabet {
        same if same == U::ALPHABET => announce(number, class.cast(), name.cast(), creation),
        other => {
            // SAFETY: the caller's promise.
            let text = unsafe { text::from_terminated(name) };
            match other {
                Alphabet::Ansi => announce_in::<u8>(number, &class_name, text, creation),
                Alphabet::Utf16 => announce_in::<u16>(number, &class_name, text, creation),
                Alphabet::Utf32 => announce_in::<i32>(number, &class_name, text, creation),
            }
        }
    };
    Ok(if is_wanted { handle(number) } else { ptr::null_mut() })
}

/// [`announce`], with the names written anew for the window's procedure.
fn announce_in<U: Face>(
    number: u32,
    class: &Name,
    name: Option<String>,
    creation: &Creation,
) -> bool {
    let write = |text: &str| {
        let mut units = U::encode(text);
        units.push(U::NUL);
        units
    };
    let name = name.as_deref().map(write);
    let name = name.as_ref().map_or(ptr::null(), |units| units.as_ptr());
    match class {
        Name::Number(atom) => {
            let atom = ptr::without_provenance(usize::from(*atom));
            announce(number, atom, name.cast(), creation)
        }
        Name::Text(text) => {
            let class = write(text);
            announce(number, class.as_ptr().cast(), name.cast(), creation)
        }
    }
}

/// Sends `WM_NCCREATE` and `WM_CREATE`.  False when the window is gone again.
fn announce(number: u32, class: *const u8, name: *const u8, creation: &Creation) -> bool {
    let [x, y, width, height] = creation.place.map(|n| if n == CW_USEDEFAULT { 0 } else { n });
    let terms = CREATESTRUCTA {
        lpCreateParams: creation.parameter.cast_mut(),
        hInstance: creation.instance,
        hMenu: creation.menu,
        hwndParent: creation.parent,
        cy: height,
        cx: width,
        y,
        x,
        style: creation.style.cast_signed(),
        lpszName: name,
        lpszClass: class,
        dwExStyle: creation.ex_style,
    };
    let lparam = (&raw const terms).expose_provenance().cast_signed();
    if tell(number, WM_NCCREATE, lparam) == 0 {
        remove(number);
        return false;
    }
    if tell(number, WM_CREATE, lparam) == -1 {
        destroy(number);
        return false;
    }
    window::lookup(number as usize).is_ok()
}

/// Calls the procedure of one of the calling thread's windows.
fn tell(window: u32, message: u32, lparam: isize) -> isize {
    let message = Message { window, number: message, lparam, ..Message::default() };
    let alphabet = match window::lookup(window as usize) {
        Ok(window) => window.procedure().alphabet,
        Err(_) => return 0,
    };
    // SAFETY: the messages of this file come with nothing, or with the structure of `announce`.
    unsafe { procedure::call_window(alphabet, &message) }
}

/// The last message, and the end.
fn remove(number: u32) {
    tell(number, WM_NCDESTROY, 0);
    window::forget(number);
}

/// Destroys a window of the calling thread: what it owns first, then itself and its children.
/// False when there is no such window.
pub(super) fn destroy(number: u32) -> bool {
    match window::lookup_own(number as usize) {
        Ok(window) if window::begin_destruction(&window) => {}
        Ok(_) => return true,
        Err(_) => return false,
    }
    while let Some(owned) = family(number, |window| window.last_owned()) {
        destroy_other(owned);
    }
    say_destroy(number);
    destroy_children(number);
    remove(number);
    true
}

fn family<T>(number: u32, part: impl Fn(&window::Window) -> Option<T>) -> Option<T> {
    window::lookup(number as usize).ok().and_then(|window| part(&window))
}

/// `WM_DESTROY`: to the window, then to its children.
fn say_destroy(number: u32) {
    tell(number, WM_DESTROY, 0);
    for child in family(number, |window| Some(window.children())).unwrap_or_default() {
        match window::lookup_own(child as usize) {
            Ok(window) => {
                window::begin_destruction(&window);
                drop(window);
                say_destroy(child);
            }
            // It is told by its own thread.
            Err(_) => continue,
        }
    }
}

/// The children end before their parent.
fn destroy_children(number: u32) {
    while let Some(child) = family(number, |window| window.children().last().copied()) {
        if window::lookup_own(child as usize).is_ok() {
            destroy_children(child);
            remove(child);
        } else {
            destroy_other(child);
        }
    }
}

/// Destroys a window of whatever thread.
fn destroy_other(number: u32) {
    let Ok(window) = window::lookup(number as usize) else { return };
    if window.is_own() {
        drop(window);
        if !destroy(number) || window::lookup(number as usize).is_ok() {
            // Its end has begun already, further up on this thread's stack.
            window::forget(number);
        }
        return;
    }
    let message = Message { window: number, ..Message::default() };
    let begun = send::begin(&window, Call { task: Task::Destroy, message });
    drop(window);
    if begun.is_ok() {
        // SAFETY: a request without a message points at nothing; others promise for theirs.
        let _gone = unsafe { super::send::wait_for_reply(true) };
    }
    window::forget(number);
}

/// Creates a window: `WM_NCCREATE` and `WM_CREATE` go to its procedure before this returns.  It is
/// the calling thread's; nothing is drawn, and no display is looked for.
///
/// NULL on failure: 1407 for a class that the module does not have, 1400 for a parent that is no
/// window, 1406 for a child without a parent; or because the procedure answered FALSE to
/// `WM_NCCREATE` or −1 to `WM_CREATE`.
///
/// Missing: `WM_GETMINMAXINFO`, `WM_NCCALCSIZE`, `WM_SIZE`, `WM_MOVE` and `WM_PARENTNOTIFY`, which
/// say where a window is on a screen.
///
/// # Safety
/// `class` must be an atom or a terminated string, `name` NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateWindowExA(
    ex_style: WINDOW_EX_STYLE,
    class: PCSTR,
    name: PCSTR,
    style: WINDOW_STYLE,
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    parent: HWND,
    menu: HMENU,
    instance: HINSTANCE,
    parameter: *const c_void,
) -> HWND {
    let place = [x, y, width, height];
    let creation = Creation { ex_style, style, place, parent, menu, instance, parameter };
    // SAFETY: the caller's promises.
    unsafe { create(class, name, &creation) }
}

/// [`CreateWindowExA`] with names in UTF-16.
///
/// # Safety
/// As for [`CreateWindowExA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateWindowExW(
    ex_style: WINDOW_EX_STYLE,
    class: PCWSTR,
    name: PCWSTR,
    style: WINDOW_STYLE,
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    parent: HWND,
    menu: HMENU,
    instance: HINSTANCE,
    parameter: *const c_void,
) -> HWND {
    let place = [x, y, width, height];
    let creation = Creation { ex_style, style, place, parent, menu, instance, parameter };
    // SAFETY: the caller's promises.
    unsafe { create(class, name, &creation) }
}

/// Destroys a window of the calling thread, with its children and with the windows that it owns:
/// `WM_DESTROY` and `WM_NCDESTROY` go to their procedures.  A second call while the first one is at
/// work does nothing.  Fails with 1400 for no window, with 5 for one of another thread.
#[unsafe(no_mangle)]
pub extern "system" fn DestroyWindow(hwnd: HWND) -> BOOL {
    let own = window::lookup_own(hwnd.addr()).map(|window| window.number());
    entry::succeed(own.map(|number| {
        destroy(number);
    }))
}

/// Whether there is such a window, of whatever thread.
#[unsafe(no_mangle)]
pub extern "system" fn IsWindow(hwnd: HWND) -> BOOL {
    entry::succeed(window::lookup(hwnd.addr()).map(drop))
}

/// Whether the window's procedure takes wide texts.  FALSE with 1400 for no window.
#[unsafe(no_mangle)]
pub extern "system" fn IsWindowUnicode(hwnd: HWND) -> BOOL {
    match window::lookup(hwnd.addr()) {
        Ok(window) => BOOL::from(window.procedure().alphabet != Alphabet::Ansi),
        Err(status) => entry::fail(status),
    }
}

/// A child's parent, or the owner of another window; NULL if there is none, and with 1400 for no
/// window.
#[unsafe(no_mangle)]
pub extern "system" fn GetParent(hwnd: HWND) -> HWND {
    match window::lookup(hwnd.addr()) {
        Ok(window) => ptr::without_provenance_mut(window.parent()),
        Err(status) => {
            entry::fail(status);
            ptr::null_mut()
        }
    }
}

/// The thread of a window; the process goes to `process_id` unless that is NULL.  0 with 1400 for
/// no window.
///
/// # Safety
/// `process_id` must be NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetWindowThreadProcessId(hwnd: HWND, process_id: *mut u32) -> u32 {
    match window::lookup(hwnd.addr()) {
        Ok(window) => {
            if !process_id.is_null() {
                // SAFETY: the caller's promise.
                unsafe { process_id.write_unaligned(std::process::id()) };
            }
            window.queue().thread_id()
        }
        Err(status) => entry::fail(status).cast_unsigned(),
    }
}

/// `FindWindowEx` of any face.
///
/// # Safety
/// As for [`FindWindowExA`].
pub(super) unsafe fn find<U: Face>(
    parent: HWND,
    after: HWND,
    class: *const U,
    name: *const U,
) -> HWND {
    // SAFETY: the caller's promises.
    let (class, name) = unsafe {
        let class = (!class.is_null()).then(|| super::name(class));
        (class, text::from_terminated(name))
    };
    let fits = |number: u32| {
        window::lookup(number as usize).is_ok_and(|window| {
            class.as_ref().is_none_or(|class| window.is_of_class(class))
                && name.as_ref().is_none_or(|name| window.text() == *name)
        })
    };
    let search = || -> Result<Option<u32>> {
        let mut level = window::at_level(parent.addr());
        if parent.is_null() && after.is_null() {
            level.extend(window::at_level(MESSAGE_PARENT));
        }
        let begin = match after.addr() {
            0 => 0,
            other => {
                let number = window::lookup(other)?.number();
                let place = level.iter().position(|&sibling| sibling == number);
                place.ok_or(Status::INVALID_PARAMETER)? + 1
            }
        };
        Ok(level[begin..].iter().copied().find(|&number| fits(number)))
    };
    match search() {
        Ok(found) => found.map_or(ptr::null_mut(), handle),
        Err(status) => {
            entry::fail(status);
            ptr::null_mut()
        }
    }
}

/// The window of this process at the top, or else the message-only one, that has such a class and
/// text; NULL stands for any.  NULL if there is none.
///
/// # Safety
/// `class` must be NULL, an atom or a terminated string, `name` NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindWindowA(class: PCSTR, name: PCSTR) -> HWND {
    // SAFETY: the caller's promises.
    unsafe { find(ptr::null_mut(), ptr::null_mut(), class, name) }
}

/// [`FindWindowA`] in UTF-16.
///
/// # Safety
/// As for [`FindWindowA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindWindowW(class: PCWSTR, name: PCWSTR) -> HWND {
    // SAFETY: the caller's promises.
    unsafe { find(ptr::null_mut(), ptr::null_mut(), class, name) }
}

/// [`FindWindowA`] among the children of a window, or among the message-only windows
/// (`HWND_MESSAGE`), behind the sibling `after`.  1400 when that is no window, 87 when it is none
/// of the siblings.
///
/// # Safety
/// As for [`FindWindowA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindWindowExA(
    parent: HWND,
    after: HWND,
    class: PCSTR,
    name: PCSTR,
) -> HWND {
    // SAFETY: the caller's promises.
    unsafe { find(parent, after, class, name) }
}

/// [`FindWindowExA`] in UTF-16.
///
/// # Safety
/// As for [`FindWindowA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindWindowExW(
    parent: HWND,
    after: HWND,
    class: PCWSTR,
    name: PCWSTR,
) -> HWND {
    // SAFETY: the caller's promises.
    unsafe { find(parent, after, class, name) }
}
