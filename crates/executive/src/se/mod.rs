//! The security reference monitor, as far as Linux has a use for it: what a security descriptor
//! lets other users do.
//!
//! The owner of an object is the Linux user who makes it, and may always do everything; all others
//! are one, "everybody else".  Who else stands in a descriptor (owner, groups, auditing) is read
//! and has no meaning.

pub mod acl;
pub mod sddl;
pub mod sid;
