//! The characters of names in structures that the program reads.

/// How wide they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// Windows' own.
    Utf16,
    /// C's `wchar_t` on Linux.
    Utf32,
}

impl Wide {
    /// Adds the text, without a terminator.
    pub fn encode(self, text: &str, bytes: &mut Vec<u8>) {
        match self {
            Wide::Utf16 => bytes.extend(text.encode_utf16().flat_map(u16::to_ne_bytes)),
            Wide::Utf32 => bytes.extend(text.chars().flat_map(|it| u32::from(it).to_ne_bytes())),
        }
    }

    /// Bytes of the text.
    pub fn length(self, text: &str) -> usize {
        match self {
            Wide::Utf16 => 2 * text.encode_utf16().count(),
            Wide::Utf32 => 4 * text.chars().count(),
        }
    }
}
