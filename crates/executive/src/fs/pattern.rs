//! Wildcards, by NT's rules: what `*.*`, `?` and their relatives from DOS match.
//!
//! A program writes `*`, `?` and `.`; what a Win32 call hands to the file system is another text,
//! in which three more wildcards stand for how DOS saw a name of eight letters and three
//! ([`Pattern::of_win32`]).  Case does not matter unless the caller says so.

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    /// A letter.
    Letter(char),
    /// `?`: any letter.
    One,
    /// `*`: any letters, or none.
    Many,
    /// `<` (DOS_STAR): any letters, or none, but not the last dot.
    UpToLastDot,
    /// `>` (DOS_QM): any letter but a dot, or nothing before a dot and at the end.
    OneOrEnd,
    /// `"` (DOS_DOT): a dot, or nothing at the end.
    DotOrEnd,
}

/// A pattern for names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    elements: Vec<Element>,
    case_sensitive: bool,
}

/// True for a letter that stands for others.
pub fn is_wild(letter: char) -> bool {
    matches!(letter, '*' | '?' | '<' | '>' | '"')
}

/// What Windows compares when case does not matter: one letter for one.
pub fn upper(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_uppercase();
    }
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

impl Pattern {
    /// A pattern as the file system takes it (FsRtlIsNameInExpression).
    pub fn new(text: &str, case_sensitive: bool) -> Self {
        let element = |letter| match letter {
            '*' => Element::Many,
            '?' => Element::One,
            '<' => Element::UpToLastDot,
            '>' => Element::OneOrEnd,
            '"' => Element::DotOrEnd,
            letter if case_sensitive => Element::Letter(letter),
            letter => Element::Letter(upper(letter)),
        };
        Pattern { elements: text.chars().map(element).collect(), case_sensitive }
    }

    /// A pattern as a program writes it: `*.*` is everything, `*.` what has no dot, `?` may stand
    /// for nothing at the end, and a dot before a wildcard may be missing there.
    pub fn of_win32(text: &str, case_sensitive: bool) -> Self {
        if text == "*.*" {
            return Pattern::new("*", case_sensitive);
        }
        let mut letters: Vec<char> = text.chars().collect();
        // What stands behind a name is no part of it, except that it asks for the dot's absence.
        let ends_in_star_dot = text.ends_with("*.");
        while matches!(letters.last(), Some('.' | ' ')) {
            letters.pop();
        }
        if let (Some(star), true) = (letters.last_mut(), ends_in_star_dot) {
            *star = '<';
        }
        for at in 0..letters.len() {
            let next = letters.get(at + 1).copied();
            letters[at] = match (letters[at], next) {
                ('?', _) => '>',
                ('*', Some('.')) => '<',
                ('.', Some('?' | '*')) => '"',
                (letter, _) => letter,
            };
        }
        Pattern::new(&letters.iter().collect::<String>(), case_sensitive)
    }

    /// True when every name matches.
    pub fn is_everything(&self) -> bool {
        self.elements == [Element::Many]
    }

    /// True when the name matches.
    pub fn matches(&self, name: &str) -> bool {
        if self.is_everything() {
            return true;
        }
        let end = self.elements.len();
        // The places in the pattern that the letters so far may have led to.
        let mut places = vec![false; end + 1];
        let mut next = vec![false; end + 1];
        places[0] = true;
        let mut dots = name.bytes().filter(|&byte| byte == b'.').count();
        for letter in name.chars() {
            self.skip(&mut places, Some(letter));
            let is_dot = letter == '.';
            dots -= usize::from(is_dot);
            let is_last_dot = is_dot && dots == 0;
            let compared = if self.case_sensitive { letter } else { upper(letter) };
            next.fill(false);
            for at in (0..end).filter(|&at| places[at]) {
                match self.elements[at] {
                    Element::Letter(own) => next[at + 1] |= own == compared,
                    Element::One => next[at + 1] = true,
                    Element::Many => next[at] = true,
                    Element::UpToLastDot => next[at] |= !is_last_dot,
                    Element::OneOrEnd => next[at + 1] |= !is_dot,
                    Element::DotOrEnd => next[at + 1] |= is_dot,
                }
            }
            core::mem::swap(&mut places, &mut next);
        }
        self.skip(&mut places, None);
        places[end]
    }

    /// Adds the places that are reached without a letter; `letter` is the one that comes.
    fn skip(&self, places: &mut [bool], letter: Option<char>) {
        for at in 0..self.elements.len() {
            let may_be_nothing = match self.elements[at] {
                Element::Letter(_) | Element::One => false,
                Element::Many | Element::UpToLastDot => true,
                Element::OneOrEnd => matches!(letter, None | Some('.')),
                Element::DotOrEnd => letter.is_none(),
            };
            places[at + 1] |= places[at] && may_be_nothing;
        }
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    fn matching<'name>(pattern: &str, names: &[&'name str]) -> Vec<&'name str> {
        let pattern = Pattern::of_win32(pattern, false);
        names.iter().copied().filter(|name| pattern.matches(name)).collect()
    }

    const NAMES: [&str; 8] = ["a", "a.", "a.b", "a.b.c", "ab", "ab.txt", "Ab.TXT.txt", ".b"];

    #[test]
    fn a_star_is_everything_and_so_is_star_dot_star() {
        assert_eq!(matching("*", &NAMES), NAMES);
        assert_eq!(matching("*.*", &NAMES), NAMES);
        assert_eq!(matching("*..", &["a", "a.b"]), ["a", "a.b"]);
    }

    #[test]
    fn a_star_before_a_dot_stops_at_the_last_one() {
        assert_eq!(matching("*.txt", &NAMES), ["ab.txt", "Ab.TXT.txt"]);
        assert_eq!(matching("*.", &NAMES), ["a", "ab"]);
        assert_eq!(matching("a*.b", &NAMES), ["a.b"]);
        assert_eq!(matching("*.b.c", &NAMES), ["a.b.c"]);
    }

    #[test]
    fn a_question_mark_may_be_nothing_at_the_end_and_before_a_dot() {
        assert_eq!(matching("a??", &NAMES), ["a", "ab"]);
        assert_eq!(matching("a?.txt", &["a.txt", "ab.txt", "abc.txt"]), ["a.txt", "ab.txt"]);
        assert_eq!(matching("???.*", &["a", "ab.c", "abcd.e"]), ["a", "ab.c"]);
        assert_eq!(matching("?b", &["b", "ab"]), ["ab"], "but not before a letter");
    }

    #[test]
    fn a_dot_before_a_wildcard_may_be_missing() {
        assert_eq!(matching("a.*", &NAMES), ["a", "a.", "a.b", "a.b.c"]);
        assert_eq!(matching("ab.*", &NAMES), ["ab", "ab.txt", "Ab.TXT.txt"]);
        assert_eq!(matching("a.?", &NAMES), ["a", "a.", "a.b"]);
    }

    #[test]
    fn case_matters_only_when_it_shall() {
        assert!(Pattern::of_win32("ÄB*", false).matches("äbc"));
        assert!(!Pattern::of_win32("ÄB*", true).matches("äbc"));
        assert!(Pattern::of_win32("äb*", true).matches("äbc"));
        assert!(!Pattern::of_win32("ss", false).matches("ß"));
    }

    #[test]
    fn the_file_systems_own_wildcards() {
        assert!(Pattern::new("?", false).matches("."));
        assert!(!Pattern::new(">", false).matches("."));
        assert!(Pattern::new("<.txt", false).matches("a.b.txt"));
        assert!(!Pattern::new("", false).matches("a") && Pattern::new("", false).matches(""));
    }
}
