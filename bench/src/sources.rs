//! The sources of the measured programs, as `build.rs` has found them.

include!(concat!(env!("OUT_DIR"), "/sources.rs"));
