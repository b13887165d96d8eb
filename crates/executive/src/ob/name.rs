//! Names of objects.
//!
//! All types share one directory, and names are case-sensitive.  `Local\`, `Global\` and
//! `Session\1\` lead to the same place, because there is one session.  A name lives as long as its
//! object has handles.
//!
//! All of them are found by the other processes of the user too ([`super::shared`]); the directory
//! here is what this process has of them.
//!
//! The directory's lock also guards the handle counts of named objects, so that an `Open` cannot
//! find an object whose last handle is being closed.

use super::access::granted;
use super::handle;
use super::object::{Body, Object, Reference};
use super::shared::{self, Entered, NameFile, Template};
use crate::mm::section::Section;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use rustix::fd::OwnedFd;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

const LINKS: &[&str] = &["Local", "Global", "Session"];
/// Services run in the first, programs in the second.
const SESSIONS: &[&str] = &["0", "1"];

/// What this process has under a name.
struct Entry {
    object: Weak<Object>,
    /// Keeps the name among the processes.
    file: Option<NameFile>,
}

type Directory = BTreeMap<Box<str>, Entry>;

static DIRECTORY: Mutex<Directory> = Mutex::new(BTreeMap::new());

/// What became of a `Create` with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    /// The new handle.
    pub handle: u32,
    /// True when the object was there already (`OBJECT_NAME_EXISTS`).
    pub existed: bool,
}

/// The name within the one directory.  `Local` and `Global` are links to it, and so are the numbers
/// in `Session`.
///
/// # Errors
/// `OBJECT_PATH_NOT_FOUND` for a name in a directory that is not there, `OBJECT_PATH_SYNTAX_BAD`
/// for one that begins with a backslash, `OBJECT_NAME_INVALID` when nothing stands behind a link,
/// `OBJECT_TYPE_MISMATCH` for a link or a directory itself, `ACCESS_DENIED` where only links are.
fn bare(name: &str) -> Result<&str> {
    if name.starts_with('\\') {
        return Err(Status::OBJECT_PATH_SYNTAX_BAD);
    }
    let (mut rest, mut links) = (name, LINKS);
    while let Some((link, behind)) = rest.split_once('\\') {
        if !links.contains(&link) {
            return Err(Status::OBJECT_PATH_NOT_FOUND);
        }
        if behind.is_empty() || behind.starts_with('\\') {
            return Err(Status::OBJECT_NAME_INVALID);
        }
        links = if link == "Session" { SESSIONS } else { LINKS };
        rest = behind;
    }
    if rest.is_empty() || links.contains(&rest) {
        Err(Status::OBJECT_TYPE_MISMATCH)
    } else if links == SESSIONS {
        Err(Status::ACCESS_DENIED)
    } else {
        Ok(rest)
    }
}

/// Opens a handle to a new object, or to the existing one of this name, which other processes find
/// too.  No name and an empty name mean an object without one.  The handle has the rights that are
/// asked for.
///
/// # Errors
/// `OBJECT_TYPE_MISMATCH` when the name belongs to an object of another type,
/// those of a malformed name, `INSUFFICIENT_RESOURCES` when more processes share
/// names than can, those of [`handle::insert`] and of the file system.
pub fn create_shared(name: Option<&str>, template: &Template, access: u32) -> Result<Created> {
    let right_type = |object: &Object| template.is_type_of(object);
    create_or_find(name, right_type, access, |name| match name {
        None => Ok(Entered { object: Object::new(template.body()), file: None, existed: false }),
        Some(name) => shared::create(name, template),
    })
}

/// As [`create_shared`], for a section; one that exists has its own size.
///
/// # Errors
/// As for [`create_shared`], `COMMITMENT_LIMIT` without room for its memory.
pub fn create_section(name: Option<&str>, section: Section, access: u32) -> Result<Created> {
    let right_type = |object: &Object| object.section().is_ok();
    create_or_find(name, right_type, access, |name| match name {
        None => {
            let object = Object::new(Body::Section(Arc::new(section)));
            Ok(Entered { object, file: None, existed: false })
        }
        Some(name) => shared::create_section(name, section),
    })
}

