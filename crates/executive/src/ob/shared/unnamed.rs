//! The shared objects of this process that have no name: those that have gone to another process,
//! and those that have come from one.
//!
//! Here are their files, by which the other gets them and knows one from the other.

use crate::fs::error::general;
use crate::ob::object::{Object, Reference};
use crate::status::Result;
use crate::sync::Mutex;
use rustix::fd::OwnedFd;
use rustix::fs::fstat;
use std::sync::{Arc, Weak};

static FILES: Mutex<Vec<(Weak<Object>, OwnedFd)>> = Mutex::new(Vec::new());

/// Keeps the file as long as the object.
pub(super) fn keep(object: &Reference, file: OwnedFd) {
    let mut files = FILES.lock();
    files.retain(|(object, _)| object.strong_count() > 0);
    files.push((Arc::downgrade(object), file));
}

/// Another descriptor of the object's file; None when it is not shared.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`.
pub(super) fn copy(object: &Object) -> Result<Option<OwnedFd>> {
    let files = FILES.lock();
    let is_it = |known: &Weak<Object>| core::ptr::eq(known.as_ptr(), object);
    let found = files.iter().find(|(known, _)| is_it(known));
    found.map(|(_, file)| rustix::io::fcntl_dupfd_cloexec(file, 3).map_err(general)).transpose()
}

/// The object of this file.
pub(super) fn find(file: &OwnedFd) -> Option<Reference> {
    let identity = |file: &OwnedFd| fstat(file).ok().map(|stat| (stat.st_dev, stat.st_ino));
    let wanted = identity(file)?;
    let files = FILES.lock();
    files.iter().find(|(_, known)| identity(known) == Some(wanted))?.0.upgrade()
}
