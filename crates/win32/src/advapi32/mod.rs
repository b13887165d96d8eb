//! advapi32.dll: who a thread acts as, and who may use an object.

pub mod impersonation;
pub mod lp64;
pub mod security_descriptor;
