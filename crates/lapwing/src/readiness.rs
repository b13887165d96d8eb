//! The models that tell what could be done, where the others tell what has been done: sockets
//! watched by events ([`event_set`]) or messages ([`message_loop`]), or asked ([`select`]), and the
//! calls that do not block, which go with them ([`non_blocking`]).

pub mod event_set;
pub(crate) mod members;
pub mod message_loop;
pub mod network_event;
pub mod non_blocking;
pub mod select;
