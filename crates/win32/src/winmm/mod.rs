//! winmm.dll: the multimedia clock.

pub mod time;
