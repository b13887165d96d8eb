//! docs/errors.md: every code with its text and what to make of it, for those who look it up in a
//! browser.

use super::{advice, calls_of, rows_of};
use lapwing_win32::kernel32::error_text::MESSAGES;
use std::fmt::Write;

const HEAD: &str = "\
# Error codes

Written by `lapwing err --page` from the sources; `lapwing err 10054` (or `WSAECONNRESET`, or
`0xC000020D`) shows one of these on the terminal.

Inside there is one NTSTATUS. A completion port and `GetLastError` read it in Win32's words, Winsock
in its own, which is why one event has two numbers: a reset is 64 at a port and 10054 in `recv`.

";

/// The whole page.
pub fn page() -> String {
    let mut text = String::from(HEAD);
    for message in MESSAGES {
        let _ = writeln!(text, "## {} {}\n\n{}\n", message.code, message.name, message.text);
        if let Some(advice) = advice::of(message.code) {
            let _ = writeln!(text, "{advice}\n");
        }
        let rows = rows_of(message.code);
        if !rows.is_empty() {
            let readings: Vec<String> = rows
                .iter()
                .map(|row| {
                    format!(
                        "`STATUS_{}` {:#010X} ({} | {})",
                        row.name, row.status.0, row.win32, row.winsock
                    )
                })
                .collect();
            let _ = writeln!(text, "NTSTATUS (Win32 | Winsock): {}\n", readings.join(", "));
        }
        let calls = calls_of(message);
        if !calls.is_empty() {
            let calls: Vec<String> = calls.iter().map(|call| format!("`{call}`")).collect();
            let _ = writeln!(text, "Reported by: {}\n", calls.join(", "));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
