//! Requests whose end calls back: a file whose port is a pool's.
//!
//! A packet's key is a number in a table; what is behind it is called with the address of the
//! OVERLAPPED, the status and the bytes.

use super::callback::{Arguments, Callback, Told};
use super::member::{self, Environment, Kind, Member};
use super::pool;
use crate::ke::queue::Packet;
use crate::ob::handle;
use crate::ob::table::Table;
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, Ordering};
use crate::sys::program_thread::on_base;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an I/O object has beside a pool object.
#[derive(Default)]
pub struct IoPart {
    key: AtomicU32,
}

/// Who is called.
enum Target {
    /// An I/O object.
    Member(Arc<Member>),
    /// `BindIoCompletionCallback`'s routine.
    Routine(Callback),
}

static TARGETS: Table<Target> = Table::new();
/// The keys of routines, which stay for ever: a program has few of them.
static ROUTINES: Mutex<BTreeMap<usize, u32>> = Mutex::new(BTreeMap::new());

/// Lets the ends of a file's requests call a routine, on the default pool's threads.
///
/// # Errors
/// `INVALID_HANDLE`; `INVALID_PARAMETER` for a file that has a port or is not overlapped.
pub fn bind(file: usize, routine: Callback) -> Result<()> {
    let object = handle::lookup(file)?;
    let file = object.file()?;
    let pool = pool::default()?;
    let mut routines = ROUTINES.lock();
    let key = match routines.get(&routine.routine) {
        Some(&key) => key,
        None => {
            let target = Arc::new(Target::Routine(routine));
            let key = TARGETS.insert(target).ok_or(Status::INSUFFICIENT_RESOURCES)?;
            routines.insert(routine.routine, key);
            key
        }
    };
    drop(routines);
    file.associate(pool.port().clone(), key as usize)
}

/// Makes an I/O object for a file.
///
/// # Errors
/// As for [`bind`].
pub fn create(file: usize, environment: Environment, callback: Callback) -> Result<Arc<Member>> {
    let object = handle::lookup(file)?;
    let file = object.file()?;
    let member = member::create(environment, callback, Kind::Io(IoPart::default()))?;
    let Kind::Io(part) = member.kind() else { return Err(Status::UNSUCCESSFUL) };
    let target = Arc::new(Target::Member(member.clone()));
    let associated = TARGETS.insert(target).ok_or(Status::INSUFFICIENT_RESOURCES).and_then(|key| {
        part.key.store(key, Ordering::Release);
        file.associate(member.pool().port().clone(), key as usize)
    });
    if associated.is_err() {
        member.close();
    }
    associated.map(|()| member)
}

impl IoPart {
    /// The object is closed; its key goes when no announced request is left.
    pub(super) fn close(&self, member: &Member) {
        if !member.awaits_requests() {
            drop(TARGETS.remove(self.key.load(Ordering::Acquire)));
        }
    }
}

/// A request has ended.  The exit code, if the callback has ended the thread.
pub(super) fn serve(packet: Packet) -> Option<u32> {
    let target = u32::try_from(packet.key).ok().and_then(|key| TARGETS.lookup(key))?.to_arc();
    let told: Told = [packet.overlapped, packet.status.0 as usize, packet.information];
    match &*target {
        Target::Routine(routine) => {
            on_base(|| routine.call(&Arguments { told, ..Arguments::default() }))
        }
        Target::Member(member) => {
            let left = member.request_ended(told);
            if let Kind::Io(part) = member.kind()
                && member::find(member.number() as usize).is_none()
            {
                part.close(member);
            }
            left
        }
    }
}
