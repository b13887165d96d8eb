//! The harness of the tests that cross a crate or a language.
