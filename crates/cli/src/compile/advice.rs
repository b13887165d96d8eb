//! What a compiler's message leaves unsaid: that `long` is wider here than on Windows, and that a
//! function it does not know is one of Windows' that Lapwing lacks.
//!
//! The compiler's messages pass through as they come, colours and all; our sentences follow at the
//! end, each once.

use crate::layout::Layout;
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

const WINDOWS_FUNCTIONS: &str = include_str!("windows_functions.txt");

/// Runs the compiler, lets its messages through, and adds ours.
pub fn run(command: &mut Command, layout: &Layout) -> io::Result<ExitStatus> {
    if wants_colours(command) {
        command.arg("-fdiagnostics-color=always");
    }
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let mut listener = Listener::default();
    if let Some(messages) = child.stderr.take() {
        let mut messages = BufReader::new(messages);
        let mut line = Vec::new();
        while messages.read_until(b'\n', &mut line)? > 0 {
            io::stderr().write_all(&line)?;
            listener.hear(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let status = child.wait()?;
    for sentence in listener.advice(&layout.include) {
        eprintln!("lapwing: {sentence}");
    }
    Ok(status)
}

/// A compiler that writes into our pipe would leave its colours out.
fn wants_colours(command: &Command) -> bool {
    let chosen = command
        .get_args()
        .filter_map(|word| word.to_str())
        .any(|word| word.contains("diagnostics-color") || word.contains("color-diagnostics"));
    let dumb = std::env::var("TERM").is_ok_and(|terminal| terminal == "dumb");
    let off = std::env::var("GCC_COLORS").is_ok_and(|colours| colours.is_empty());
    io::stderr().is_terminal() && !chosen && !dumb && !off
}

/// What we have something to say of.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Subject {
    /// `unsigned long *` for a `DWORD *`, or the other way round.
    WideLong,
    /// `%lu` for a DWORD.
    FormatOfLong,
    /// `%I64d`.
    FormatOfMicrosoft,
    /// A name that the compiler does not know.
    Unknown(String),
}

/// Remembers what the messages were about, and where first.
#[derive(Default)]
struct Listener {
    place: String,
    subjects: Vec<(Subject, String)>,
}

impl Listener {
    fn hear(&mut self, line: &str) {
        let text = plain(line);
        if let Some((place, _)) = split_message(&text) {
            self.place = place.to_string();
        }
        if let Some(subject) = subject(&text)
            && !self.subjects.iter().any(|(known, _)| *known == subject)
        {
            self.subjects.push((subject, self.place.clone()));
        }
    }

    fn advice(&self, include: &Path) -> Vec<String> {
        let say = |(subject, place): &(Subject, String)| {
            sentence(subject, include).map(|sentence| format!("{place}{sentence}"))
        };
        let mut said = BTreeSet::new();
        self.subjects.iter().filter_map(say).filter(|text| said.insert(text.clone())).collect()
    }
}

/// The line without colours, with one kind of quotation mark and one way to write a pointer.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // ESC [ … letter
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(if matches!(character, '‘' | '’') { '\'' } else { character });
        }
    }
    text.replace(" *", "*").trim_end().to_string()
}

/// `file:line:column: error: …`: the place and what is said.
fn split_message(text: &str) -> Option<(&str, &str)> {
    [": fatal error: ", ": error: ", ": warning: "].iter().find_map(|kind| {
        let at = text.find(kind)?;
        Some((&text[..at + 2], &text[at + kind.len()..]))
    })
}

fn subject(text: &str) -> Option<Subject> {
    let is_long = ["long unsigned int*'", "unsigned long*'", "long int*'", "'long*'"]
        .iter()
        .any(|word| text.contains(word));
    let is_narrow = ["unsigned int*'", "'int*'", "DWORD*'", "ULONG*'", "LONG*'", "u_long*'"]
        .iter()
        .any(|word| text.replace("long unsigned int*", "").contains(word));
    if is_long && is_narrow {
        return Some(Subject::WideLong);
    }
    let format = text.contains("[-Wformat") && text.contains("format");
    if format && text.contains("%I64") {
        return Some(Subject::FormatOfMicrosoft);
    }
    let long = ["'long unsigned int'", "'unsigned long'", "'long int'", "'long'"];
    if format && long.iter().any(|word| text.contains(word)) {
        return Some(Subject::FormatOfLong);
    }
    unknown_name(text).map(|name| Subject::Unknown(name.to_string()))
}

/// The name that the compiler does not know.
fn unknown_name(text: &str) -> Option<&str> {
    let (_, message) = split_message(text)?;
    let behind = ["implicit declaration of function '", "call to undeclared function '"]
        .iter()
        .chain(&["use of undeclared identifier '", "no member named '"])
        .find_map(|start| message.strip_prefix(start));
    let not_declared = || {
        let quoted = message.strip_prefix('\'')?;
        let is_this = quoted.contains("was not declared in this scope")
            || quoted.contains("has not been declared")
            || quoted.contains("undeclared (first use");
        is_this.then_some(quoted)
    };
    let quoted = behind.or_else(not_declared)?;
    quoted.split(['\'', '(']).next().map(|name| name.trim_start_matches("::"))
}

