//! The headers against windows-sys: every constant's value, every structure's size, alignment and
//! offsets.
//!
//! gcc answers for the headers, rustc and the sources of windows-sys for Microsoft.  What only one
//! side knows, and where Lapwing differs on purpose, is listed here by name with the reason.

mod header;
mod layouts;
mod windows_sys;

use std::collections::BTreeSet;

/// Constants that windows-sys lacks or has in another shape, with the reason.
const ONLY_IN_HEADERS: &[(&str, &[&str])] = &[
    ("a structure's size, which Rust asks for itself", &["SECURITY_DESCRIPTOR_MIN_LENGTH"]),
    (
        "the C run-time's, not the system's",
        &[
            "O_BINARY",
            "O_TEXT",
            "STRSAFE_IGNORE_NULL_UNICODE_STRINGS",
            "STRSAFE_VALID_FLAGS",
            "STRUNCATE",
        ],
    ),
    (
        "limits of the C types, which Rust has as associated constants",
        &[
            "MAXINT32",
            "MAXINT64",
            "MAXLONG_PTR",
            "MAXSIZE_T",
            "MAXSSIZE_T",
            "MAXUINT16",
            "MAXUINT32",
            "MAXUINT64",
            "MAXUINT8",
            "MAXULONG32",
            "MAXULONG64",
            "MAXULONG_PTR",
            "MININT32",
            "MININT64",
            "MINLONG_PTR",
        ],
    ),
    (
        "winapifamily.h: how a C program asks what it may call",
        &[
            "WINAPI_FAMILY",
            "WINAPI_FAMILY_DESKTOP_APP",
            "WINAPI_FAMILY_PC_APP",
            "WINAPI_FAMILY_PHONE_APP",
            "WINAPI_PARTITION_APP",
            "WINAPI_PARTITION_DESKTOP",
            "WINAPI_PARTITION_SYSTEM",
        ],
    ),
    (
        "windows-sys has the numbers of these bits, FD_QOS_BIT and so on",
        &[
            "FD_ADDRESS_LIST_CHANGE",
            "FD_ALL_EVENTS",
            "FD_GROUP_QOS",
            "FD_QOS",
            "FD_ROUTING_INTERFACE_CHANGE",
        ],
    ),
    (
        "parts of other constants, or their old names",
        &[
            "EAI_NODATA",
            "IOC_WSK",
            "NO_ADDRESS",
            "TCP_INITIAL_RTO_UNSPECIFIED_RTT",
            "WSANO_ADDRESS",
        ],
    ),
    (
        "ws2ipdef.h has them; Microsoft's metadata has not",
        &[
            "SIO_GET_INTERFACE_LIST",
            "SIO_GET_INTERFACE_LIST_EX",
            "SIO_IDEAL_SEND_BACKLOG_CHANGE",
            "SIO_IDEAL_SEND_BACKLOG_QUERY",
        ],
    ),
    (
        "second names of constants that are compared under their first",
        &[
            "IO_COMPLETION_ALL_ACCESS",
            "MUTANT_ALL_ACCESS",
            "RTL_CONDITION_VARIABLE_LOCKMODE_SHARED",
            "RTL_RUN_ONCE_ASYNC",
            "RTL_RUN_ONCE_CHECK_ONLY",
            "RTL_RUN_ONCE_CTX_RESERVED_BITS",
            "RTL_RUN_ONCE_INIT_FAILED",
        ],
    ),
];

/// Constants whose value here is another one on purpose, with the reason.
const OTHER_VALUES: &[(&str, &str)] = &[
    ("AF_MAX", "grows with every SDK"),
    ("PF_MAX", "grows with every SDK"),
    ("NTDDI_VERSION", "the version that a program asks for"),
    ("WINVER", "the version that a program asks for"),
    ("PROTECTION_LEVEL_DEFAULT", "depends on _WIN32_WINNT"),
    ("SOMAXCONN", "windows-sys has Winsock 1's 5; Winsock 2's is 0x7fffffff"),
    ("SO_PROTOCOL_INFO", "the A or the W value, as UNICODE says"),
    ("TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS", "a UCHAR in the SDK, as the field it is for"),
    ("TCP_INITIAL_RTO_UNSPECIFIED_MAX_SYN_RETRANSMISSIONS", "a UCHAR in the SDK too"),
];

