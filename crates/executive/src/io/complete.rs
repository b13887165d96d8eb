//! The only way a request ends.
//!
//! The order is NT's: the status block, then the event (or the file object's own signal), then the
//! routine or the packet.  Whoever sees one of the later ones may read the earlier.

use super::file::{Binding, File, SKIP_PORT_ON_SUCCESS, SKIP_SET_EVENT};
use super::irp::{Irp, Notify, Outcome, Overlapped};
use super::user_memory::StatusBlock;
use crate::ke::queue::Packet;
use crate::status::{Result, Status};

/// When, and by whom, a request is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Inside the call that issued it.
    Inline,
    /// Later, by any thread.
    Later,
    /// Later, by a thread that waits in the kernel for the port with this number.
    Pumped(u32),
}

/// Ends a request that was pending.
pub fn complete(irp: Irp, outcome: Outcome, timing: Timing) {
    if let Ok(file) = irp.file.file() {
        deliver(file, &irp.overlapped, outcome, timing);
    }
}

/// A call that its thread performed has come to its end, and had an OVERLAPPED along: it is told
/// there too.  After a failure only the status block says so.
pub fn deliver_performed(file: &File, overlapped: &Overlapped, result: Result<Outcome>) {
    match result {
        Ok(outcome) => deliver(file, overlapped, outcome, Timing::Inline),
        Err(status) => {
            if let Some(block) = overlapped.status_block {
                block.publish(status, 0, 0);
            }
        }
    }
}

/// As [`deliver`] for a usual request that succeeds: an OVERLAPPED without an event, and a port to
/// be told.
#[inline(always)]
pub fn deliver_usual(
    file: &File,
    binding: &Binding,
    block: StatusBlock,
    count: usize,
    timing: Timing,
) {
    if file.is_plainly_overlapped() {
        deliver_packet(file, binding, block, count, timing);
    } else {
        deliver_by_modes(file, binding, block, count, timing);
    }
}

/// As [`deliver_packet`], for a file that has notification modes.
#[inline(never)]
fn deliver_by_modes(
    file: &File,
    binding: &Binding,
    block: StatusBlock,
    count: usize,
    timing: Timing,
) {
    let sets = !file.has_mode(SKIP_SET_EVENT);
    if !sets && timing == Timing::Inline {
        // The beginning of a request takes it away, and its end does not give it back.
        file.signal().clear();
    }
    block.publish(Status::SUCCESS, count, 0);
    if sets {
        file.signal().keep_set();
    }
    if timing != Timing::Inline || !file.has_mode(SKIP_PORT_ON_SUCCESS) {
        let (status, overlapped) = (Status::SUCCESS, block.address());
        let packet = Packet { key: binding.key, overlapped, status, information: count };
        binding.port.insert(packet, timing);
    }
}

/// So many bytes, for a file that is plainly overlapped: the status block, the file's signal, the
/// packet.
#[inline(always)]
fn deliver_packet(
    file: &File,
    binding: &Binding,
    block: StatusBlock,
    count: usize,
    timing: Timing,
) {
    block.publish(Status::SUCCESS, count, 0);
    // Inside the call it has stayed: it would only be taken away and given back.
    file.signal().keep_set();
    let (status, overlapped) = (Status::SUCCESS, block.address());
    let packet = Packet { key: binding.key, overlapped, status, information: count };
    binding.port.insert(packet, timing);
}

/// Tells everybody who is to hear of the end.
pub fn deliver(file: &File, overlapped: &Overlapped, outcome: Outcome, timing: Timing) {
    // Whoever hears of the end may give the file a port at once; this end is not for it.
    let binding = file.binding();
    let publish = || {
        if let Some(block) = overlapped.status_block {
            block.publish(outcome.status, outcome.information, outcome.flags);
        }
    };
    let signal = match &overlapped.event {
        Some(event) => Some(event.dispatcher()),
        None if file.has_mode(SKIP_SET_EVENT) => None,
        // It has stayed set through the call.
        None if timing == Timing::Inline && file.signal().is_signalled() => None,
        None => Some(file.signal()),
    };
    match signal {
        // Who polls the status may use the OVERLAPPED again at once: the next request's beginning
        // must not come before this end's signal.
        Some(signal) if timing != Timing::Inline => signal.set_after(publish),
        Some(signal) => {
            publish();
            let _was_set = signal.set();
        }
        None => publish(),
    }
    match &overlapped.notify {
        Notify::Nobody => {}
        Notify::Blocked(thread) => thread.tell(outcome),
        Notify::Routine(routine) => routine.queue(overlapped.address(), outcome),
        Notify::Packet | Notify::PacketWith(_) => {
            let suppressed = timing == Timing::Inline
                && outcome.status.is_success()
                && file.has_mode(SKIP_PORT_ON_SUCCESS);
            if let Some(binding) = binding.filter(|_| !suppressed) {
                let packet = Packet {
                    key: binding.key,
                    overlapped: match overlapped.notify {
                        Notify::PacketWith(context) => context,
                        _ => overlapped.address(),
                    },
                    status: outcome.status,
                    information: outcome.information,
                };
                binding.port.insert(packet, timing);
            }
        }
    }
}
