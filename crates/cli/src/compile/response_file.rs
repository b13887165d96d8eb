//! `@file` arguments, as gcc reads them: words divided by white space, with quotes and backslashes.
//! They are read here because what they hold decides whether and what the compiler links.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// Files within files, at most; gcc stops at 2000.
const DEPTH_MAX: u32 = 100;

/// The arguments with each `@file` replaced by the words in it.  One that cannot be read stays, and
/// the compiler says so.
pub fn expand(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut expanded = Vec::with_capacity(arguments.len());
    arguments.into_iter().for_each(|argument| add(argument, &mut expanded, DEPTH_MAX));
    expanded
}

fn add(argument: OsString, expanded: &mut Vec<OsString>, depth: u32) {
    let text = argument
        .as_bytes()
        .strip_prefix(b"@")
        .filter(|_| depth > 0)
        .and_then(|name| std::fs::read(Path::new(std::ffi::OsStr::from_bytes(name))).ok());
    match text {
        Some(text) => words(&text).into_iter().for_each(|word| add(word, expanded, depth - 1)),
        None => expanded.push(argument),
    }
}

fn words(text: &[u8]) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, quote) {
            (b'\\', _) => word.get_or_insert_default().extend(bytes.next()),
            (_, Some(open)) if byte == open => quote = None,
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (_, None) if byte.is_ascii_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    words.into_iter().map(OsString::from_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_divided_quoted_and_escaped() {
        let seen = words(b" -o  'a b'\n-DX=\"1 '2\" back\\ slash \"\" ");
        assert_eq!(seen, ["-o", "a b", "-DX=1 '2", "back slash", ""].map(OsString::from));
    }

    #[test]
    fn a_file_that_is_not_there_stays_for_the_compiler_to_name() {
        let given = vec![OsString::from("@/nonexistent/words"), OsString::from("x.c")];
        assert_eq!(expand(given.clone()), given);
    }

    #[test]
    fn a_file_that_names_itself_ends() {
        let path = std::env::temp_dir().join(format!("lapwing-words-{}", std::process::id()));
        let own = format!("@{}", path.display());
        std::fs::write(&path, format!("-c {own}")).unwrap();
        let seen = expand(vec![OsString::from(&own)]);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(seen.len(), DEPTH_MAX as usize + 1);
        assert_eq!(seen.last(), Some(&OsString::from(own)));
    }
}
