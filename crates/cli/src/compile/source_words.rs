//! A source's words, as far as they can be told without preprocessing: identifiers, numbers and
//! single punctuation marks with their lines; comments, literals and directives are passed over.

/// A word and the line it stands in, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word<'a> {
    pub text: &'a [u8],
    pub line: usize,
}

impl Word<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.text == text.as_bytes()
    }

    pub fn is_name(&self) -> bool {
        self.text.first().is_some_and(|&byte| starts_name(byte))
    }
}

/// The words of a source.
pub fn words(text: &[u8]) -> Vec<Word<'_>> {
    let mut reader = Reader { text, at: 0, line: 1, line_is_empty: true, found: Vec::new() };
    while reader.at < text.len() {
        reader.step();
    }
    reader.found
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    /// Nothing but space so far: a `#` would begin a directive.
    line_is_empty: bool,
    found: Vec<Word<'a>>,
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Moves on, counting lines.
    fn skip(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        self.line += self.text[self.at..end].iter().filter(|&&byte| byte == b'\n').count();
        self.at = end;
    }

    fn skip_behind(&mut self, end: &[u8]) {
        let rest = self.rest();
        let found = rest.windows(end.len()).position(|part| part == end);
        self.skip(found.map_or(rest.len(), |at| at + end.len()));
    }

    fn step(&mut self) {
        let rest = self.rest();
        let byte = rest[0];
        if byte == b'\n' {
            self.skip(1);
            self.line_is_empty = true;
        } else if byte.is_ascii_whitespace() || byte == b'\\' {
            self.skip(1);
        } else if rest.starts_with(b"//") {
            self.skip_line();
        } else if rest.starts_with(b"/*") {
            self.skip(2);
            self.skip_behind(b"*/");
        } else if byte == b'#' && self.line_is_empty {
            self.skip_line();
        } else {
            self.line_is_empty = false;
            self.word(byte);
        }
    }

    /// To the end of the line, which a backslash or a comment in it may put off.
    fn skip_line(&mut self) {
        while let Some(&byte) = self.rest().first() {
            let rest = self.rest();
            if byte == b'\n' {
                return;
            }
            if rest.starts_with(b"/*") {
                self.skip(2);
                self.skip_behind(b"*/");
            } else if rest.starts_with(b"\\\r\n") {
                self.skip(3);
            } else {
                self.skip(if byte == b'\\' { 2 } else { 1 });
            }
        }
    }

    fn word(&mut self, byte: u8) {
        let rest = self.rest();
        if byte == b'"' || byte == b'\'' {
            self.skip_literal(byte);
        } else if starts_name(byte) || byte.is_ascii_digit() {
            // `'` divides the digits of a number.
            let inside = |&b: &u8| {
                starts_name(b) || b.is_ascii_digit() || (b == b'\'' && byte.is_ascii_digit())
            };
            let length = rest.iter().position(|b| !inside(b)).unwrap_or(rest.len());
            let text = &rest[..length];
            if text.ends_with(b"R") && rest.get(length) == Some(&b'"') {
                self.skip(length);
                self.skip_raw_string();
                return;
            }
            self.found.push(Word { text, line: self.line });
            self.skip(length);
        } else {
            self.found.push(Word { text: &rest[..1], line: self.line });
            self.skip(1);
        }
    }

    fn skip_literal(&mut self, quote: u8) {
        self.skip(1);
        while let Some(&byte) = self.rest().first() {
            if byte == b'\n' {
                return;
            }
            self.skip(if byte == b'\\' { 2 } else { 1 });
            if byte == quote {
                return;
            }
        }
    }

    /// `"mark(…)mark"`
    fn skip_raw_string(&mut self) {
        let rest = self.rest();
        let open = rest.iter().position(|&byte| byte == b'(').unwrap_or(rest.len() - 1);
        let end = [b")", &rest[1..open.max(1)], b"\""].concat();
        self.skip(open + 1);
        self.skip_behind(&end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        let found = words(source.as_bytes());
        let list: Vec<_> = found.iter().map(|word| String::from_utf8_lossy(word.text)).collect();
        list.join(" ")
    }

    #[test]
    fn comments_literals_and_directives_are_no_words() {
        assert_eq!(text("int /* void main( */ x; // return\ny"), "int x ; y");
        assert_eq!(text("f(\"void \\\" main\", '\"', 'x')"), "f ( , , )");
        assert_eq!(text("#define A void main \\\n ( )\nb # c"), "b # c");
        assert_eq!(text("#if 1 /* two\nlines */ still\nb"), "b");
        assert_eq!(text("R\"x(\" return )\" )x\" b 1'000 c"), "b 1'000 c");
        assert_eq!(text("\"no end\nb"), "b");
    }

    #[test]
    fn lines_are_counted() {
        let found = words(b"a\n/*\n*/ b \\\n c\r\n\"x\\\ny\" d");
        let lines: Vec<_> = found.iter().map(|word| word.line).collect();
        assert_eq!(lines, [1, 3, 4, 6]);
    }
}