fn create_or_find(
    name: Option<&str>,
    right_type: impl Fn(&Object) -> bool,
    access: u32,
    make: impl FnOnce(Option<&str>) -> Result<Entered>,
) -> Result<Created> {
    let name = match name {
        None | Some("") => {
            let object = make(None)?.object;
            let access = granted(&object, access);
            return Ok(Created { handle: handle::insert_with(object, access)?, existed: false });
        }
        Some(name) => bare(name)?,
    };
    let mut directory = DIRECTORY.lock();
    let found = directory.get(name).and_then(|entry| entry.object.upgrade());
    let (object, existed) = match found {
        Some(object) if right_type(&object) => (object, true),
        Some(object) => {
            drop(directory);
            drop(object);
            return Err(Status::OBJECT_TYPE_MISMATCH);
        }
        None => {
            let entered = make(Some(name))?;
            let existed = entered.existed;
            (enter(&mut directory, name, entered, right_type)?, existed)
        }
    };
    object.add_handle();
    drop(directory);
    let access = granted(&object, access);
    Ok(Created { handle: handle::insert_counted(object, access)?, existed })
}

/// Enters an object that this process did not have under this name.
fn enter(
    directory: &mut Directory,
    name: &str,
    entered: Entered,
    right_type: impl Fn(&Object) -> bool,
) -> Result<Reference> {
    let Entered { object, file, .. } = entered;
    if !right_type(&object) {
        return Err(Status::OBJECT_TYPE_MISMATCH);
    }
    object.set_name(name);
    directory.insert(name.into(), Entry { object: Arc::downgrade(&object), file });
    Ok(object)
}

/// Opens a handle to the existing object of this name.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, and those of [`create_shared`].
pub fn open(name: &str, right_type: fn(&Object) -> bool, access: u32) -> Result<u32> {
    let name = bare(name)?;
    let mut directory = DIRECTORY.lock();
    let found = directory.get(name).and_then(|entry| entry.object.upgrade());
    let object: Reference = match found {
        Some(object) if right_type(&object) => object,
        Some(object) => {
            drop(directory);
            drop(object);
            return Err(Status::OBJECT_TYPE_MISMATCH);
        }
        None => enter(&mut directory, name, shared::open(name)?, right_type)?,
    };
    object.add_handle();
    drop(directory);
    let access = granted(&object, access);
    handle::insert_counted(object, access)
}

/// What another process needs to have this object too, if processes share it: a file, and its name.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`.
pub fn reopen(object: &Object) -> Result<Option<OwnedFd>> {
    let directory = DIRECTORY.lock();
    let entry = object.name().and_then(|name| directory.get(name));
    shared::reopen(object, entry.and_then(|entry| entry.file.as_ref()))
}

/// As [`reopen`]; an event, a semaphore or a mutex that was this process's alone is no more.
///
/// # Errors
/// As for [`create_shared`].
pub fn share(object: &Reference) -> Result<Option<OwnedFd>> {
    /// One after the other, so that an object has one file.
    static SHARING: Mutex<()> = Mutex::new(());
    let _sharing = SHARING.lock();
    if let Some(file) = reopen(object)? {
        return Ok(Some(file));
    }
    if object.name().is_none() {
        shared::share(object)?;
    }
    reopen(object)
}

/// The object that a parent has given to this process, with what [`reopen`] gave.
///
/// # Errors
/// Those of [`create_shared`].
pub fn adopt(name: Option<&str>, file: OwnedFd) -> Result<Reference> {
    let mut directory = DIRECTORY.lock();
    let known = name.and_then(|name| directory.get(name)?.object.upgrade());
    if let Some(object) = known {
        return Ok(object);
    }
    let entered = shared::adopt(name, file)?;
    match name {
        Some(name) => enter(&mut directory, name, entered, |_| true),
        None => Ok(entered.object),
    }
}

