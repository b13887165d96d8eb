//! The DLL surface.
