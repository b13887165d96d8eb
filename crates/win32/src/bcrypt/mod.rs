//! bcrypt.dll: random bytes; of cryptography nothing.

pub mod random;
