//! Windows: a number, a thread, a class, a procedure, and what the program keeps with it.
//!
//! ```text
//!  parent (WS_CHILD) --children--> windows that go with it
//!  owner (no WS_CHILD) --owned---> windows that go with it, before it
//!  HWND_MESSAGE, or neither -----> windows at the top
//! ```
//!
//! A window's number is a multiple of four with a generation in its high bits ([`Table`]): small,
//! even, and not given again soon.  Finding a window takes no lock; its properties have one.

use super::atom::Name;
use super::class::{self, Class};
use super::queue::{self, MessageQueue};
use super::{
    CHILD_WITHOUT_PARENT, Call, INVALID_INDEX, INVALID_WINDOW, MESSAGE_PARENT, Message,
    NO_SUCH_CLASS, Procedure, Task, atom, send,
};
use crate::ob::table::{Pinned, Table};
use crate::status::{Result, Status};
use crate::sync::{Mutex, MutexGuard};
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

/// `WS_CHILD`
const CHILD: u32 = 0x4000_0000;
/// The most bytes of the program's own that a window has.
const EXTRA_LIMIT: usize = 1 << 16;

static WINDOWS: Table<Window> = Table::new();

/// What a window is made of.
pub struct WindowTerms<'a> {
    /// The name of its class.
    pub class: &'a Name,
    /// The module that makes it.
    pub instance: usize,
    /// `WS_…`
    pub style: u32,
    /// `WS_EX_…`
    pub ex_style: u32,
    /// Its parent or owner: a window, 0, or [`MESSAGE_PARENT`].
    pub parent: usize,
    /// A child's id, or a menu.
    pub id: usize,
}

/// What of a window can be read and changed (`GetWindowLongPtr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// `GWLP_USERDATA`
    UserData,
    /// `GWLP_ID`
    Id,
    /// `GWLP_HINSTANCE`
    Instance,
    /// `GWL_STYLE`
    Style,
    /// `GWL_EXSTYLE`
    ExStyle,
}

/// A number in the bytes of the program's own: where, and of how many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Of its first byte.
    pub offset: usize,
    /// Up to eight.
    pub size: usize,
}

struct State {
    procedure: Procedure,
    text: String,
    properties: [usize; 5],
    extra: Box<[u8]>,
    parent: usize,
    children: Vec<u32>,
    owned: Vec<u32>,
    /// `DestroyWindow` has begun.
    dying: bool,
}

/// A window.
pub struct Window {
    number: AtomicU32,
    class: Arc<Class>,
    queue: Arc<MessageQueue>,
    state: Mutex<State>,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.class.count_window(false);
    }
}

/// The window of this number.
///
/// # Errors
/// `INVALID_WINDOW` for a number that is forged, or whose window is gone.
pub fn lookup(number: usize) -> Result<Pinned<'static, Window>> {
    let number = u32::try_from(number).ok().filter(|number| number & 3 == 0);
    number.and_then(|number| WINDOWS.lookup(number)).ok_or(INVALID_WINDOW)
}

/// As [`lookup`], for a window of the calling thread.
///
/// # Errors
/// `INVALID_WINDOW`; `ACCESS_DENIED` for a window of another thread.
pub fn lookup_own(number: usize) -> Result<Pinned<'static, Window>> {
    let window = lookup(number)?;
    if window.is_own() { Ok(window) } else { Err(Status::ACCESS_DENIED) }
}

