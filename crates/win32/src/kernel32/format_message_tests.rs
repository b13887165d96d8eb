//! Flags, inserts, widths and buffers of `FormatMessage`.

use super::*;
use crate::kernel32::heap::LocalFree;
use core::ptr::null;

const STRING: u32 = FORMAT_MESSAGE_FROM_STRING;
const ARRAY: u32 = FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY;

fn with_array(flags: u32, template: &str, values: &[usize]) -> Result<String, u32> {
    let mut buffer = [0_u8; 512];
    let template = format!("{template}\0");
    let arguments = if values.is_empty() { null() } else { values.as_ptr().cast() };
    last_error::set(0);
    // SAFETY: the strings are terminated, the buffer has its size.
    let length = unsafe {
        let source = template.as_ptr().cast();
        FormatMessageA(flags, source, 0, 0, buffer.as_mut_ptr(), 512, arguments)
    };
    if length == 0 && last_error::get() != 0 {
        return Err(last_error::get());
    }
    Ok(String::from_utf8_lossy(&buffer[..length as usize]).into_owned())
}

fn address(text: &'static str) -> usize {
    text.as_ptr().expose_provenance()
}

#[test]
fn inserts_take_their_values_by_number() {
    let values = [address("alpha\0"), 42, address("beta\0"), usize::MAX];
    let cases = [
        ("%1 and %3", "alpha and beta"),
        ("%3, %1!s!, %2!d!", "beta, alpha, 42"),
        ("%2!05d!|%2!-5u!|%2!#x!|%2!X!", "00042|42   |0x2a|2A"),
        ("%4!d! %4!u! %4!I64d! %4!lu!", "-1 4294967295 -1 4294967295"),
        ("[%1!7s!][%1!-7s!][%1!.2s!]", "[  alpha][alpha  ][al]"),
        ("100%% %2!c!", "100% *"),
        ("%1%n%1%0 never", "alpha\r\nalpha"),
    ];
    for (template, expected) in cases {
        assert_eq!(with_array(ARRAY, template, &values).as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn asterisks_take_values_in_turn() {
    let values = [6, 2, address("dup\0"), address("next\0")];
    assert_eq!(with_array(ARRAY, "%1!*.*s!,%4", &values).as_deref(), Ok("    du,next"));
}

#[test]
fn missing_values_and_malformed_inserts_are_refused() {
    for template in ["%1", "%1!d", "text %"] {
        assert_eq!(with_array(ARRAY, template, &[]), Err(ERROR_INVALID_PARAMETER), "{template}");
    }
    let values = [0, 0];
    for template in ["%1!y!", "%1!!", "%1!5!"] {
        assert_eq!(with_array(ARRAY, template, &values), Err(ERROR_INVALID_PARAMETER));
    }
}

#[test]
fn ignored_inserts_stay_in_the_text() {
    let flags = STRING | FORMAT_MESSAGE_IGNORE_INSERTS;
    assert_eq!(with_array(flags, "%1 %2!d! %%", &[]).as_deref(), Ok("%1 %2!d! %%"));
}

#[test]
fn widths_break_lines() {
    let text = "one two three\r\nfour";
    assert_eq!(with_array(STRING, text, &[]).as_deref(), Ok(text));
    assert_eq!(with_array(STRING | 0xFF, text, &[]).as_deref(), Ok("one two three four"));
    let broken = with_array(STRING | 8, text, &[]);
    assert_eq!(broken.as_deref(), Ok("one two\r\nthree\r\nfour"));
}

#[test]
fn a_va_list_is_read_in_order() {
    let registers = [0, 0, 0, address("first\0"), 2, address("third\0")];
    let overflow = [4_usize];
    #[repr(C)]
    struct List(u32, u32, *const usize, *const usize);
    let list = List(24, 48, overflow.as_ptr(), registers.as_ptr());
    let mut buffer = [0_u8; 64];
    // SAFETY: the list is laid out as the ABI says, with four values.
    let length = unsafe {
        let list = (&raw const list).cast();
        let source = c"%3 %1 %4!d! %2!d!".as_ptr().cast();
        FormatMessageA(STRING, source, 0, 0, buffer.as_mut_ptr(), 64, list)
    };
    assert_eq!(&buffer[..length as usize], b"third first 4 2");
}

#[test]
fn a_system_message_ends_its_line_and_an_unknown_code_is_317() {
    let mut buffer = [0_u16; 256];
    // SAFETY: the buffer has its size; NULL is no source and no arguments.
    unsafe {
        let flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
        let length = FormatMessageW(flags, null(), 10054, 0x409, buffer.as_mut_ptr(), 256, null());
        let text = String::from_utf16_lossy(&buffer[..length as usize]);
        assert_eq!(text, "An existing connection was forcibly closed by the remote host.\r\n");
        assert_eq!(FormatMessageW(flags, null(), 9, 0, buffer.as_mut_ptr(), 256, null()), 0);
        assert_eq!(last_error::get(), ERROR_MR_MID_NOT_FOUND);
        assert_eq!(FormatMessageW(flags, null(), 5, 0x407, buffer.as_mut_ptr(), 256, null()), 0);
        assert_eq!(last_error::get(), ERROR_RESOURCE_LANG_NOT_FOUND);
    }
}

#[test]
fn an_allocated_buffer_is_a_local_block() {
    let mut text: *mut u8 = null_mut();
    let flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ALLOCATE_BUFFER;
    // SAFETY: with ALLOCATE_BUFFER the buffer is a pointer to a pointer.
    unsafe {
        let length = FormatMessageA(flags, null(), 5, 0, (&raw mut text).cast(), 0, null());
        assert_eq!(text::from_ansi(text).as_deref(), Some("Access is denied.\r\n"));
        assert_eq!(length, 19);
        assert!(LocalFree(text.cast()).is_null());
    }
}

#[test]
fn bad_buffers_and_flags_give_their_codes() {
    let mut buffer = [9_u8; 8];
    let mut check = |flags, source: *const c_void, size, expected| {
        // SAFETY: the size is the buffer's or less.
        let length =
            unsafe { FormatMessageA(flags, source, 5, 0, buffer.as_mut_ptr(), size, null()) };
        assert_eq!((length, last_error::get()), (0, expected));
        assert_eq!(buffer, [9; 8]);
    };
    check(FORMAT_MESSAGE_FROM_SYSTEM, null(), 8, ERROR_INSUFFICIENT_BUFFER);
    check(0, null(), 8, ERROR_INVALID_PARAMETER);
    check(STRING, null(), 8, ERROR_INVALID_PARAMETER);
    check(FORMAT_MESSAGE_FROM_HMODULE, null(), 8, ERROR_RESOURCE_TYPE_NOT_FOUND);
    // SAFETY: a NULL buffer is refused.
    let length =
        unsafe { FormatMessageA(STRING, c"a".as_ptr().cast(), 0, 0, null_mut(), 8, null()) };
    assert_eq!((length, last_error::get()), (0, ERROR_INVALID_PARAMETER));
}
