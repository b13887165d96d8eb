//! Operations that are awaited: [`future`], a small [`executor`], and connections with the traits
//! of `futures-io` and tokio ([`stream`]).

pub mod executor;
pub mod future;
pub mod stream;
