//! DuplicateHandle: from a process to a process, of which one or both may be others
//! ([`super::exchange`]).

use super::exchange::{self, Duplicate};
use super::process::{
    ALL_ACCESS, DUPLICATE_HANDLES, Opened, Process, QUERY, QUERY_LIMITED, of_handle,
};
use crate::ob::handle::{self, CURRENT_PROCESS, CURRENT_THREAD, Found};
use crate::ob::object::{Body, Object};
use crate::status::{Result, Status};

/// What is to be duplicated, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// A handle to the process that has it.
    pub source_process: usize,
    /// Its handle.
    pub source: usize,
    /// A handle to the process that is to have it.
    pub target_process: usize,
    /// The new handle's rights, if they are to be others.
    pub access: Option<u32>,
    /// The new handle's flags.
    pub flags: u32,
    /// The source is closed, whatever else happens.
    pub close_source: bool,
}

/// Opens another handle to the same object; returns its value in the target process, or 0 when
/// there is no target and the source was only to be closed.
///
/// # Errors
/// `INVALID_HANDLE`; `ACCESS_DENIED` for a process that was opened without the right; those of
/// [`exchange::place`] and [`exchange::fetch`] for other processes.
pub fn duplicate(request: &Request) -> Result<u32> {
    let from = of_handle(request.source_process, DUPLICATE_HANDLES)?;
    if request.target_process == 0 && request.close_source {
        return close_in(&from, request.source).map(|()| 0);
    }
    let to = match of_handle(request.target_process, DUPLICATE_HANDLES) {
        Ok(to) => to,
        Err(status) => {
            if request.close_source {
                let _invalid = close_in(&from, request.source);
            }
            return Err(status);
        }
    };
    let duplicate = match from.is_own() {
        true => Duplicate::of(&handle::resolve(request.source)?, request.access),
        false => foreign(&from, request)?,
    };
    let new = match to.is_own() {
        true => exchange::insert(duplicate, request.flags),
        false => exchange::place(&to, &duplicate, request.flags),
    };
    if from.is_own() && request.close_source && new != Err(Status::NOT_SUPPORTED) {
        // The duplicate stands whatever becomes of the source.
        let _protected = handle::close(request.source);
    }
    new
}

/// A handle's value in another process.
fn number(source: usize) -> Result<u32> {
    u32::try_from(source).map_err(|_| Status::INVALID_HANDLE)
}

/// The object of another process's handle.  Pseudo handles name that process and the calling
/// thread.
fn foreign(from: &std::sync::Arc<Process>, request: &Request) -> Result<Duplicate> {
    match request.source {
        CURRENT_PROCESS => {
            let opened = Opened { process: from.clone(), access: ALL_ACCESS };
            let process = Found::Own(Object::new(Body::Process(opened)));
            Ok(Duplicate::of(&process, request.access))
        }
        CURRENT_THREAD => {
            handle::resolve(CURRENT_THREAD).map(|thread| Duplicate::of(&thread, request.access))
        }
        source => exchange::fetch(from, number(source)?, request.access, request.close_source),
    }
}

fn close_in(process: &Process, source: usize) -> Result<()> {
    match process.is_own() {
        true => handle::close(source),
        false => exchange::close(process, number(source)?),
    }
}

/// How many handles a process has open.
///
/// # Errors
/// `INVALID_HANDLE`, `OBJECT_TYPE_MISMATCH`, `ACCESS_DENIED`, and those of [`exchange::count`].
pub fn count_handles(process: usize) -> Result<u32> {
    let process = of_handle(process, QUERY | QUERY_LIMITED)?;
    match process.is_own() {
        // There are at most four million.
        true => Ok(handle::all().len() as u32),
        false => exchange::count(&process),
    }
}
