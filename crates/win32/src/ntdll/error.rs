//! `RtlNtStatusToDosError`: the Win32 reading of an NTSTATUS as a call.
#![allow(unsafe_code)]

use lapwing_executive::status::Status;

/// The Win32 code of an NTSTATUS; 317 (`ERROR_MR_MID_NOT_FOUND`) when there is none.
///
/// Does not touch the last-error value.
#[unsafe(no_mangle)]
pub extern "system" fn RtlNtStatusToDosError(status: i32) -> u32 {
    crate::error::win32(Status(status.cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_the_table_and_leaves_the_last_error() {
        crate::last_error::set(7);
        assert_eq!(RtlNtStatusToDosError(0xC000_0120_u32.cast_signed()), 995);
        assert_eq!(RtlNtStatusToDosError(0xC0FF_0000_u32.cast_signed()), 317);
        assert_eq!(crate::last_error::get(), 7);
    }
}
