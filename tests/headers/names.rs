//! What the headers define, read from their text: the headers themselves, constants, structures
//! and their fields.  The forms are ours and narrow; a name that is read wrongly is one that the
//! compiler then does not know, and the tests complain.

use lapwing_tests::{source_tree, surface};
use std::collections::BTreeSet;
use std::fs;

/// A structure or union and the paths of its fields (`S_un.S_addr`).
#[derive(Debug)]
pub struct Structure {
    /// As C says it: `OVERLAPPED`, or `struct tcp_keepalive` if it has no other name.
    pub name: String,
    pub fields: Vec<String>,
}

/// The names by which a program includes headers, without the rooms that others include.
pub fn headers_for_programs() -> Vec<String> {
    let include = source_tree().join("include");
    let names = surface::files(&include).into_iter().filter_map(|path| {
        let name = path.strip_prefix(&include).ok()?.to_str()?.to_owned();
        (!name.contains('/')).then_some(name)
    });
    names.collect()
}

/// The text of every header and room, without comments.
fn texts() -> Vec<String> {
    let include = source_tree().join("include");
    let files = surface::files(&include).into_iter();
    let ours = files.filter(|path| !path.starts_with(include.join("crt")));
    ours.map(|path| without_comments(&fs::read_to_string(path).unwrap_or_default())).collect()
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Every object-like macro with a value.  Some are words, not numbers.
pub fn constants() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts() {
        for line in text.lines().filter_map(|line| line.strip_prefix('#')) {
            let Some(definition) = line.trim_start().strip_prefix("define ") else { continue };
            let (name, value) = definition.split_once(' ').unwrap_or((definition, ""));
            let value = value.trim();
            if !name.contains('(') && !value.is_empty() && !value.contains(['{', '}', '\\']) {
                found.insert(name.to_owned());
            }
        }
    }
    found.retain(|name| !["LAPWING_", "__", "Interlocked"].iter().any(|p| name.starts_with(p)));
    found
}

/// Every enumerator, in parentheses: it is a name that no `#ifdef` knows.
pub fn enumerators() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts() {
        for body in text.split("\ntypedef enum").skip(1) {
            let body = body.split('}').next().unwrap_or_default();
            let lines = body.lines().filter_map(|line| line.split_once(" = "));
            found.extend(lines.map(|(name, _)| format!("({})", name.trim())));
        }
    }
    found
}

/// Every structure and union that has fields.
pub fn structures() -> Vec<Structure> {
    let mut found = Vec::new();
    for text in texts() {
        let code: String = text.lines().filter(|line| !line.starts_with('#')).fold(
            String::new(),
            |mut code, line| {
                code.push_str(line);
                code.push('\n');
                code
            },
        );
        for start in ["\ntypedef struct", "\ntypedef union", "\nstruct"] {
            for (at, _) in code.match_indices(start) {
                found.extend(structure(&code[at + 1..]));
            }
        }
    }
    found.retain(|structure| !structure.name.contains("__lapwing"));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// `typedef struct _TAG { … } NAME, *PNAME;` or `struct TAG { … };`
fn structure(text: &str) -> Option<Structure> {
    let open = text.find(['{', ';']).filter(|&at| text[at..].starts_with('{'))?;
    let close = open + matching_brace(&text[open..])?;
    let head = text[..open].trim();
    let name = match head.strip_prefix("typedef ") {
        Some(_) => text[close + 1..].split([',', ';']).next()?.trim().to_owned(),
        None => head.to_owned(),
    };
    Some(Structure { name, fields: fields(&text[open + 1..close], "") })
}

fn matching_brace(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

/// The fields in a structure's body; those of a member without a name are the structure's own.
fn fields(body: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = body;
    while let Some(end) = rest.find(['{', ';']) {
        if rest[end..].starts_with('{') {
            let close = end + matching_brace(&rest[end..]).unwrap_or(0);
            let inner = &rest[end + 1..close];
            rest = &rest[close + 1..];
            let name = rest.split(';').next().unwrap_or_default().trim();
            rest = rest.split_once(';').map_or("", |(_, after)| after);
            if name.is_empty() {
                found.extend(fields(inner, prefix));
            } else {
                found.push(format!("{prefix}{name}"));
                found.extend(fields(inner, &format!("{prefix}{name}.")));
            }
        } else {
            // A bit field has no offset.
            let declaration = &rest[..end];
            let declarators = declaration.split(',').filter(|part| !part.contains(':'));
            let names = declarators.filter_map(|part| {
                let name = part.split('[').next()?.trim();
                name.rsplit([' ', '*', '\n']).next()
            });
            found.extend(names.map(|name| format!("{prefix}{name}")));
            rest = &rest[end + 1..];
        }
    }
    found
}
