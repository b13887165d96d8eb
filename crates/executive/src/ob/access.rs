//! The rights of a handle: what its opener asked for, beside the slot in the table.
//!
//! Every object here is its user's own, so whatever is asked for is granted; what was not asked for
//! is refused when it is used.  Generic rights mean for each type what they mean on Windows.  The
//! rights of files are in the file (`fs::rights`), because one handle's are its file object's.

use super::object::{Body, Object};

/// To wait for the object.
pub const SYNCHRONIZE: u32 = 0x0010_0000;
/// To set and reset an event, to release a semaphore, to set a timer.
pub const MODIFY_STATE: u32 = 0x0002;
/// To write to views of a section.
pub const MAP_WRITE: u32 = 0x0002;
/// To read views of a section.
pub const MAP_READ: u32 = 0x0004;
/// To execute views of a section.
pub const MAP_EXECUTE: u32 = 0x0008;
/// `STANDARD_RIGHTS_REQUIRED`, and to ask a section for what it is.
pub const SECTION_REQUIRED: u32 = 0x000F_0001;
/// Every right that a section has; nobody waits for one.
pub const SECTION_ALL: u32 = 0x000F_001F;
/// Every right that a handle can have.
pub const ALL: u32 = 0x001F_FFFF;

const READ_CONTROL: u32 = 0x0002_0000;
const QUERY_STATE: u32 = 0x0001;
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const GENERIC_EXECUTE: u32 = 0x2000_0000;
const GENERIC_ALL: u32 = 0x1000_0000;
const MAXIMUM_ALLOWED: u32 = 0x0200_0000;

/// What reading, writing and executing mean for a type, and all rights that it has.
struct Meanings {
    read: u32,
    write: u32,
    execute: u32,
    all: u32,
}

fn meanings(object: &Object) -> Option<Meanings> {
    let waitable = |write, all| Meanings {
        read: READ_CONTROL | QUERY_STATE,
        write: READ_CONTROL | write,
        execute: READ_CONTROL | SYNCHRONIZE,
        all,
    };
    match object.body() {
        Body::Event(_) | Body::Semaphore(_) | Body::Timer(_) => {
            Some(waitable(MODIFY_STATE, 0x001F_0003))
        }
        Body::Mutant(_) => Some(waitable(0, 0x001F_0001)),
        Body::Section(_) => Some(Meanings {
            read: READ_CONTROL | QUERY_STATE | MAP_READ,
            write: READ_CONTROL | MAP_WRITE,
            execute: READ_CONTROL | MAP_EXECUTE,
            all: SECTION_ALL,
        }),
        _ => None,
    }
}

/// The rights of a new handle to the object for which these were asked.
pub fn granted(object: &Object, desired: u32) -> u32 {
    let Some(meanings) = meanings(object) else { return object.access() };
    let generic = [
        (GENERIC_READ, meanings.read),
        (GENERIC_WRITE, meanings.write),
        (GENERIC_EXECUTE, meanings.execute),
        (GENERIC_ALL, meanings.all),
        (MAXIMUM_ALLOWED, meanings.all),
    ];
    let add =
        |sum, &(asked, given): &(u32, u32)| sum | if desired & asked != 0 { given } else { 0 };
    generic.iter().fold(desired, add) & meanings.all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ke::dispatcher::{Dispatcher, Kind};

    #[test]
    fn generic_rights_are_those_of_the_type() {
        let event = Object::new(Body::Event(Dispatcher::new(Kind::Notification, 0)));
        assert_eq!(granted(&event, GENERIC_WRITE), READ_CONTROL | MODIFY_STATE);
        assert_eq!(granted(&event, GENERIC_EXECUTE | 1), READ_CONTROL | SYNCHRONIZE | 1);
        assert_eq!(granted(&event, MAXIMUM_ALLOWED), 0x001F_0003);
        assert_eq!(granted(&event, 0xFFFF), 3, "it has no others");
        assert_eq!(granted(&event, 0), 0);
    }
}
