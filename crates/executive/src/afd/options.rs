//! What Windows shows of a socket's options and Linux does not keep.

/// The options that live above the descriptor.
#[derive(Clone, Debug, Default)]
pub struct Options {}
