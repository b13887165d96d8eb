//! Access rights to files: what an open file may be used for.

/// `FILE_READ_DATA`
pub const READ_DATA: u32 = 0x1;
/// `FILE_WRITE_DATA`
pub const WRITE_DATA: u32 = 0x2;
/// `FILE_APPEND_DATA`: writing at the end, wherever the program says.
pub const APPEND_DATA: u32 = 0x4;
/// `FILE_EXECUTE`
pub const EXECUTE: u32 = 0x20;
/// `FILE_WRITE_ATTRIBUTES`
pub const WRITE_ATTRIBUTES: u32 = 0x100;
/// `DELETE`
pub const DELETE: u32 = 0x1_0000;

/// Reading the data, in Windows' sense of sharing.
pub const READS: u32 = READ_DATA | EXECUTE;
/// Changing the data.
pub const WRITES: u32 = WRITE_DATA | APPEND_DATA;

/// `FILE_GENERIC_READ`
pub const READING: u32 = 0x12_0089;
/// `MAXIMUM_ALLOWED`
const MAXIMUM: u32 = 0x0200_0000;

/// True when everything is wanted that there is to be had.
pub fn wants_maximum(desired: u32) -> bool {
    desired & MAXIMUM != 0
}

/// The rights that a wish for access comes to, generic rights spelt out.
pub fn granted(desired: u32) -> u32 {
    const GENERIC: [(u32, u32); 5] = [
        (0x8000_0000, READING),
        (0x4000_0000, 0x12_0116),
        (0x2000_0000, 0x12_00A0),
        (0x1000_0000, 0x1F_01FF),
        (MAXIMUM, 0x1F_01FF),
    ];
    let mut rights = desired;
    for (generic, specific) in GENERIC {
        if desired & generic != 0 {
            rights = rights & !generic | specific;
        }
    }
    rights
}
