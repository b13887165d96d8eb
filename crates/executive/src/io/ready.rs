//! A registered descriptor is ready: what waits for that is continued, by the thread that heard of
//! it.

use super::complete::Timing;
use super::file::{Device, File};
use crate::afd::{self, fast_io};
use crate::engine::{Readiness, Registration};

/// Continues a file's pending requests, or finishes a process that has ended.  A device with a
/// descriptor has an arm here.
#[inline(always)]
pub fn ready(registration: Registration, readiness: Readiness, timing: Timing) {
    if readiness != Readiness::DATA || !fast_io::arrived(registration, timing) {
        anything_is_ready(registration, readiness, timing);
    }
}

/// A function of its own, so that data of a stream does not pay for the others' variables.
#[cold]
#[inline(never)]
fn anything_is_ready(registration: Registration, readiness: Readiness, timing: Timing) {
    let Some(object) = registration.object() else { return };
    let Ok(file) = object.file() else {
        if let Ok(opened) = object.process() {
            opened.process.look();
        }
        return;
    };
    match file.device() {
        Device::Socket(socket) => afd::ready(&object, file, socket, readiness, timing),
        _ => other_is_ready(file, readiness, timing),
    }
}

fn other_is_ready(file: &File, readiness: Readiness, timing: Timing) {
    match file.device() {
        Device::Pipe(end) => end.ready(timing),
        Device::PipeDoor(door) => door.ready(timing),
        Device::Mailslot(mailslot) => mailslot.ready(timing),
        Device::Serial(port) => port.ready(readiness, timing),
        Device::Disk(disk) if disk.is_console() => {
            file.signal().set();
        }
        Device::Disk(disk) => disk.changed(file, timing),
        _ => {}
    }
}
