//! Messages that one thread sends to a window of another, and waits for the reply.
//!
//! ```text
//!  the sender's thread                         the window's thread
//!  begin: Request in its queue's `sending` --> the queue's `sent`
//!  poll -> Wait, or Call (serve others)        retrieve -> Call; in `serving`
//!     ^                                           the surface calls the procedure
//!     '----------- note_reply ----------------- reply
//! ```
//!
//! Both threads keep the request in their queue and not on their stack, because a window procedure
//! may end its thread: what it leaves behind is then found and answered.
//!
//! A sender that waits does for others what they send to it, so two threads that send to each
//! other both come to their end.

use super::queue::{self, MessageQueue, QS_SENDMESSAGE, QS_SMRESULT};
use super::window::Window;
use super::{Call, INVALID_WINDOW};
use crate::ke::deadline::Deadline;
use crate::status::Result;
use crate::sync::Mutex;
use std::sync::Arc;

/// What the sender knows of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Pending,
    Replied(isize),
    /// The window or its thread is gone.
    Lost,
}

/// One sent message.
pub struct Request {
    call: Call,
    outcome: Mutex<Outcome>,
    /// Who waits for the reply.
    sender: Option<Arc<MessageQueue>>,
}

impl Request {
    pub(super) fn call(&self) -> Call {
        self.call
    }

    /// The first outcome counts.
    fn conclude(&self, outcome: Outcome) -> bool {
        let mut current = self.outcome.lock();
        if *current != Outcome::Pending {
            return false;
        }
        *current = outcome;
        drop(current);
        if let Some(sender) = &self.sender {
            sender.note_reply();
        }
        true
    }

    /// Nobody is going to reply.
    pub(super) fn fail(&self) {
        self.conclude(Outcome::Lost);
    }
}

/// What the sender of a message does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The message is over, with this result.
    Done(Result<isize>),
    /// Something that another thread wants done first; see [`reply`].
    Call(Call),
    /// Nothing has happened yet.
    Wait,
}

/// Hands a message to the window's thread.  The calling thread then calls [`poll`] until it is
/// done, or [`give_up`].
///
/// # Errors
/// `INVALID_WINDOW` when the window's thread has ended.
pub fn begin(target: &Window, call: Call) -> Result<()> {
    queue::with_current(|own| {
        let outcome = Mutex::new(Outcome::Pending);
        let request = Arc::new(Request { call, outcome, sender: Some(own.clone()) });
        if !target.queue().send(request.clone()) {
            return Err(INVALID_WINDOW);
        }
        own.lock().sending.push(request);
        Ok(())
    })
}

/// Hands something to the window's thread whose result nobody waits for.
///
/// # Errors
/// As for [`begin`].
pub fn notify(target: &Window, call: Call) -> Result<()> {
    let request = Request { call, outcome: Mutex::new(Outcome::Pending), sender: None };
    target.queue().send(Arc::new(request)).then_some(()).ok_or(INVALID_WINDOW)
}

/// How it stands with the message that the thread sent last.  `serve` says whether it is to do
/// meanwhile what others have sent to it.
pub fn poll(serve: bool) -> Progress {
    queue::with_current(|own| {
        own.forget_reply();
        let Some(request) = own.lock().sending.last().cloned() else {
            return Progress::Done(Err(INVALID_WINDOW));
        };
        let outcome = *request.outcome.lock();
        let done = match outcome {
            Outcome::Replied(result) => Ok(result),
            Outcome::Lost => Err(INVALID_WINDOW),
            Outcome::Pending => {
                let call = if serve { own.take_sent() } else { None };
                return call.map_or(Progress::Wait, Progress::Call);
            }
        };
        own.lock().sending.pop();
        Progress::Done(done)
    })
}

/// Waits until [`poll`] may have something new.  False when the time has passed first.
pub fn wait(serve: bool, deadline: Deadline) -> bool {
    let bits = if serve { QS_SENDMESSAGE | QS_SMRESULT } else { QS_SMRESULT };
    queue::with_current(|own| own.wait(bits, 0, deadline))
}

/// The thread does not wait any longer for the reply to the message that it sent last; the message
/// itself is still delivered.  The result, if it came just now.
pub fn give_up() -> Option<isize> {
    let request = queue::with_current(|own| own.lock().sending.pop())?;
    match *request.outcome.lock() {
        Outcome::Replied(result) => Some(result),
        Outcome::Pending | Outcome::Lost => None,
    }
}

/// The innermost call that the thread does for another is over.
pub fn reply(result: isize) {
    let request = queue::with_current(|own| own.lock().serving.pop());
    if let Some(request) = request {
        request.conclude(Outcome::Replied(result));
    }
}

/// The sender of the innermost call goes on with this result, while the call goes on too
/// (`ReplyMessage`).  False when the thread does nothing for another, or has replied.
pub fn reply_early(result: isize) -> bool {
    let request = queue::with_current(|own| own.lock().serving.last().cloned());
    request.is_some_and(|request| request.conclude(Outcome::Replied(result)))
}

/// Whether the thread does something for another (`InSendMessage`).
pub fn is_serving() -> bool {
    queue::existing().is_some_and(|own| !own.lock().serving.is_empty())
}
