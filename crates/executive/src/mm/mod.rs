//! The memory manager: sections, which are memory that can be mapped, and views of them.
//!
//! ```text
//!  handle ---> Object ---> Section ---> a file, or memory of its own (a memfd)
//!                             ^
//!                    View ----'    by address; it outlives the handle
//! ```

pub mod section;
pub mod view;