/// Structures that windows-sys lacks, with the reason.
const STRUCTURES_ONLY_IN_HEADERS: &[(&str, &str)] = &[];

/// A structure that differs on purpose.
struct Other {
    name: &'static str,
    /// What gcc says.
    size: i64,
    align: i64,
    /// The members that lie elsewhere.
    moved: &'static [&'static str],
}

/// The structures that differ on purpose.
const OTHER_LAYOUTS: &[Other] = &[
    // It is glibc's: two `long`s, as the source of a Windows program says too.
    Other { name: "TIMEVAL", size: 16, align: 8, moved: &["tv_usec"] },
    // Its last member holds 256 WCHARs, which have 32 bits in C.
    Other { name: "WSAPROTOCOL_INFOW", size: 1140, align: 4, moved: &[] },
    // It holds twelve WCHARs before the name.
    Other {
        name: "FILE_ID_BOTH_DIR_INFO",
        size: 136,
        align: 8,
        moved: &["ShortName", "FileId", "FileName"],
    },
    // They hold a WCHAR.
    Other { name: "KEY_EVENT_RECORD", size: 20, align: 4, moved: &["uChar", "dwControlKeyState"] },
    Other { name: "INPUT_RECORD", size: 24, align: 4, moved: &[] },
    // It holds 260 and 14 WCHARs.
    Other { name: "WIN32_FIND_DATAW", size: 1140, align: 4, moved: &["cAlternateFileName"] },
    // They hold 128 WCHARs.
    Other { name: "OSVERSIONINFOW", size: 532, align: 4, moved: &[] },
    Other {
        name: "OSVERSIONINFOEXW",
        size: 540,
        align: 4,
        moved: &[
            "wServicePackMajor",
            "wServicePackMinor",
            "wSuiteMask",
            "wProductType",
            "wReserved",
        ],
    },
];

#[test]
fn every_constant_has_microsofts_value() {
    let candidates = header::candidates(&header::our_lines());
    let values = header::values(&candidates);
    let microsofts = windows_sys::constants();
    let listed: BTreeSet<&str> =
        ONLY_IN_HEADERS.iter().flat_map(|(_, names)| names.iter().copied()).collect();

    let mut wrong = Vec::new();
    let mut unknown = Vec::new();
    for (name, value) in &values {
        match microsofts.get(name) {
            Some(constants) if constants.iter().any(|constant| constant.is(*value)) => {}
            Some(_) if OTHER_VALUES.iter().any(|(other, _)| other == name) => {}
            Some(constants) => wrong.push((name, *value, constants[0].value)),
            None if listed.contains(name.as_str()) => {}
            None if microsofts.contains_key(text(&candidates, name)) => {} // another name for it
            None => unknown.push(name),
        }
    }
    assert!(wrong.is_empty(), "name, our value, Microsoft's: {wrong:?}");
    assert!(unknown.is_empty(), "not in windows-sys; list them with the reason: {unknown:?}");

    let lost: Vec<_> = candidates
        .iter()
        .filter(|candidate| {
            candidate.looks_like_a_number() && !values.contains_key(&candidate.name)
        })
        .map(|candidate| (&candidate.name, &candidate.text))
        .collect();
    assert!(lost.is_empty(), "numbers that gcc did not evaluate: {lost:?}");
    let stale: Vec<_> = listed.iter().filter(|name| !values.contains_key(**name)).collect();
    assert!(stale.is_empty(), "listed, and no longer in the headers: {stale:?}");
}

/// A program that is written on windows-sys finds in `lapwing-win32` what one in C finds in
/// `include/`.
#[test]
fn every_constant_is_there_for_rust_too() {
    let values = header::values(&header::candidates(&header::our_lines()));
    let microsofts = windows_sys::constants();
    let surface = lapwing_tests::source_tree().join("crates/win32/src/namespaces.rs");
    let surface = std::fs::read_to_string(surface).expect("what is generated");
    let names = surface.split(|mark: char| !(mark.is_alphanumeric() || mark == '_'));
    let names: BTreeSet<&str> = names.collect();
    let theirs = values.keys().filter(|name| microsofts.contains_key(*name));
    let lacking: Vec<_> = theirs.filter(|name| !names.contains(name.as_str())).collect();
    assert!(lacking.is_empty(), "add them to crates/abi/names.txt: {lacking:?}");
}

