//! The only way a request ends.
//!
//! The order is NT's: the status block, then the event (or the file object's own signal), then the
//! routine or the packet.  Whoever sees one of the later ones may read the earlier.

use super::file::{Binding, File, SKIP_PORT_ON_SUCCESS, SKIP_SET_EVENT, UsualFile};
use super::irp::{Irp, Notify, Outcome, Overlapped};
use super::status_block::ResultBlock;
use crate::ke::queue::Packet;
use crate::status::{Result, Status};

/// When, and by whom, a request is completed: a word, so that an event of a port asks once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing(u32);

impl Timing {
    /// Inside the call that issued it.
    pub const INLINE: Self = Timing(0);
    /// Later, by any thread.
    pub const LATER: Self = Timing(1);
    /// The first number that a port can have.
    pub const FIRST_PORT: u32 = 2;

    /// Later, by a thread that waits in the kernel for the port with this number.
    #[inline]
    pub const fn pumped(port: u32) -> Self {
        Timing(port)
    }
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
        Ok(outcome) => deliver(file, overlapped, outcome, Timing::INLINE),
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
pub fn deliver_usual(usual: UsualFile<'_>, block: impl ResultBlock, count: usize, timing: Timing) {
    if usual.is_plain() {
        deliver_packet(usual, block, count, timing);
    } else {
        // One by one, so that they stay in registers.
        deliver_by_modes(usual.file, usual.binding, block, count, timing);
    }
}

/// As [`deliver_packet`], for a file that has notification modes.
#[inline(never)]
fn deliver_by_modes(
    file: &File,
    binding: &Binding,
    block: impl ResultBlock,
    count: usize,
    timing: Timing,
) {
    let sets = !file.has_mode(SKIP_SET_EVENT);
    if !sets && timing == Timing::INLINE {
        // The beginning of a request takes it away, and its end does not give it back.
        file.signal().clear();
    }
    block.succeed(count);
    if sets {
        file.signal().keep_set();
    }
    if timing != Timing::INLINE || !file.has_mode(SKIP_PORT_ON_SUCCESS) {
        let (status, overlapped) = (Status::SUCCESS, block.address());
        let packet = Packet { key: binding.key, overlapped, status, information: count };
        binding.port.insert(packet, timing);
    }
}

/// So many bytes, for a file that is plainly overlapped: the status block, the file's signal, the
/// packet.
#[inline(always)]
fn deliver_packet(usual: UsualFile<'_>, block: impl ResultBlock, count: usize, timing: Timing) {
    let UsualFile { file, binding, .. } = usual;
    block.succeed(count);
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
        None if timing == Timing::INLINE && file.signal().is_signalled() => None,
        None => Some(file.signal()),
    };
    match signal {
        // Who polls the status may use the OVERLAPPED again at once: the next request's beginning
        // must not come before this end's signal.
        Some(signal) if timing != Timing::INLINE => signal.set_after(publish),
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
            let suppressed = timing == Timing::INLINE
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
