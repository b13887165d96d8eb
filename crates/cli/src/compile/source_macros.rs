//! The macros that sources and headers define, to see what stands behind a name.  Arguments stay
//! where they are, and a name that is defined twice means both: enough to find a word in them.

use super::source_words::{Word, words};
use std::collections::HashMap;

/// How deep macros are looked for within macros.
const DEPTH: usize = 16;

/// The words of each macro, by its name.
#[derive(Default)]
pub struct Macros<'a> {
    bodies: HashMap<&'a [u8], Vec<Word<'a>>>,
}

impl<'a> Macros<'a> {
    /// Adds the macros that this text defines.
    pub fn read(&mut self, text: &'a [u8]) {
        let mut rest = text;
        while let Some(at) = rest.iter().position(|&byte| byte == b'#') {
            let begins_line = rest[..at].iter().rev().find(|&&byte| !matches!(byte, b' ' | b'\t'));
            let begins_line = begins_line.is_none_or(|&byte| byte == b'\n');
            rest = &rest[at + 1..];
            if begins_line && let Some(after) = rest.trim_ascii_start().strip_prefix(b"define") {
                let definition = logical_line(after);
                self.define(definition);
                rest = &after[definition.len()..];
            }
        }
    }

    /// `NAME body` or `NAME(parameters) body`
    fn define(&mut self, definition: &'a [u8]) {
        let definition = definition.trim_ascii_start();
        let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let end = definition.iter().position(|byte| !in_name(byte)).unwrap_or(definition.len());
        let (name, mut body) = definition.split_at(end);
        if body.first() == Some(&b'(') {
            let end = body.iter().position(|&byte| byte == b')').map_or(body.len(), |at| at + 1);
            body = &body[end..];
        }
        self.bodies.entry(name).or_default().extend(words(body));
    }

    /// The words with the macros among them replaced by what they stand for, in the same lines.
    pub fn expand(&self, words: Vec<Word<'a>>) -> Vec<Word<'a>> {
        let mut found = Vec::with_capacity(words.len());
        words.into_iter().for_each(|word| self.put(word, DEPTH, &mut found));
        found
    }

    fn put(&self, word: Word<'a>, depth: usize, found: &mut Vec<Word<'a>>) {
        match self.bodies.get(word.text).filter(|_| depth > 0) {
            // A macro's own name in its body means what it meant before.
            Some(body) => body.iter().for_each(|inner| {
                let depth = if inner.text == word.text { 0 } else { depth - 1 };
                self.put(Word { line: word.line, ..*inner }, depth, found);
            }),
            None => found.push(word),
        }
    }
}

/// Up to the first end of a line without a backslash before it.
fn logical_line(text: &[u8]) -> &[u8] {
    let ends = |at: usize| {
        let before = text[..at].strip_suffix(b"\r").unwrap_or(&text[..at]);
        text[at] == b'\n' && before.last() != Some(&b'\\')
    };
    let end = (0..text.len()).find(|&at| ends(at)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let mut macros = Macros::default();
        macros.read(text.as_bytes());
        let found = macros.expand(words(text.as_bytes()));
        let list: Vec<_> = found.iter().map(|word| String::from_utf8_lossy(word.text)).collect();
        list.join(" ")
    }

    #[test]
    fn a_name_is_replaced_by_what_it_stands_for() {
        assert_eq!(expanded("#define A b c\nA d A"), "b c d b c");
        assert_eq!(expanded("  # define F(x) if (x) \\\r\n go\nF(1)"), "if ( x ) go ( 1 )");
        assert_eq!(expanded("#define A B\n#define B c\nA"), "c");
        assert_eq!(expanded("#ifdef X\n#define A 1\n#else\n#define A 2\n#endif\nA"), "1 2");
        assert_eq!(expanded("#define A A x\n#define P Q\n#define Q P\nA").as_str(), "A x");
        assert_eq!(expanded("#undefine\n#defined\nx # define A 1\nA"), "x # define A 1 A");
    }
}
