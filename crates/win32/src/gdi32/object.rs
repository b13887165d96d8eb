//! Stock objects.
#![allow(unsafe_code)]

use core::ptr;
use lapwing_abi::{GET_STOCK_OBJECT_FLAGS, HGDIOBJ};

/// The last of the stock objects, `DC_PEN`.
const LAST: GET_STOCK_OBJECT_FLAGS = 19;
/// A number that is no object.
const GAP: GET_STOCK_OBJECT_FLAGS = 9;
/// What is added to an object's number, so that its handle is not NULL.
const BASE: usize = 0x8000;

/// A brush, pen or font that the system has.  Nothing is drawn without a screen, so the handle only
/// tells one from the other.  NULL for a number that stands for no object.
#[unsafe(no_mangle)]
pub extern "system" fn GetStockObject(object: GET_STOCK_OBJECT_FLAGS) -> HGDIOBJ {
    match usize::try_from(object) {
        Ok(number) if object <= LAST && object != GAP => ptr::without_provenance_mut(BASE + number),
        _ => ptr::null_mut(),
    }
}
