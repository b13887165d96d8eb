//! advapi32.dll: who a thread acts as.

pub mod impersonation;
