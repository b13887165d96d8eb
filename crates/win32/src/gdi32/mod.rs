//! gdi32.dll: what a program without a screen still asks for.

pub mod object;
