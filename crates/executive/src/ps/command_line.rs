//! Command lines: Windows gives a program one string, Linux gives it words.
//!
//! The rules are those of Microsoft's C run-time and of `CommandLineToArgvW`: the program's name
//! ends at a quote or at white space and knows no backslashes; behind it a backslash counts only
//! before a quote, where 2n stand for n, and an odd one makes the quote a character; two quotes
//! inside quotes are one character.

/// An argument in such a form that [`split`] gives it back.
pub fn quote(argument: &str) -> String {
    if !argument.is_empty() && !argument.contains([' ', '\t', '\n', '\x0B', '"']) {
        return argument.to_owned();
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for character in argument.chars() {
        if character == '\\' {
            backslashes += 1;
            continue;
        }
        let doubled = if character == '"' { 2 * backslashes + 1 } else { backslashes };
        quoted.extend(core::iter::repeat_n('\\', doubled));
        quoted.push(character);
        backslashes = 0;
    }
    quoted.extend(core::iter::repeat_n('\\', 2 * backslashes));
    quoted.push('"');
    quoted
}

/// One string of these words.
pub fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
}

fn is_space(character: char) -> bool {
    character == ' ' || character == '\t'
}

/// The name of the program, with which the line begins, and what is left.
pub fn split_program(line: &str) -> (&str, &str) {
    if let Some(rest) = line.strip_prefix('"') {
        return rest.split_once('"').unwrap_or((rest, ""));
    }
    // Control characters end it too.
    line.find(|character| character <= ' ').map_or((line, ""), |end| line.split_at(end))
}

/// The words of a command line; the first is the program's name, perhaps an empty one.
pub fn split(line: &str) -> Vec<String> {
    let (program, rest) = split_program(line);
    let mut words = vec![program.to_owned()];
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        if is_space(character) && !quoted {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match character {
            '\\' => {
                let mut count = 1;
                while characters.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_quote = characters.peek() == Some(&'"');
                let kept = if before_quote { count / 2 } else { count };
                word.extend(core::iter::repeat_n('\\', kept));
                if before_quote && count % 2 == 1 {
                    characters.next();
                    word.push('"');
                }
            }
            '"' if quoted && characters.next_if_eq(&'"').is_some() => word.push('"'),
            '"' => quoted = !quoted,
            other => word.push(other),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_as_windows_takes_them_apart() {
        let cases = [
            ("plain", "plain"),
            ("", "\"\""),
            ("two words", "\"two words\""),
            (r#"a"b"#, r#""a\"b""#),
            (r"C:\folder x\", r#""C:\folder x\\""#),
            (r#"\" x"#, r#""\\\" x""#),
        ];
        for (argument, quoted) in cases {
            assert_eq!(quote(argument), quoted);
            assert_eq!(split(&format!("p {quoted} z")), ["p", argument, "z"]);
        }
    }

    #[test]
    fn microsofts_examples() {
        let cases: [(&str, &[&str]); 9] = [
            (r#"p "a b c" d e"#, &["p", "a b c", "d", "e"]),
            (r#"p "ab\"c" "\\" d"#, &["p", "ab\"c", "\\", "d"]),
            (r#"p a\\\b d"e f"g h"#, &["p", r"a\\\b", "de fg", "h"]),
            (r#"p a\\\"b c d"#, &["p", "a\\\"b", "c", "d"]),
            (r#"p a\\\\"b c" d e"#, &["p", r"a\\b c", "d", "e"]),
            (r#"p a"b"" c d"#, &["p", "ab\" c d"]),
            (r#""C:\a b\p.exe" """" x"#, &[r"C:\a b\p.exe", "\"", "x"]),
            ("p  \t x  ", &["p", "x"]),
            (r#"" p""#, &[" p"]),
        ];
        for (line, words) in cases {
            assert_eq!(split(line), words, "{line}");
        }
        assert_eq!(split(r#"C:\a"b c"#), [r#"C:\a"b"#, "c"]);
        assert_eq!(split(" x"), ["", "x"]);
        assert_eq!(join(["a b", "c"]), "\"a b\" c");
    }
}
