//! The kernel's core: dispatcher objects, waits, threads, APCs, time.
//!
//! | you look for | it is in |
//! |---|---|
//! | signal state and waiters of an object | [`dispatcher`] |
//! | waiting for one, any, all | [`wait`] |
//! | who waits: a thread, or a packet without one | [`wait_entry`] |
//! | the list of those who wait for an object | `waiting_list` |
//! | an object's state in memory of several processes | [`shared`] |
//! | a timer of several processes | `shared_timer` |
//! | mutex ownership | [`mutant`] |
//! | two threads that meet at a key | [`keyed_event`] |
//! | waitable timers and the queue that fires them | [`timer`] |
//! | the calling thread's block, threads tied to ports; its end is in `rundown.rs` | [`thread`] |
//! | what a thread has at hand: last error, places, its port | [`teb`] |
//! | starting and ending threads | [`thread_start`] |
//! | priority, processors, name of a thread | [`priority`] |
//! | a blocking wait for a descriptor that APCs and closes interrupt | [`descriptor_wait`] |
//! | how a port's threads sleep and are woken | [`waiter`] |
//! | the requests that wait on a device | [`pending`] |
//! | a lock that costs its usual holder nearly nothing | [`biased_mutex`] |
//! | packets, waiters and running threads of a completion port | [`queue`] |
//! | user APCs | [`apc`] |
//! | how a thread sleeps | [`park`] |
//! | looking for a moment before sleeping | [`spin`] |
//! | listening for finished I/O instead of sleeping | [`listen`] |
//! | until when | [`deadline`] |

pub mod apc;
pub mod biased_mutex;
pub mod deadline;
#[cfg(not(any(loom, shuttle)))]
pub mod descriptor_wait;
pub mod dispatcher;
#[cfg(not(any(loom, shuttle)))]
pub mod keyed_event;
#[cfg(not(any(loom, shuttle)))]
pub mod listen;
pub mod mutant;
mod pace;
mod packets;
pub mod park;
pub mod pending;
#[cfg(not(any(loom, shuttle)))]
pub mod priority;
pub mod queue;
mod queue_state;
mod queue_tend;
pub mod shared;
// Timers take no part in the models.
#[cfg_attr(any(loom, shuttle), allow(dead_code))]
pub(crate) mod shared_timer;
pub mod spin;
pub mod teb;
pub mod thread;
#[cfg(not(any(loom, shuttle)))]
pub mod thread_start;
#[cfg(not(any(loom, shuttle)))]
pub mod timer;
pub mod wait;
pub mod wait_entry;
pub mod waiter;
mod waiting_list;
