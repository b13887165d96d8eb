//! Every row of semantics.md section 3, by number, against the two readings.

use super::*;

/// NTSTATUS, Win32, Winsock: the table of the document.
const DOCUMENTED: &[(u32, u32, i32)] = &[
    (0x0000_0103, 997, 996),
    (0x8000_0005, 234, 10040),
    (0xC000_020D, 64, 10054),
    (0xC000_020C, 64, 10054),
    (0xC000_013C, 64, 10054),
    (0xC000_013B, 64, 10053),
    (0xC000_0241, 1236, 10053),
    (0xC000_020F, 59, 10053),
    (0xC000_0120, 995, 995),
    (0xC000_0236, 1225, 10061),
    (0xC000_00BC, 51, 10061),
    (0xC000_0237, 1226, 10101),
    (0xC000_023B, 1230, 10056),
    (0xC000_0140, 59, 10057),
    (0xC000_023C, 1231, 10051),
    (0xC000_023E, 1233, 10051),
    (0xC000_00BE, 53, 10051),
    (0xC000_023D, 1232, 10065),
    (0xC000_023F, 1234, 10054),
    (0xC000_0350, 1256, 10064),
    (0xC000_0240, 1235, 10004),
    (0xC000_00B5, 121, 10060),
    (0xC000_013F, 59, 10060),
    (0xC000_013E, 59, 10054),
    (0xC000_020A, 52, 10048),
    (0xC000_0043, 32, 10048),
    (0xC000_0141, 59, 10049),
    (0xC000_0207, 1214, 10049),
    (0xC000_0209, 68, 10055),
    (0xC000_0206, 1784, 10040),
    (0xC000_0023, 122, 10014),
    (0xC000_0005, 998, 10014),
    (0xC000_02C5, 998, 10014),
    (0xC000_0022, 5, 10013),
    (0xC000_0008, 6, 10038),
    (0xC000_0024, 6, 10038),
    (0xC000_00B0, 233, 10058),
    (0xC000_00A3, 21, 10035),
    (0xC000_00D0, 71, 10035),
    (0xC000_00BB, 50, 10045),
    (0xC000_0002, 1, 10045),
    (0xC000_0017, 8, 10055),
    (0xC000_009A, 1450, 10055),
    (0xC000_0044, 1816, 10055),
    (0xC000_0007, 1454, 10055),
    (0xC000_00A1, 1453, 10055),
    (0xC000_012D, 1455, 10055),
    (0xC000_0097, 8, 10055),
    (0xC000_0018, 487, 10055),
    (0xC000_013D, 51, 10055),
    (0xC000_000E, 433, 10050),
    (0xC000_000F, 2, 10050),
    (0xC000_0034, 2, 10050),
    (0xC000_003A, 3, 10050),
    (0xC000_00BF, 54, 10050),
    (0xC000_00C3, 58, 10050),
    (0xC000_00C4, 59, 10050),
];

/// NTSTATUS, Win32: the document's list for pipes and files, and what Wine's
/// `RtlNtStatusToDosError` answered for the others.
const DOCUMENTED_WIN32: &[(u32, u32)] = &[
    (0xC000_0011, 38),
    (0xC000_014B, 109),
    (0xC000_00B1, 232),
    (0xC000_00D9, 232),
    (0xC000_00B2, 535),
    (0xC000_00B3, 536),
    (0xC000_00AC, 231),
    (0xC000_00AE, 231),
    (0xC000_00AB, 231),
    (0xC000_00B0, 233),
    (0xC000_00AD, 230),
    (0xC000_00B4, 230),
    (0xC000_0225, 1168),
    (0x0000_0102, 1460),
    (0x0000_00C0, 737),
    (0xC000_0010, 1),
    (0xC000_0184, 22),
    (0x8000_000A, 676),
    (0x0000_0080, 128),
    (0x0000_00BF, 736),
    (0x4000_0000, 698),
    (0xC000_0001, 31),
    (0xC000_000D, 87),
    (0xC000_0033, 123),
    (0xC000_0035, 183),
    (0xC000_0046, 288),
    (0xC000_0047, 298),
    (0xC000_0191, 587),
    (0xC000_011F, 4),
    (0xC000_0139, 127),
    (0xC000_0135, 126),
];

#[test]
fn every_documented_row_reads_as_documented() {
    for &(status, expected_win32, expected_winsock) in DOCUMENTED {
        assert_eq!(win32(Status(status)), expected_win32, "Win32 of {status:#010X}");
        assert_eq!(winsock(Status(status)), expected_winsock, "Winsock of {status:#010X}");
    }
    for &(status, expected) in DOCUMENTED_WIN32 {
        assert_eq!(win32(Status(status)), expected, "Win32 of {status:#010X}");
    }
}

#[test]
fn the_table_has_each_status_once_and_the_functions_follow_it() {
    let mut seen = std::collections::HashSet::new();
    for row in TABLE {
        assert!(seen.insert(row.status), "{} twice", row.name);
        assert_eq!(format!("{:?}", row.status), format!("STATUS_{}", row.name));
        assert_eq!(win32(row.status), row.win32, "{}", row.name);
        assert_eq!(winsock(row.status), row.winsock, "{}", row.name);
    }
}

#[test]
fn success_reads_the_same_in_both_except_pending() {
    for row in TABLE.iter().filter(|row| row.status.is_success()) {
        let expected = if row.status == Status::PENDING { 996 } else { row.win32 };
        assert_eq!(row.winsock, expected.cast_signed(), "{}", row.name);
    }
    assert_eq!((win32(Status::SUCCESS), winsock(Status::SUCCESS)), (0, 0));
}

#[test]
fn unknown_statuses_give_the_documented_codes() {
    for unknown in [0xC0FF_1234, 0x8000_7777, 0xC000_FFFF] {
        assert_eq!(win32(Status(unknown)), 317);
        assert_eq!(winsock(Status(unknown)), 10022);
    }
    // An unknown success reads the same in both.
    assert_eq!(win32(Status(0x0000_7777)), 317);
    assert_eq!(winsock(Status(0x0000_7777)), 317);
}

#[test]
fn wrapped_win32_codes_are_unwrapped() {
    for wrapped in [0x8007_03E4, 0xC001_03E4, 0xC007_03E4] {
        assert_eq!(win32(Status(wrapped)), 996);
        assert_eq!(winsock(Status(wrapped)), 996);
    }
    assert_eq!(win32(Status(0x8007_0005)), 5);
    assert_eq!(winsock(Status(0x8007_0005)), 10022);
}

#[test]
fn customer_codes_and_kernel_mode_codes() {
    assert_eq!(win32(Status(0xE000_0001)), 0xE000_0001);
    assert_eq!(win32(Status(0xD000_0022)), 5);
}
