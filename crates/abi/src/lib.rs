//! Windows types and constants, generated from Microsoft's metadata.
