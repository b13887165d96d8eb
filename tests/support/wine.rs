//! Wine as the second implementation: the same C file, built by mingw-w64, must print the same.
//! Where Windows is known to differ from Wine, `tests/wine-differs.txt` says so with the reason.

use crate::{profile_folder, source_tree};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What must be on the path.
pub const TOOLS: &[&str] =
    &["wine", "wineserver", "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-g++"];

/// A running Wine with its own prefix below `target/`.  One server lives from here to the end of
/// the run: a server that goes away takes a program that is just starting with it.  So does one
/// desktop (`wine_desktop.c`).
pub struct Wine {
    prefix: PathBuf,
    desktop: Option<Child>,
}

impl Wine {
    /// Starts the server and makes the prefix if there is none.
    ///
    /// # Panics
    /// If Wine cannot be started.
    pub fn start() -> Wine {
        let prefix = profile_folder().join("wine-prefix");
        std::fs::create_dir_all(&prefix).expect("target/ can be written to");
        let mut wine = Wine { prefix, desktop: None };
        let mut server = wine.with_environment("wineserver");
        assert!(server.arg("-p").status().expect("wineserver starts").success());
        let mut boot = wine.command();
        let boot = boot.args(["wineboot", "--init"]).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(boot.status().expect("wine starts").success(), "wineboot failed");
        wine.desktop = Some(wine.open_desktop());
        wine
    }

    /// A program that has a window, until its input ends.
    fn open_desktop(&self) -> Child {
        let program = self.prefix.join("desktop.exe");
        let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
        compiler.arg("-static").arg("-o").arg(&program);
        compiler.arg(source_tree().join("tests/support/wine_desktop.c"));
        assert!(compiler.status().expect("mingw-w64 starts").success(), "no desktop.exe");
        let mut holder = self.command();
        let holder = holder.arg(&program).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = holder.spawn().expect("wine starts");
        let mut said = String::new();
        let output = holder.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut said).expect("it is text");
        assert_eq!(said.trim(), "ready", "Wine has no desktop");
        holder
    }

    /// `wine`, to be followed by a program and its arguments.
    pub fn command(&self) -> Command {
        self.with_environment("wine")
    }

    fn with_environment(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .env_remove("DISPLAY");
        command
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        if let Some(mut desktop) = self.desktop.take() {
            drop(desktop.stdin.take());
            let _ = desktop.wait();
        }
        let _ = self.with_environment("wineserver").arg("-k").status();
    }
}

/// A line that differs, and must: `FILE | TEXT IN THE LINE | WHY`.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    file: String,
    text: String,
}

fn differences(list: &str) -> Vec<Difference> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut parts = line.splitn(3, " | ").map(|part| part.trim().to_string());
            let (file, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let why = parts.next().unwrap_or_default();
            assert!(!text.is_empty() && !why.is_empty(), "wine-differs.txt: no reason in: {line}");
            Difference { file, text }
        })
        .collect()
}

/// The list that is kept with the tests.
///
/// # Panics
/// If an entry has no reason.
pub fn listed() -> String {
    let path = source_tree().join("tests/wine-differs.txt");
    let list = std::fs::read_to_string(&path).expect("tests/wine-differs.txt is there");
    differences(&list);
    list
}

/// Compares two transcripts line by line, without the lines listed for this file, without what a
/// failed check adds on indented lines, and without the count at the end.  A listed line that no
/// longer differs is an error: the list stays true.
pub fn compare(name: &str, list: &str, native: &str, wine: &str) -> Result<(), String> {
    let listed: Vec<_> = differences(list).into_iter().filter(|it| it.file == name).collect();
    for it in &listed {
        let of = |transcript: &str| select(transcript, |line| line.contains(&it.text));
        if of(native) == of(wine) {
            return Err(format!("`{}` is in wine-differs.txt but does not differ", it.text));
        }
    }
    let rest = |transcript: &str| {
        select(transcript, |line| {
            let counts = line.contains(" checks, ") || line.starts_with("  ");
            !counts && !listed.iter().any(|it| line.contains(&it.text))
        })
    };
    let (native, wine) = (rest(native), rest(wine));
    if native == wine {
        return Ok(());
    }
    let common = native.iter().zip(&wine).take_while(|(ours, theirs)| ours == theirs).count();
    let at = |lines: &[String]| lines.get(common).cloned().unwrap_or("(ends)".into());
    Err(format!(
        "first difference, after {common} lines:\n  native: {}\n  Wine:   {}\n-- all of Wine's\n{}",
        at(&native),
        at(&wine),
        wine.join("\n")
    ))
}

fn select(transcript: &str, choose: impl Fn(&str) -> bool) -> Vec<String> {
    transcript.lines().filter(|line| choose(line)).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# a comment\n\na.c | x == 5 | Wine does it late\n";

    #[test]
    fn equal_transcripts_are_equal() {
        assert_eq!(compare("b.c", LIST, "one\n1 checks, 0 failed\n", "one\n"), Ok(()));
        assert!(compare("b.c", LIST, "one\n", "two\n").is_err());
        assert!(compare("b.c", LIST, "one\n", "one\ntwo\n").is_err());
    }

    #[test]
    fn only_the_listed_line_may_differ_and_it_has_to() {
        let (ours, theirs) = ("ok x == 5\nok y\n", "FAILED x == 5\n  seen 4\nok y\n");
        assert_eq!(compare("a.c", LIST, ours, theirs), Ok(()));
        assert!(compare("b.c", LIST, ours, theirs).is_err());
        assert!(compare("a.c", LIST, ours, ours).unwrap_err().contains("does not differ"));
    }

    #[test]
    fn every_listed_difference_has_a_reason() {
        assert!(!listed().is_empty());
    }
}
