//! The same questions to two compilers: gcc with our headers, mingw-w64's cross gcc with its own
//! headers of the Windows API.  Sizes, offsets of fields and constants must be equal, apart from
//! the few that are different on purpose.

use crate::ask::{EVERYTHING, same, values};
use crate::compiler::{Compiler, Language};
use crate::names;
use lapwing_tests::{scratch_folder, tools};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::process::Command;

/// What differs, and why.
const ON_PURPOSE: [(&str, &str); 34] = [
    ("sizeof(TIMEVAL)", "two 64-bit `long`s: it is the system's own struct timeval"),
    ("sizeof(WCHAR)", "wchar_t, which has 32 bits here"),
    ("sizeof(WSAPROTOCOL_INFOW)", "holds 256 WCHARs"),
    ("sizeof(OSVERSIONINFOW)", "holds 128 WCHARs"),
    ("sizeof(OSVERSIONINFOEXW)", "holds 128 WCHARs"),
    ("offsetof(OSVERSIONINFOEXW, wServicePackMajor)", "holds 128 WCHARs"),
    ("offsetof(OSVERSIONINFOEXW, wServicePackMinor)", "holds 128 WCHARs"),
    ("offsetof(OSVERSIONINFOEXW, wSuiteMask)", "holds 128 WCHARs"),
    ("offsetof(OSVERSIONINFOEXW, wProductType)", "holds 128 WCHARs"),
    ("offsetof(OSVERSIONINFOEXW, wReserved)", "holds 128 WCHARs"),
    ("sizeof(FILE_ID_BOTH_DIR_INFO)", "holds 13 WCHARs"),
    ("offsetof(FILE_ID_BOTH_DIR_INFO, ShortName)", "WCHARs are aligned to 4"),
    ("offsetof(FILE_ID_BOTH_DIR_INFO, FileId)", "holds 12 WCHARs before"),
    ("offsetof(FILE_ID_BOTH_DIR_INFO, FileName)", "holds 12 WCHARs before"),
    ("sizeof(WIN32_FIND_DATAW)", "holds 274 WCHARs"),
    ("offsetof(WIN32_FIND_DATAW, cAlternateFileName)", "holds 260 WCHARs before"),
    ("AF_MAX", "grows with every SDK"),
    ("PF_MAX", "grows with every SDK"),
    ("EAI_NODATA", "the same as EAI_NONAME since Windows 7's SDK"),
    ("FLS_MAXIMUM_AVAILABLE", "4080 since Windows 10"),
    ("STATUS_PKU2U_CERT_FAILURE", "mingw-w64 is wrong; windows-sys has ours"),
    ("QS_INPUT", "as in Microsoft's metadata: neither touch nor pens come here"),
    ("QS_ALLEVENTS", "the same"),
    ("PM_QS_INPUT", "the same"),
    ("NTDDI_VERSION", "mingw-w64 is told one, below"),
    ("offsetof(KEY_EVENT_RECORD, dwControlKeyState)", "holds a WCHAR"),
    ("offsetof(KEY_EVENT_RECORD, uChar)", "holds a WCHAR"),
    ("offsetof(KEY_EVENT_RECORD, uChar.AsciiChar)", "holds a WCHAR"),
    ("offsetof(KEY_EVENT_RECORD, uChar.UnicodeChar)", "holds a WCHAR"),
    ("sizeof(KEY_EVENT_RECORD)", "holds a WCHAR"),
    ("sizeof(INPUT_RECORD)", "holds a WCHAR"),
    ("WINAPI_FAMILY", "mingw-w64 numbers the families in its own way"),
    ("WINAPI_FAMILY_DESKTOP_APP", "the same"),
    ("WINAPI_PARTITION_APP", "the same"),
];

/// The SDK's names for structures that mingw-w64 has under another one.
const MINGW_SAYS: [(&str, &str); 1] = [("SOCKADDR_IN6_LH", "SOCKADDR_IN6")];

pub fn trials() -> Vec<Trial> {
    let needs: &'static [&'static str] = &["gcc", "x86_64-w64-mingw32-gcc"];
    vec![
        tools::trial("twin::sizes_and_offsets", needs, sizes_and_offsets),
        tools::trial("twin::constants", needs, constants),
    ]
}

fn ours() -> Command {
    Compiler::usual(Language::C).command()
}

fn mingw() -> Command {
    let mut command = Command::new("x86_64-w64-mingw32-gcc");
    // Windows 10 of 2020: the last that this mingw-w64 tells apart.
    command.args(["-D_WIN32_WINNT=0x0A00", "-DNTDDI_VERSION=0x0A000009"]);
    command
}

fn sizes_and_offsets() -> Result<(), Failed> {
    let mut questions = BTreeSet::new();
    for structure in names::structures() {
        let other = MINGW_SAYS.iter().find(|(ours, _)| *ours == structure.name);
        let name = other.map_or(structure.name.as_str(), |(_, mingws)| mingws);
        questions.insert(format!("sizeof({name})"));
        questions.insert(format!("_Alignof({name})"));
        let offsets = structure.fields.iter().map(|field| format!("offsetof({name}, {field})"));
        questions.extend(offsets);
    }
    let scalars = "BOOL BOOLEAN BYTE WORD DWORD INT UINT LONG ULONG SHORT CHAR LONGLONG DWORD_PTR \
         ULONG_PTR SIZE_T HANDLE HMODULE SOCKET WSAEVENT GROUP u_long u_short HRESULT FARPROC \
         WPARAM LPARAM LARGE_INTEGER TIMEVAL WCHAR LPSTR ATOM NTSTATUS socklen_t";
    questions.extend(scalars.split_whitespace().map(|name| format!("sizeof({name})")));
    let ours = values(ours, &scratch_folder("headers/twin-sizes/ours"), EVERYTHING, &questions)?;
    let mingws =
        values(mingw, &scratch_folder("headers/twin-sizes/mingw"), EVERYTHING, &questions)?;
    let mut wrong = Vec::new();
    for question in &questions {
        let on_purpose = ON_PURPOSE.iter().any(|(name, _)| name == question);
        match (ours.get(question), mingws.get(question)) {
            (Some(left), Some(right)) if left == right && !on_purpose => {}
            (Some(left), Some(right)) if left != right && on_purpose => {}
            (left, right) => wrong.push(format!("{question}: ours {left:?}, mingw's {right:?}")),
        }
    }
    println!("{} sizes and offsets compared", questions.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn constants() -> Result<(), Failed> {
    let mut questions = names::constants();
    questions.extend(names::enumerators());
    let ours =
        values(ours, &scratch_folder("headers/twin-constants/ours"), EVERYTHING, &questions)?;
    let folder = scratch_folder("headers/twin-constants/mingw");
    let mingws = values(mingw, &folder, EVERYTHING, &questions)?;
    let mut wrong = Vec::new();
    let mut compared = 0;
    for question in &questions {
        let on_purpose = ON_PURPOSE.iter().any(|(name, _)| name == question);
        match (ours.get(question), mingws.get(question)) {
            (Some(&left), Some(&right)) if same(left, right) != on_purpose => compared += 1,
            (Some(left), Some(right)) => {
                wrong.push(format!("{question}: ours {left}, mingw's {right}"));
            }
            (None, Some(right)) => {
                wrong.push(format!("{question}: ours is no number, mingw's {right}"));
            }
            // What mingw-w64 lacks is compared with windows-sys, by the test `abi`.
            (_, None) => {}
        }
    }
    println!("{compared} constants compared with mingw-w64's");
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
