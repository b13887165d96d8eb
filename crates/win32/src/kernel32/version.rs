//! Which Windows this is: 10.0.19045, a workstation without service packs.  It is told so to every
//! program, with a manifest or without.
#![allow(unsafe_code)]

use crate::last_error;
use core::cmp::Ordering;
use core::mem::{offset_of, size_of};
use lapwing_abi::{
    BOOL, ERROR_BAD_ARGUMENTS, ERROR_INSUFFICIENT_BUFFER, ERROR_OLD_WIN_VERSION, FALSE,
    OSVERSIONINFOA, OSVERSIONINFOEXA, OSVERSIONINFOEXW, OSVERSIONINFOW, TRUE, VER_AND,
    VER_BUILDNUMBER, VER_FLAGS, VER_MAJORVERSION, VER_MINORVERSION, VER_OR, VER_PLATFORMID,
    VER_PRODUCT_TYPE, VER_SERVICEPACKMAJOR, VER_SERVICEPACKMINOR, VER_SUITENAME,
};

/// What stands before the text in every kind of version structure, behind its size.
const HEAD: [u32; 4] = [10, 0, 19045, 2];
/// What stands behind the text: service pack, suites (`VER_SUITE_SINGLEUSERTS`), workstation.
const TAIL: Tail = Tail { pack_major: 0, pack_minor: 0, suites: 0x0100, product: 1 };

/// The members behind the text.
#[derive(Clone, Copy)]
struct Tail {
    pack_major: u16,
    pack_minor: u16,
    suites: u16,
    product: u8,
}

/// The bits of one condition in a mask, three for each member, in the order of the members' bits.
const CONDITION_BITS: u32 = 3;

/// The sizes of a structure of one kind: without and with what stands behind the text.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    short: usize,
    long: usize,
    tail: usize,
}

/// Those with narrow text.
const NARROW: Sizes = Sizes {
    short: size_of::<OSVERSIONINFOA>(),
    long: size_of::<OSVERSIONINFOEXA>(),
    tail: offset_of!(OSVERSIONINFOEXA, wServicePackMajor),
};
/// Those with UTF-16.
const WIDE: Sizes = Sizes {
    short: size_of::<OSVERSIONINFOW>(),
    long: size_of::<OSVERSIONINFOEXW>(),
    tail: offset_of!(OSVERSIONINFOEXW, wServicePackMajor),
};
/// Those of a C program with 32-bit characters: 20 bytes, 128 characters, 8 bytes.
pub(super) const LP64: Sizes =
    Sizes { short: 20 + 4 * 128, long: 28 + 4 * 128, tail: 20 + 4 * 128 };

/// The version in one number: major, minor, and the build in the upper half.
#[unsafe(no_mangle)]
pub extern "system" fn GetVersion() -> u32 {
    HEAD[0] | HEAD[1] << 8 | HEAD[2] << 16
}

/// Tells the version.  The structure's first member must be its size, without or with the service
/// pack: FALSE with `ERROR_INSUFFICIENT_BUFFER` (122) for another.
///
/// # Safety
/// `information` must be writable for the size in its first member.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetVersionExA(information: *mut OSVERSIONINFOA) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { tell(information.cast(), NARROW) }
}

/// As [`GetVersionExA`], with UTF-16.
///
/// # Safety
/// As for [`GetVersionExA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetVersionExW(information: *mut OSVERSIONINFOW) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { tell(information.cast(), WIDE) }
}

/// # Safety
/// As for [`GetVersionExA`].
pub(super) unsafe fn tell(information: *mut u8, sizes: Sizes) -> BOOL {
    // SAFETY: the first member of all these structures is the size.
    let size = unsafe { information.cast::<u32>().read_unaligned() } as usize;
    if size != sizes.short && size != sizes.long {
        last_error::set(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    // SAFETY: the caller promises `size` bytes, of which these are the members.
    unsafe {
        information.add(4).write_bytes(0, size - 4);
        information.add(4).cast::<[u32; 4]>().write_unaligned(HEAD);
        if size == sizes.long {
            let tail = information.add(sizes.tail);
            let packs = [TAIL.pack_major, TAIL.pack_minor, TAIL.suites];
            tail.cast::<[u16; 3]>().write_unaligned(packs);
            tail.add(6).write(TAIL.product);
        }
    }
    TRUE
}

/// Adds a condition (`VER_EQUAL` … `VER_OR`) for one member of the version to a mask.  Of several
/// members in `type_mask` the one with the highest bit is meant; without any, or without a
/// condition, the mask stays.
#[unsafe(no_mangle)]
pub extern "system" fn VerSetConditionMask(mask: u64, type_mask: VER_FLAGS, condition: u8) -> u64 {
    let condition = u64::from(condition & 7);
    match (type_mask & 0xFF).checked_ilog2() {
        Some(member) => mask | condition << (CONDITION_BITS * member),
        None => mask,
    }
}

/// Whether this version meets the conditions for the members in `type_mask`.  Major, minor and
/// service pack are compared as one number, each by its own condition.  FALSE with
/// `ERROR_OLD_WIN_VERSION` (1150) if not, with `ERROR_BAD_ARGUMENTS` (160) without a member or a
/// valid condition for it.
///
/// # Safety
/// `information` must point to a readable structure.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn VerifyVersionInfoA(
    information: *mut OSVERSIONINFOEXA,
    type_mask: VER_FLAGS,
    condition_mask: u64,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { verify(information.cast(), NARROW, type_mask, condition_mask) }
}

/// As [`VerifyVersionInfoA`], with UTF-16.
///
/// # Safety
/// As for [`VerifyVersionInfoA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn VerifyVersionInfoW(
    information: *mut OSVERSIONINFOEXW,
    type_mask: VER_FLAGS,
    condition_mask: u64,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { verify(information.cast(), WIDE, type_mask, condition_mask) }
}