#[test]
fn every_structure_is_laid_out_as_microsofts() {
    let structures = header::structures(&header::our_lines());
    let declared: BTreeSet<String> =
        structures.into_iter().flat_map(|structure| structure.names).collect();
    let layouts = layouts::layouts();
    let mut questions = Vec::new();
    let mut expected = Vec::new();
    for layout in &layouts {
        let in_c = in_c(layout.name, &declared);
        let microsofts = (layout.size as i64, layout.align as i64);
        let other = OTHER_LAYOUTS.iter().find(|other| other.name == layout.name);
        let size_and_align = other.map_or(microsofts, |other| (other.size, other.align));
        assert!(other.is_none() || size_and_align != microsofts, "{}: no difference", layout.name);
        let moved = other.map_or(&[][..], |other| other.moved);
        for (member, offset) in layout.members.iter().filter(|(name, _)| !moved.contains(name)) {
            questions.push(format!("__builtin_offsetof({in_c}, {member})"));
            expected.push(*offset as i64);
        }
        questions.push(format!("sizeof({in_c})"));
        expected.push(size_and_align.0);
        questions.push(format!("_Alignof({in_c})"));
        expected.push(size_and_align.1);
    }
    let answers = header::ask(&questions);
    let different: Vec<_> = questions
        .iter()
        .zip(answers.iter().zip(&expected))
        .filter(|(_, (answer, expected))| answer != expected)
        .collect();
    assert!(different.is_empty(), "question, (gcc, windows-sys): {different:#?}");
}

#[test]
fn every_structure_and_member_is_compared() {
    let layouts = layouts::layouts();
    let mut forgotten = Vec::new();
    for structure in header::structures(&header::our_lines()) {
        let listed =
            |name: &String| STRUCTURES_ONLY_IN_HEADERS.iter().any(|(other, _)| other == name);
        // Ours, and DECLARE_HANDLE(HWND), which makes a type of `struct HWND__ { int unused; }`.
        if structure
            .names
            .iter()
            .any(|name| name.ends_with("__") || name.contains("__lapwing") || listed(name))
        {
            continue;
        }
        let named = |layout: &&layouts::Layout| {
            structure.names.iter().any(|name| name.split(' ').next_back() == Some(layout.name))
        };
        match layouts.iter().find(named) {
            None => forgotten.push(structure.names.join(", ")),
            // A number in Rust.
            Some(layout) if layout.members.is_empty() => {}
            Some(layout) => {
                let known: BTreeSet<&str> = layout.members.iter().map(|(name, _)| *name).collect();
                let members = structure.members.iter().filter(|m| !known.contains(m.as_str()));
                forgotten.extend(members.map(|member| format!("{}.{member}", layout.name)));
            }
        }
    }
    assert!(forgotten.is_empty(), "add to tests/abi/layouts.rs: {forgotten:#?}");
}

/// What a macro expands to.
fn text<'a>(candidates: &'a [header::Candidate], name: &str) -> &'a str {
    candidates.iter().find(|candidate| candidate.name == name).map_or("", |found| &found.text)
}

/// The type's name in C: `struct linger` when no typedef of that name spares the keyword.
fn in_c(name: &str, declared: &BTreeSet<String>) -> String {
    let tags = ["struct", "union"].map(|keyword| format!("{keyword} {name}"));
    let mut spellings = std::iter::once(name.to_owned()).chain(tags);
    let declared = spellings.find(|spelling| declared.contains(spelling));
    let other = OTHER_LAYOUTS.iter().find(|other| other.name == name);
    declared
        .or(other.map(|_| name.to_owned()))
        .unwrap_or_else(|| panic!("{name} is in tests/abi/layouts.rs and not in include/"))
}
