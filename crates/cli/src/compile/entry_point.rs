//! Where a program begins, when it is not `int main`: `wmain` and `_tmain`, `WinMain`, and the
//! `void main` that Visual C++ takes in C++ too.
//!
//! A `void main` gets another name from a macro.  The object that knows these names (`start.c`) has
//! a weak `main`; it is compiled once, kept in the cache, and linked to programs that have one of
//! the words in a source or object.

use super::command_line::CommandLine;
use super::host::Host;
use super::source_words::{Word, words};
use crate::Failure;
use crate::cache;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const START: &str = include_str!("start.c");

/// Words that a program with another beginning has in a source or an object.
const WORDS: [&[u8]; 5] = [b"wmain", b"_tmain", b"WinMain", b"_tWinMain", b"lapwing_void_"];

/// Macros that give each `void` beginning another name: C++ compilers refuse one of main.
pub fn macros(line: &CommandLine) -> Vec<&'static str> {
    let mut found = Vec::new();
    for source in &line.sources {
        let text = std::fs::read(source).unwrap_or_default();
        let is_cxx = line.is_cxx || super::is_cxx_source(source);
        let returns_nothing = nothing_from(&text);
        if is_cxx && returns_nothing.main {
            found.push("-Dmain=lapwing_void_main");
        }
        if returns_nothing.wmain {
            found.push("-Dwmain=lapwing_void_wmain");
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The object to link behind the user's files, if one of them has a beginning that needs it.
pub fn object(
    line: &CommandLine,
    macros: &[&str],
    host: &Host,
) -> Result<Option<PathBuf>, Failure> {
    let needed =
        !macros.is_empty() || line.sources.iter().chain(&line.objects).any(|f| has_word(f));
    if needed { compiled(host).map(Some) } else { Ok(None) }
}

fn has_word(file: &Path) -> bool {
    let Ok(text) = std::fs::read(file) else { return false };
    let after_w = |at: usize| WORDS.iter().any(|word| text[at..].starts_with(word));
    let first = |byte: &u8| matches!(byte, b'w' | b'_' | b'W' | b'l');
    text.iter().enumerate().any(|(at, byte)| first(byte) && after_w(at))
}

/// Which of its possible beginnings a source defines without a result.
#[derive(Default, PartialEq, Eq, Debug)]
struct Nothing {
    main: bool,
    wmain: bool,
}

fn nothing_from(text: &[u8]) -> Nothing {
    let mut found = Nothing::default();
    let mut returns_int = false;
    let words = words(text);
    for (at, word) in words.iter().enumerate() {
        let is_function = words.get(at + 1).is_some_and(|next| next.is("("));
        if !is_function || !(word.is("main") || word.is("wmain") || word.is("_tmain")) {
            continue;
        }
        if is_nothing(&words[..at]) {
            found.main |= !word.is("wmain");
            found.wmain |= !word.is("main");
        } else if words[..at].last().is_some_and(|word| word.is("int")) {
            returns_int = true;
        }
    }
    // A source with both chooses between them by a macro: the compiler knows which.
    if returns_int { Nothing::default() } else { found }
}

/// Whether the words before a function's name end in `void`, a calling convention between them.
fn is_nothing(before: &[Word<'_>]) -> bool {
    let names = before.iter().rev().take_while(|word| word.is_name()).take(3);
    names.into_iter().any(|word| word.is("void") || word.is("VOID"))
}

fn compiled(host: &Host) -> Result<PathBuf, Failure> {
    let mut key = cache::Key::default();
    key.add(START.as_bytes());
    key.add_file(&host.program);
    host.words.iter().for_each(|word| key.add(word.as_encoded_bytes()));
    let home = cache::folder("start")?;
    let object = home.join(key.name()).with_extension("o");
    if object.exists() {
        return Ok(object);
    }
    let source = cache::temporary_name(&home.join("start")).with_extension("c");
    let temporary = cache::temporary_name(&object);
    let failed = |error: String| format!("{}: {error}", object.display());
    std::fs::write(&source, START).map_err(|error| failed(error.to_string()))?;
    let output = host
        .command()
        .args(["-x", "c", "-w", "-c", "-O2", "-fPIC", "-o"])
        .args([&temporary, &source])
        .stdin(Stdio::null())
        .output();
    let _ = std::fs::remove_file(&source);
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    std::fs::rename(&temporary, &object).map_err(|error| failed(error.to_string()))?;
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> (bool, bool) {
        let found = nothing_from(text.as_bytes());
        (found.main, found.wmain)
    }

    #[test]
    fn a_beginning_without_a_result_is_seen() {
        assert_eq!(seen("void main() {}"), (true, false));
        assert_eq!(seen("void __cdecl main (int argc, char *argv[])\n{"), (true, false));
        assert_eq!(seen("void\n_tmain(int argc, TCHAR **argv)"), (true, true));
        assert_eq!(seen("VOID WINAPI wmain()"), (false, true));
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "int main() {}",
            "int f(void);\nint main(void)",
            "/* void main() */ int main()",
            "void f(); main() {}",
            "void not_main() {}",
            "#ifdef A\nvoid main()\n#else\nint main()\n#endif\n{}",
            "void (*main)(int)",
        ] {
            assert_eq!(seen(text), (false, false), "{text}");
        }
    }
}
