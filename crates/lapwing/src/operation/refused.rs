//! An operation that did not start, given back.

use crate::Error;
use crate::operation::Operation;
use core::fmt;

/// An operation that did not start.
pub struct Refused<B> {
    /// Why.
    pub error: Error,
    /// The operation as it was.
    pub operation: Operation<B>,
}

impl<B> From<Refused<B>> for Error {
    fn from(refused: Refused<B>) -> Self {
        refused.error
    }
}

impl<B> fmt::Debug for Refused<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl<B> fmt::Display for Refused<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl<B> std::error::Error for Refused<B> {}
