//! What `lapwing/seh.h` cannot do and no compiler would notice: a `__try` that is left by `return`,
//! `goto`, `break` or `continue` would not run its `__finally`.  So that is an error, with the way
//! out.  The words are those of the sources and of the user's headers, macros put in.

use super::source_macros::Macros;
use super::source_words::{Word, words};
use crate::Failure;
use std::collections::HashSet;
use std::path::PathBuf;

/// Looks at what is compiled, if there are such blocks in it.
pub fn check(files: &[PathBuf]) -> Result<(), Failure> {
    let texts: Vec<Vec<u8>> =
        files.iter().map(|file| std::fs::read(file).unwrap_or_default()).collect();
    if !texts.iter().any(|text| text.windows(9).any(|part| part == b"__finally")) {
        return Ok(());
    }
    let mut macros = Macros::default();
    texts.iter().for_each(|text| macros.read(text));
    for (file, text) in files.iter().zip(&texts) {
        if let Some(exit) = first_exit(&macros.expand(words(text))) {
            return Err(format!(
                "{}:{}: `{}` leaves the __try of line {}, and its __finally would not run: \
                 end the block with __leave, and {} behind the __finally",
                file.display(),
                exit.line,
                exit.word,
                exit.try_line,
                exit.word
            ));
        }
    }
    Ok(())
}

/// A word that leaves a `__try` which has a `__finally`.
#[derive(PartialEq, Eq, Debug)]
struct Exit {
    word: String,
    line: usize,
    try_line: usize,
}

fn first_exit(words: &[Word<'_>]) -> Option<Exit> {
    words.iter().enumerate().filter(|(_, word)| word.is("__try")).find_map(|(at, word)| {
        let open = at + 1;
        let close = closing(words, open)?;
        let has_finally = words.get(close + 1).is_some_and(|next| next.is("__finally"));
        let exit = has_finally.then(|| exit_from(&words[open + 1..close])).flatten()?;
        let text = String::from_utf8_lossy(exit.text).into_owned();
        Some(Exit { word: text, line: exit.line, try_line: word.line })
    })
}

/// The place of the bracket that closes the one at `open`.
fn closing(words: &[Word<'_>], open: usize) -> Option<usize> {
    let (opening, closing) = match words.get(open)?.text {
        b"{" => ("{", "}"),
        b"(" => ("(", ")"),
        b"[" => ("[", "]"),
        _ => return None,
    };
    let mut depth = 0_usize;
    words[open..]
        .iter()
        .position(|word| {
            depth += usize::from(word.is(opening));
            depth -= usize::from(word.is(closing));
            depth == 0
        })
        .map(|length| open + length)
}

/// What a `{` belongs to, for the words that leave it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Plain,
    Loop,
    Switch,
}

/// The first word that leaves a block.
fn exit_from<'a>(body: &[Word<'a>]) -> Option<Word<'a>> {
    let labels = labels(body);
    let mut blocks: Vec<Block> = Vec::new();
    // A loop or switch was named: the next `{` is its own, or the statement up to the next `;`.
    let mut pending = Block::Plain;
    let mut at = 0;
    while let Some(&word) = body.get(at) {
        let inside = |block: Block| blocks.contains(&block) || pending == block;
        match word.text {
            b"[" => {
                if let Some(end) = end_of_lambda(body, at) {
                    at = end;
                }
            }
            b"for" | b"while" | b"do" => {
                pending = Block::Loop;
                at = closing(body, at + 1).filter(|_| !word.is("do")).unwrap_or(at);
            }
            b"switch" => {
                pending = Block::Switch;
                at = closing(body, at + 1).unwrap_or(at);
            }
            b"{" => {
                blocks.push(pending);
                pending = Block::Plain;
            }
            b"}" => drop(blocks.pop()),
            b"return" => return Some(word),
            b"break" if !inside(Block::Loop) && !inside(Block::Switch) => return Some(word),
            b"continue" if !inside(Block::Loop) => return Some(word),
            b"goto" if !body.get(at + 1).is_some_and(|to| labels.contains(to.text)) => {
                return Some(word);
            }
            b";" => pending = Block::Plain,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The labels of a block: a name at a statement's beginning, followed by one colon.
fn labels<'a>(body: &[Word<'a>]) -> HashSet<&'a [u8]> {
    let starts = |at: usize| at == 0 || matches!(body[at - 1].text, b";" | b"{" | b"}" | b":");
    let ends = |at: usize| {
        let is_colon = |at: usize| body.get(at).is_some_and(|word| word.is(":"));
        is_colon(at + 1) && !is_colon(at + 2)
    };
    let names = body.iter().enumerate().filter(|(_, word)| word.is_name());
    names.filter(|(at, _)| starts(*at) && ends(*at)).map(|(_, word)| word.text).collect()
}

/// The `}` of a lambda expression that begins at a `[`; its words leave only itself.
fn end_of_lambda(body: &[Word<'_>], open: usize) -> Option<usize> {
    let before = open.checked_sub(1).map(|at| body[at]);
    if before.is_some_and(|word| (word.is_name() && !word.is("return")) || word.is("]")) {
        return None;
    }
    let mut at = closing(body, open)? + 1;
    if body.get(at)?.is("(") {
        at = closing(body, at)? + 1;
    }
    while body.get(at)?.is_name()
        || matches!(body[at].text, b"-" | b">" | b"<" | b":" | b"*" | b"&")
    {
        at += 1;
    }
    closing(body, at).filter(|_| body[at].is("{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(body: &str) -> Option<String> {
        let text = format!("int f() {{ __try {{ {body} }} __finally {{ g(); }} return 1; }}");
        first_exit(&words(text.as_bytes())).map(|exit| exit.word)
    }

    #[test]
    fn what_leaves_the_block() {
        for (body, word) in [
            ("return 1;", "return"),
            ("if (x) { return; }", "return"),
            ("break;", "break"),
            ("if (x) continue;", "continue"),
            ("goto out;", "goto"),
            ("switch (x) { case 1: continue; }", "continue"),
            ("while (x) y(); break;", "break"),
            ("__try { return; } __except (1) {}", "return"),
        ] {
            assert_eq!(exit(body).as_deref(), Some(word), "{body}");
        }
    }

    #[test]
    fn what_stays_in_it() {
        for body in [
            "__leave;",
            "for (;;) { if (x) break; continue; }",
            "while (x) if (y) break;",
            "do { break; } while (x);",
            "switch (x) { case 1: break; default: break; }",
            "again: x(); if (y) goto again;",
            "auto f = [&](int n) -> int { return n; }; sort(a, [] { return 1; });",
            "a[i] = 1; /* return */ log(\"return\");",
        ] {
            assert_eq!(exit(body), None, "{body}");
        }
    }

    #[test]
    fn macros_hide_nothing() {
        let text = b"#define CHECK(x) if (!(x)) FAIL\n#define FAIL return 0\n\
                     void f() { __try {\nCHECK(1);\n} __finally {} }";
        let mut macros = Macros::default();
        macros.read(text);
        let exit = first_exit(&macros.expand(words(text))).unwrap();
        assert_eq!(exit, Exit { word: "return".into(), line: 4, try_line: 3 });
    }

    #[test]
    fn an_except_block_may_be_left() {
        let text = b"void f() { __try { return; } __except (1) { return; } }";
        assert_eq!(first_exit(&words(text)), None);
    }
}