/// One handle of the object less; true when it was the last, and then its name is free.
pub(super) fn remove_handle(object: &Object) -> bool {
    let Some(name) = object.name() else { return object.remove_handle() };
    let mut directory = DIRECTORY.lock();
    let last = object.remove_handle();
    if last {
        directory.remove(name);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ke::deadline::Deadline;
    use crate::ke::wait::wait_for_single;
    use crate::ob::access::ALL;

    fn create_event(name: &str) -> Result<Created> {
        create_shared(Some(name), &Template::Event { manual_reset: true, set: false }, ALL)
    }

    fn is_event(object: &Object) -> bool {
        object.event().is_ok()
    }

    fn is_semaphore(object: &Object) -> bool {
        object.semaphore().is_ok()
    }

    #[test]
    fn the_second_creator_gets_the_first_ones_object() {
        let first = create_event("Local\\twice").unwrap();
        assert!(!first.existed);
        let second = create_event("Global\\twice").unwrap();
        assert!(second.existed);
        assert_ne!(first.handle, second.handle);
        handle::lookup(first.handle as usize).unwrap().event().unwrap().set();
        let found = handle::lookup(second.handle as usize).unwrap();
        assert!(found.event().unwrap().is_signalled());
        assert_eq!(found.name(), Some("twice"));
        drop(found);
        let semaphore = Template::Semaphore { count: 0, limit: 1 };
        let mismatch = create_shared(Some("twice"), &semaphore, ALL);
        assert_eq!(mismatch, Err(Status::OBJECT_TYPE_MISMATCH));
        assert_eq!(open("twice", is_semaphore, ALL), Err(Status::OBJECT_TYPE_MISMATCH));
        assert_eq!(open("TWICE", is_event, ALL), Err(Status::OBJECT_NAME_NOT_FOUND));
        handle::close(first.handle as usize).unwrap();
        handle::close(second.handle as usize).unwrap();
    }

    #[test]
    fn a_name_goes_with_the_last_handle_even_if_a_reference_is_left() {
        let created = create_event("mortal").unwrap();
        let second = open("mortal", is_event, ALL).unwrap();
        let reference = handle::lookup(second as usize).unwrap().to_arc();
        handle::close(created.handle as usize).unwrap();
        let third = open("mortal", is_event, ALL).unwrap();
        handle::close(second as usize).unwrap();
        handle::close(third as usize).unwrap();
        assert_eq!(open("mortal", is_event, ALL), Err(Status::OBJECT_NAME_NOT_FOUND));
        assert_eq!(reference.handle_count(), 0);
    }

    #[test]
    fn malformed_and_missing_names() {
        let elsewhere = create_event("no\\where");
        assert_eq!(elsewhere, Err(Status::OBJECT_PATH_NOT_FOUND));
        for (name, status) in [
            ("\\x", Status::OBJECT_PATH_SYNTAX_BAD),
            ("Local\\", Status::OBJECT_NAME_INVALID),
            ("Global\\\\x", Status::OBJECT_NAME_INVALID),
            ("Global", Status::OBJECT_TYPE_MISMATCH),
            ("Session\\1", Status::OBJECT_TYPE_MISMATCH),
            ("Session\\7\\x", Status::OBJECT_PATH_NOT_FOUND),
            ("global\\x", Status::OBJECT_PATH_NOT_FOUND),
        ] {
            assert_eq!(bare(name), Err(status), "{name}");
        }
        assert_eq!(bare("Local\\Session\\0\\x"), Ok("x"));
        let one = create_event("").unwrap();
        let two = create_event("").unwrap();
        assert!(!two.existed, "an empty name is none");
        handle::close(one.handle as usize).unwrap();
        handle::close(two.handle as usize).unwrap();
    }

    #[test]
    fn an_object_becomes_shared_while_threads_use_it_and_loses_nothing() {
        const ROUNDS: u32 = 5000;
        let template = Template::Semaphore { count: 0, limit: 4 * ROUNDS };
        let created = create_shared(None, &template, ALL).unwrap();
        let object = handle::lookup(created.handle as usize).unwrap().to_arc();
        let semaphore = object.semaphore().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..ROUNDS).for_each(|_| assert!(semaphore.release(1).is_ok())));
            }
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let taken = wait_for_single(semaphore, false, Deadline::Never);
                    assert_eq!(taken, Status::SUCCESS);
                }
            });
            // A machine without a place for names has no shared objects.
            if let Ok(file) = share(&object) {
                assert!(file.is_some());
                assert!(reopen(&object).unwrap().is_some());
            }
        });
        assert_eq!(semaphore.value(), ROUNDS);
        handle::close(created.handle as usize).unwrap();
    }

    #[test]
    fn threads_that_create_and_close_one_name_never_meet_a_dead_object() {
        // Names are the user's: another run of this test may be under way.
        let name = format!("contended {}", std::process::id());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        let created = create_event(&name).unwrap();
                        let found = handle::lookup(created.handle as usize).unwrap();
                        assert!(found.handle_count() >= 1);
                        drop(found);
                        handle::close(created.handle as usize).unwrap();
                    }
                });
            }
        });
        assert_eq!(open(&name, is_event, ALL), Err(Status::OBJECT_NAME_NOT_FOUND));
    }
}
