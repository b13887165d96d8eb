//! shell32.dll: taking command lines apart.

pub mod command_line;
pub mod lp64;