fn sentence(subject: &Subject, include: &Path) -> Option<String> {
    match subject {
        Subject::WideLong => Some(
            "`long` has 64 bits on Linux, while DWORD, ULONG and LONG have 32 as on Windows: \
             declare the variable as DWORD (or ULONG, LONG), which is right on both"
                .into(),
        ),
        Subject::FormatOfLong => Some(
            "DWORD, ULONG and LONG are `int`s on Linux, where `long` has 64 bits: print them \
             with %u, %x or %d"
                .into(),
        ),
        Subject::FormatOfMicrosoft => Some(
            "%I64d is Microsoft's; glibc takes the I for a flag and 64 for a width: say %lld or \
             %llu, which Visual C++ takes too"
                .into(),
        ),
        Subject::Unknown(name) => about_name(name, include),
    }
}

fn about_name(name: &str, include: &Path) -> Option<String> {
    if let Some(header) = header_that_declares(name, include) {
        return Some(format!("{name} is declared in <{header}>: include it"));
    }
    let dll = dll_of(name)?;
    Some(format!("Lapwing does not have {name} ({dll}) yet; docs/api.md lists what it has"))
}

/// The DLL that has a function of this name, or of this name for narrow or wide text.
fn dll_of(name: &str) -> Option<&'static str> {
    let wide = [name.strip_suffix('A').unwrap_or(name), "W"].concat();
    let mut dll = "";
    for line in WINDOWS_FUNCTIONS.lines().filter(|line| !line.starts_with('#')) {
        if let Some(heading) = line.strip_prefix('[') {
            dll = heading.trim_end_matches(']');
        } else if line == name || line == wide {
            return Some(dll);
        }
    }
    None
}

/// One of our headers that has a line with this function's declaration.
fn header_that_declares(name: &str, include: &Path) -> Option<String> {
    let declaration = format!(" {name}(");
    let wide = format!("#define {name} LAPWING_AW({name})");
    let mut headers: Vec<_> = std::fs::read_dir(include).ok()?.flatten().collect();
    headers.sort_by_key(std::fs::DirEntry::file_name);
    headers.into_iter().find_map(|entry| {
        let file = entry.file_name().into_string().ok().filter(|file| file.ends_with(".h"))?;
        let text = std::fs::read_to_string(entry.path()).ok()?;
        let declares = |line: &str| {
            line == wide
                || (line.contains(&declaration) && line.starts_with(|c: char| c.is_uppercase()))
        };
        text.lines().any(declares).then_some(file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_for_a_dword_is_heard_in_every_compiler_s_words() {
        for line in [
            "x.cpp:3:9: error: cannot convert ‘long unsigned int*’ to ‘LPDWORD’ {aka ‘unsigned \
             int*’}",
            "x.cpp:3:9: error: invalid conversion from ‘\u{1b}[01m\u{1b}[Klong unsigned \
             int*\u{1b}[m\u{1b}[K’ to ‘unsigned int*’ [-fpermissive]",
            "w.h:1:1: note: expected ‘LPDWORD’ {aka ‘unsigned int *’} but argument is of type \
             ‘long unsigned int *’",
            "w.h:1:1: note: candidate function not viable: no known conversion from 'unsigned \
             long *' to 'LPDWORD' (aka 'unsigned int *') for 4th argument",
        ] {
            assert_eq!(subject(&plain(line)), Some(Subject::WideLong), "{line}");
        }
        let other = "x.c:1:1: error: cannot convert ‘char*’ to ‘unsigned int*’";
        assert_eq!(subject(&plain(other)), None);
    }

    #[test]
    fn formats_are_heard() {
        let line = "x.c:2:3: warning: format ‘%lu’ expects argument of type ‘long unsigned int’, \
                    but argument 2 has type ‘DWORD’ {aka ‘unsigned int’} [-Wformat=]";
        assert_eq!(subject(&plain(line)), Some(Subject::FormatOfLong));
    }

    #[test]
    fn unknown_names_are_heard_in_every_compiler_s_words() {
        for line in [
            "x.c:3:9: error: implicit declaration of function ‘WaitForDebugEvent’; did you",
            "x.c:3:9: error: implicit declaration of function 'WaitForDebugEvent' is invalid in \
             C99 [-Werror]",
            "x.c:3:9: error: call to undeclared function 'WaitForDebugEvent'; ISO C99",
            "x.cpp:3:9: error: ‘WaitForDebugEvent’ was not declared in this scope",
            "x.cpp:3:9: error: ‘::WaitForDebugEvent’ has not been declared",
            "x.cpp:3:9: error: use of undeclared identifier 'WaitForDebugEvent'",
        ] {
            let heard = Subject::Unknown("WaitForDebugEvent".into());
            assert_eq!(subject(&plain(line)), Some(heard), "{line}");
        }
    }

    #[test]
    fn windows_functions_are_known_with_and_without_their_letter() {
        assert_eq!(dll_of("WaitForDebugEvent"), Some("kernel32"));
        assert_eq!(dll_of("CreateProcess"), Some("kernel32"));
        assert_eq!(dll_of("CreateProcessA"), Some("kernel32"));
        assert_eq!(dll_of("frobnicate"), None);
    }
}
