//! `lapwing err`: what an error code says, who reports it, and what to do.
//!
//! The texts are those of `FormatMessage`, the readings those of the surface's one table, the
//! functions those whose documentation names the code; what a person should make of it is in
//! `advice`.

mod advice;
mod page;

pub use page::page;

use crate::Failure;
use lapwing_win32::error::{Row, TABLE};
use lapwing_win32::kernel32::error_text::{MESSAGES, Message};
use std::fmt::Write;

include!(concat!(env!("OUT_DIR"), "/calls.rs"));

/// Other names of codes in Windows' headers.
const ALIASES: &[(&str, u32)] = &[
    ("NO_ERROR", 0),
    ("S_OK", 0),
    ("WSA_INVALID_HANDLE", 6),
    ("WSA_NOT_ENOUGH_MEMORY", 8),
    ("WSA_INVALID_PARAMETER", 87),
    ("WSA_WAIT_TIMEOUT", 258),
    ("ERROR_WAIT_TIMEOUT", 258),
    ("WSA_OPERATION_ABORTED", 995),
    ("WSA_IO_INCOMPLETE", 996),
    ("WSA_IO_PENDING", 997),
    ("HOST_NOT_FOUND", 11001),
    ("TRY_AGAIN", 11002),
    ("NO_RECOVERY", 11003),
    ("NO_DATA", 11004),
];

/// What the user means.
enum Meant {
    Code(&'static Message),
    Status(&'static Row),
}

/// Explains a code that is given as a number, in decimal or hexadecimal, or by its name.
///
/// # Errors
/// A sentence when there is no such code.
pub fn explain(word: &str) -> Result<String, Failure> {
    let mut text = String::new();
    match find(word)? {
        Meant::Code(message) => {
            heading(&mut text, message.name, message.code, message.text);
            body(&mut text, message);
        }
        Meant::Status(row) => {
            let _ = writeln!(text, "STATUS_{}  {:#010X}\n", row.name, row.status.0);
            readings(&mut text, &[row]);
            let mut codes = vec![row.win32];
            codes.extend(u32::try_from(row.winsock).ok().filter(|code| *code != row.win32));
            for message in codes.into_iter().filter_map(message) {
                text.push('\n');
                heading(&mut text, message.name, message.code, message.text);
                advise(&mut text, message.code);
            }
        }
    }
    Ok(text)
}

fn message(code: u32) -> Option<&'static Message> {
    lapwing_win32::kernel32::error_text::message(code)
}

fn find(word: &str) -> Result<Meant, Failure> {
    let word = word.trim();
    let hexadecimal = word.strip_prefix("0x").or(word.strip_prefix("0X"));
    let number = match hexadecimal {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => word.parse::<i64>().ok().and_then(|number| {
            // A program may print an NTSTATUS with %d.
            u32::try_from(number).or(i32::try_from(number).map(i32::cast_unsigned)).ok()
        }),
    };
    let upper = word.to_ascii_uppercase();
    let status_name = upper.strip_prefix("STATUS_").unwrap_or(&upper);
    let alias = ALIASES.iter().find(|(name, _)| *name == upper).map(|(_, code)| *code);
    let by_name = || MESSAGES.iter().find(|known| known.name == upper);
    if let Some(found) = number.or(alias).and_then(message).or_else(by_name) {
        return Ok(Meant::Code(found));
    }
    let is_status =
        |row: &&Row| number == Some(row.status.0) || number.is_none() && row.name == status_name;
    if let Some(row) = TABLE.iter().find(is_status) {
        return Ok(Meant::Status(row));
    }
    Err(format!(
        "no error code is called {word}. A code is a number (10054, 0xC000020D) or a name \
         (WSAECONNRESET, ERROR_IO_PENDING, STATUS_CANCELLED); Lapwing knows those that it can \
         report, and all of Winsock's"
    ))
}

fn heading(text: &mut String, name: &str, code: u32, sentence: &str) {
    let _ = writeln!(text, "{name}  {code} ({code:#x})\n{sentence}");
}

fn body(text: &mut String, message: &Message) {
    advise(text, message.code);
    let rows: Vec<&Row> = rows_of(message.code);
    if !rows.is_empty() {
        text.push('\n');
        readings(text, &rows);
    }
    let calls = calls_of(message);
    if !calls.is_empty() {
        text.push_str("\nReported by:\n");
        text.push_str(&wrap(&calls.join(" "), "  "));
    }
}

fn advise(text: &mut String, code: u32) {
    if let Some(advice) = advice::of(code) {
        text.push('\n');
        text.push_str(&wrap(advice, ""));
    }
}

/// The statuses that read as this code in one of the languages.  Those that read as "invalid
/// argument" only because Winsock has no better word are left out.
fn rows_of(code: u32) -> Vec<&'static Row> {
    let is = |row: &&Row| {
        let winsock = u32::try_from(row.winsock) == Ok(code);
        row.win32 == code || winsock && (code != 10022 || row.win32 == 87)
    };
    TABLE.iter().filter(is).collect()
}