/// Makes a window of the calling thread.
///
/// # Errors
/// `NO_SUCH_CLASS`; `INVALID_WINDOW` for a parent that is none; `CHILD_WITHOUT_PARENT`;
/// `INSUFFICIENT_RESOURCES` when there is no number left.
pub fn create(terms: &WindowTerms<'_>) -> Result<u32> {
    let class = class::find_for_window(terms.class, terms.instance).ok_or(NO_SUCH_CLASS)?;
    let is_child = terms.style & CHILD != 0;
    let procedure = class.terms().procedure;
    let extra = vec![0; class.terms().window_extra.min(EXTRA_LIMIT)].into_boxed_slice();
    let mut properties = [0; 5];
    properties[Property::Id as usize] = terms.id;
    properties[Property::Instance as usize] = terms.instance;
    properties[Property::Style as usize] = terms.style as usize;
    properties[Property::ExStyle as usize] = terms.ex_style as usize;
    let window = Arc::new(Window {
        number: AtomicU32::new(0),
        class,
        queue: queue::with_current(Arc::clone),
        state: Mutex::new(State {
            procedure,
            text: String::new(),
            properties,
            extra,
            parent: terms.parent,
            children: Vec::new(),
            owned: Vec::new(),
            dying: false,
        }),
    });
    let parent = match terms.parent {
        0 if is_child => return Err(CHILD_WITHOUT_PARENT),
        0 | MESSAGE_PARENT => None,
        parent => Some(lookup(parent)?),
    };
    let number = WINDOWS.insert(window.clone()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
    window.number.store(number, Ordering::Release);
    window.queue.lock().windows.push(number);
    if let Some(parent) = parent {
        let mut family = parent.state.lock();
        if is_child { &mut family.children } else { &mut family.owned }.push(number);
    }
    Ok(number)
}

/// Whether the window is a child of the other one, or below such a child.
pub fn is_below(number: u32, above: u32) -> bool {
    let mut number = number as usize;
    // A family is a tree; the bound holds even if a program has bent it into a ring.
    for _ in 0..100 {
        let Ok(window) = lookup(number) else { return false };
        let state = window.state.lock();
        if state.properties[Property::Style as usize] & CHILD as usize == 0 {
            return false;
        }
        if state.parent == above as usize {
            return true;
        }
        number = state.parent;
    }
    false
}

/// The windows that stand beside each other below `parent` (0 for those at the top,
/// [`MESSAGE_PARENT`] for those that only take messages), in no order that means anything.
pub fn at_level(parent: usize) -> Vec<u32> {
    let mut found: Vec<u32> = match parent {
        0 | MESSAGE_PARENT => WINDOWS.handles(),
        parent => match lookup(parent) {
            Ok(parent) => parent.state.lock().children.clone(),
            Err(_) => Vec::new(),
        },
    };
    if parent == 0 || parent == MESSAGE_PARENT {
        let only_messages = parent == MESSAGE_PARENT;
        found.retain(|&number| {
            lookup(number as usize).is_ok_and(|window| {
                let state = window.state.lock();
                let is_child = state.properties[Property::Style as usize] & CHILD as usize != 0;
                (state.parent == MESSAGE_PARENT) == only_messages && (only_messages || !is_child)
            })
        });
    }
    found
}

/// Begins the end of a window; false when it has begun already.
pub fn begin_destruction(window: &Window) -> bool {
    !core::mem::replace(&mut window.state.lock().dying, true)
}

/// Takes a window away, with everything that is on its way to it.  Windows that go with it are
/// gone already, unless their thread is another one: it is asked to destroy them.
pub fn forget(number: u32) {
    let Some(window) = WINDOWS.remove(number) else { return };
    let (parent, left) = {
        let mut state = window.state.lock();
        state.dying = true;
        let mut left = core::mem::take(&mut state.children);
        left.append(&mut state.owned);
        (state.parent, left)
    };
    if let Ok(parent) = lookup(parent) {
        let mut family = parent.state.lock();
        family.children.retain(|&other| other != number);
        family.owned.retain(|&other| other != number);
    }
    window.queue.forget_window(number);
    for number in left {
        if let Ok(other) = lookup(number as usize) {
            let message = Message { window: number, ..Message::default() };
            // A thread that has ended has no windows any more.
            let _ended = send::notify(&other, Call { task: Task::Destroy, message });
        }
    }
}

impl Window {
    /// Its number.
    pub fn number(&self) -> u32 {
        self.number.load(Ordering::Acquire)
    }

    /// Its class.
    pub fn class(&self) -> &Class {
        &self.class
    }

    /// The queue of its thread.
    pub fn queue(&self) -> &Arc<MessageQueue> {
        &self.queue
    }

    /// Whether it belongs to the calling thread.
    pub fn is_own(&self) -> bool {
        queue::existing().is_some_and(|own| Arc::ptr_eq(&own, &self.queue))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Its procedure.
    pub fn procedure(&self) -> Procedure {
        self.lock().procedure
    }

    /// Gives it another procedure; returns the one before.
    pub fn set_procedure(&self, procedure: Procedure) -> Procedure {
        core::mem::replace(&mut self.lock().procedure, procedure)
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.lock().text.clone()
    }

    /// Gives it another text.
    pub fn set_text(&self, text: String) {
        self.lock().text = text;
    }

    /// A property.
    pub fn property(&self, property: Property) -> usize {
        self.lock().properties[property as usize]
    }

    /// Changes a property; returns the value before.
    pub fn set_property(&self, property: Property, value: usize) -> usize {
        core::mem::replace(&mut self.lock().properties[property as usize], value)
    }

    /// A number in the bytes of the program's own.
    ///
    /// # Errors
    /// `INVALID_INDEX` when they end before.
    pub fn extra(&self, at: Extra) -> Result<u64> {
        let state = self.lock();
        let bytes = at.of(&state.extra).ok_or(INVALID_INDEX)?;
        let mut number = [0; 8];
        number[..at.size].copy_from_slice(&state.extra[bytes]);
        Ok(u64::from_le_bytes(number))
    }

    /// Changes such a number; returns the one before.
    ///
    /// # Errors
    /// As for [`Window::extra`].
    pub fn set_extra(&self, at: Extra, value: u64) -> Result<u64> {
        let mut state = self.lock();
        let bytes = at.of(&state.extra).ok_or(INVALID_INDEX)?;
        let mut before = [0; 8];
        before[..at.size].copy_from_slice(&state.extra[bytes.clone()]);
        state.extra[bytes].copy_from_slice(&value.to_le_bytes()[..at.size]);
        Ok(u64::from_le_bytes(before))
    }

    /// The window that it was made below, or that owns it; 0 if none.
    pub fn parent(&self) -> usize {
        let parent = self.lock().parent;
        if parent == MESSAGE_PARENT { 0 } else { parent }
    }

    /// Its children, the oldest first.
    pub fn children(&self) -> Vec<u32> {
        self.lock().children.clone()
    }

    /// The last of the windows that it owns.
    pub fn last_owned(&self) -> Option<u32> {
        self.lock().owned.last().copied()
    }

    /// Whether its class has this name.
    pub fn is_of_class(&self, name: &Name) -> bool {
        atom::find(name) == Some(self.class.atom())
    }
}

impl Extra {
    fn of(self, bytes: &[u8]) -> Option<core::ops::Range<usize>> {
        let end = self.offset.checked_add(self.size)?;
        (self.size <= 8 && end <= bytes.len()).then_some(self.offset..end)
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