/// # Safety
/// As for [`VerifyVersionInfoA`].
pub(super) unsafe fn verify(
    information: *const u8,
    sizes: Sizes,
    type_mask: VER_FLAGS,
    condition_mask: u64,
) -> BOOL {
    // SAFETY: the caller's promise; both parts are in a structure of these sizes.
    let (head, tail) = unsafe {
        let tail = information.add(sizes.tail);
        let [pack_major, pack_minor, suites] = tail.cast::<[u16; 3]>().read_unaligned();
        let product = tail.add(6).read();
        let head = information.add(4).cast::<[u32; 4]>().read_unaligned();
        (head, Tail { pack_major, pack_minor, suites, product })
    };
    let met = Wanted { head, tail, type_mask, condition_mask }.is_met();
    match met {
        Some(true) => TRUE,
        Some(false) => {
            last_error::set(ERROR_OLD_WIN_VERSION);
            FALSE
        }
        None => {
            last_error::set(ERROR_BAD_ARGUMENTS);
            FALSE
        }
    }
}

/// What a program asks of the version.
struct Wanted {
    head: [u32; 4],
    tail: Tail,
    type_mask: VER_FLAGS,
    condition_mask: u64,
}

impl Wanted {
    /// None if the question makes no sense.
    fn is_met(&self) -> Option<bool> {
        if self.type_mask == 0 || self.condition_mask == 0 {
            return None;
        }
        let [major, minor, build, platform] = self.head;
        let tail = &self.tail;
        let alone = [
            (VER_PRODUCT_TYPE, u32::from(TAIL.product), u32::from(tail.product)),
            (VER_PLATFORMID, HEAD[3], platform),
            (VER_BUILDNUMBER, HEAD[2], build),
        ];
        for (member, ours, theirs) in alone {
            if self.asks_for(member) && !compare(self.condition(member), ours.cmp(&theirs))? {
                return Some(false);
            }
        }
        if self.asks_for(VER_SUITENAME) && !self.suites_are_met()? {
            return Some(false);
        }
        let ranked = [
            (VER_MAJORVERSION, HEAD[0], major),
            (VER_MINORVERSION, HEAD[1], minor),
            (VER_SERVICEPACKMAJOR, u32::from(TAIL.pack_major), u32::from(tail.pack_major)),
            (VER_SERVICEPACKMINOR, u32::from(TAIL.pack_minor), u32::from(tail.pack_minor)),
        ];
        let mut met = true;
        for (member, ours, theirs) in ranked {
            if self.asks_for(member) {
                met = compare(self.condition(member), ours.cmp(&theirs))?;
                if ours != theirs {
                    break;
                }
            }
        }
        Some(met)
    }

    fn asks_for(&self, member: VER_FLAGS) -> bool {
        self.type_mask & member != 0
    }

    fn condition(&self, member: VER_FLAGS) -> u32 {
        (self.condition_mask >> (CONDITION_BITS * member.ilog2())) as u32 & 7
    }

    fn suites_are_met(&self) -> Option<bool> {
        let common = self.tail.suites & TAIL.suites;
        match self.condition(VER_SUITENAME) {
            VER_AND => Some(common == self.tail.suites),
            VER_OR => Some(common != 0 || self.tail.suites == 0),
            _ => None,
        }
    }
}

/// A condition: equal, greater, greater or equal, less, less or equal, numbered from 1.
fn compare(condition: u32, ours: Ordering) -> Option<bool> {
    Some(match condition {
        1 => ours.is_eq(),
        2 => ours.is_gt(),
        3 => ours.is_ge(),
        4 => ours.is_lt(),
        5 => ours.is_le(),
        _ => return None,
    })
}