fn calls_of(message: &Message) -> Vec<&'static str> {
    let names = ALIASES.iter().filter(|(_, code)| *code == message.code).map(|(name, _)| *name);
    let names: Vec<&str> = names.chain([message.name]).collect();
    let lists = CALLS.iter().filter(|(name, _)| names.contains(name)).map(|(_, calls)| *calls);
    let mut calls: Vec<&str> = lists.flatten().copied().collect();
    calls.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    calls.dedup();
    calls
}

/// One event in the three languages: this is why it reads differently in different places.
fn readings(text: &mut String, rows: &[&Row]) {
    let name = |code: u32| message(code).map_or("", |message| message.name);
    let lines: Vec<[String; 3]> = rows
        .iter()
        .map(|row| {
            let winsock = u32::try_from(row.winsock).unwrap_or(0);
            [
                format!("{:#010X} {}", row.status.0, row.name),
                format!("{} {}", row.win32, name(row.win32)),
                format!("{} {}", winsock, name(winsock)),
            ]
        })
        .collect();
    let heads = ["NTSTATUS", "at a port, GetLastError", "in Winsock"].map(String::from);
    let width = |column: usize| {
        lines.iter().chain([&heads]).map(|line| line[column].len()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [status, win32, winsock] in [&heads].into_iter().chain(&lines) {
        let _ = writeln!(text, "  {status:first$}  {win32:second$}  {winsock}");
    }
}

/// Lines of at most 80 characters.
fn wrap(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent.len() + line.len() + 1 + word.len() > 80 {
            let _ = writeln!(lines, "{indent}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(lines, "{indent}{line}");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_number_name_and_status() {
        for word in ["10054", "0x2746", "WSAECONNRESET", "wsaeconnreset"] {
            let text = explain(word).expect("a known code");
            assert!(text.starts_with("WSAECONNRESET  10054 (0x2746)\n"), "{text}");
            assert!(text.contains("64 ERROR_NETNAME_DELETED"), "{text}");
            assert!(text.contains("  recv"), "{text}");
        }
        for word in ["0xC000020D", "STATUS_CONNECTION_RESET", "-1073741299"] {
            let text = explain(word).expect("a known status");
            assert!(text.starts_with("STATUS_CONNECTION_RESET  0xC000020D\n"), "{text}");
            assert!(text.contains("10054 WSAECONNRESET"), "{text}");
        }
        assert!(explain("WSA_IO_PENDING").is_ok_and(|text| text.starts_with("ERROR_IO_PENDING")));
        assert!(explain("EAGAIN").is_err());
        assert!(explain("99999").is_err());
    }

    #[test]
    fn every_code_of_winsock_has_its_advice() {
        for message in MESSAGES {
            let winsock = (10000..12000).contains(&message.code);
            assert!(!winsock || advice::of(message.code).is_some(), "{}", message.name);
        }
    }
}
