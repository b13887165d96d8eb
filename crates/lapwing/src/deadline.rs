//! How long a wait that begins anew may still last.

use crate::port::milliseconds;
use crate::sys;
use core::time::Duration;
use std::time::Instant;

/// When a wait ends at the latest.
pub(crate) struct Deadline {
    /// None: never.
    end: Option<Instant>,
}

impl Deadline {
    pub(crate) fn after(time: Duration) -> Self {
        Deadline { end: Instant::now().checked_add(time) }
    }

    /// In milliseconds, or for ever.
    pub(crate) fn left(&self) -> u32 {
        let left = |end: Instant| milliseconds(end.saturating_duration_since(Instant::now()));
        self.end.map_or(sys::INFINITE, left)
    }
}
