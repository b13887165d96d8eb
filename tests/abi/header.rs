//! What `include/` declares: its constants and its structures, read from gcc's preprocessed text,
//! and what gcc says of their values, sizes and offsets.
//!
//! The parser knows as much C as our own headers use; [`structures`] panics on the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

/// The folder with the headers.
pub fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("include")
}

/// A C source that includes every header, Winsock first as Windows wants it.
fn every_header() -> String {
    let mut names: Vec<String> = fs::read_dir(include())
        .expect("include/")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("an ASCII name"))
        .filter(|name| name.ends_with(".h") && !name.contains("lapwing"))
        .collect();
    names.sort_by_key(|name| (name != "winsock2.h", name.clone()));
    names.iter().map(|name| format!("#include <{name}>\n")).collect()
}

/// Runs gcc on a source; the error side is what it printed.
fn gcc(source: &str, file: &str, arguments: &[&str]) -> Result<String, String> {
    // Tests that run at the same time ask the same: each call has a file of its own.
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{call}-{file}"));
    fs::write(&path, source).expect("the test's own folder");
    let compiler = env::var("CC").ok().filter(|cc| !cc.contains("lapwing"));
    let output = Command::new(compiler.as_deref().unwrap_or("gcc"))
        .args(["-std=gnu11", "-w", "-fmax-errors=0", "-fno-diagnostics-show-caret"])
        .arg("-include")
        .arg(include().join("lapwing-cc.h"))
        .arg("-isystem")
        .arg(include().join("crt"))
        .arg("-isystem")
        .arg(include())
        .args(arguments)
        .arg(&path)
        .output()
        .expect("gcc runs");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

/// The preprocessed lines (definitions kept) that stand in files under `include/`.
pub fn our_lines() -> Vec<String> {
    let text = gcc(&every_header(), "headers.c", &["-E", "-dD"]).expect("the headers compile");
    let ours = include().display().to_string();
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("# ") {
            Some(marker) => {
                inside = marker.split('"').nth(1).is_some_and(|file| file.starts_with(&ours));
            }
            None if inside => lines.push(line.to_owned()),
            None => {}
        }
    }
    lines
}

/// A macro or an enumerator that may be a number.
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// What the macro expands to; empty for an enumerator.
    pub text: String,
}

impl Candidate {
    /// Whether the text is nothing but a literal, perhaps in parentheses.
    pub fn looks_like_a_number(&self) -> bool {
        let bare = self.text.trim_matches(['(', ')', '-', '~', ' ']);
        bare.starts_with(|c: char| c.is_ascii_digit())
            && bare.chars().all(|c| c.is_ascii_alphanumeric())
    }
}

/// Everything in `include/` that may be a constant.
pub fn candidates(lines: &[String]) -> Vec<Candidate> {
    let mut found = BTreeMap::new();
    for line in lines {
        let Some((name, text)) = line.strip_prefix("#define ").and_then(|l| l.split_once(' '))
        else {
            continue;
        };
        let number = !name.contains('(') && !name.starts_with('_') && !text.contains(['"', '{']);
        if number && !text.trim().is_empty() {
            found.insert(name.to_owned(), text.trim().to_owned());
        }
    }
    let code = code(lines);
    let mut rest = code.as_str();
    while let Some(at) = rest.find("enum ") {
        rest = &rest[at..];
        let (Some(open), Some(end)) = (rest.find('{'), rest.find([';', '}'])) else { break };
        if open < end {
            for enumerator in rest[open + 1..end].split(',') {
                let name = enumerator.split('=').next().expect("a first part").trim();
                if !name.is_empty() {
                    found.insert(name.to_owned(), String::new());
                }
            }
        }
        rest = &rest[5..];
    }
    found.into_iter().map(|(name, text)| Candidate { name, text }).collect()
}

/// The lines without the definitions, as one text.
fn code(lines: &[String]) -> String {
    let code = lines.iter().filter(|line| !line.starts_with('#'));
    code.map(|line| format!("{line} ")).collect()
}

/// The value of each candidate that is a constant for gcc.
///
/// One declaration a line; what gcc refuses is left out, until it accepts the rest.
pub fn values(candidates: &[Candidate]) -> BTreeMap<String, i64> {
    let mut names: Vec<&str> = candidates.iter().map(|c| c.name.as_str()).collect();
    let head = every_header();
    let first_line = head.lines().count() + 1;
    loop {
        let mut source = head.clone();
        for (index, name) in names.iter().enumerate() {
            source += &format!(
                "const long long q_{index} = (long long)({name}); \
                 _Static_assert(__builtin_constant_p({name}), \"a number\");\n"
            );
        }
        match gcc(&source, "constants.c", &["-S", "-o", "-"]) {
            Ok(assembly) => return answers(&assembly, &names),
            Err(errors) => {
                let refused = refused_lines(&errors, "constants.c");
                let before = names.len();
                let mut line = first_line;
                names.retain(|_| {
                    line += 1;
                    !refused.contains(&(line - 1))
                });
                assert!(names.len() < before, "gcc refuses the headers:\n{errors}");
            }
        }
    }
}

/// The line numbers in gcc's errors about `file`.
fn refused_lines(errors: &str, file: &str) -> Vec<usize> {
    errors
        .lines()
        .filter(|line| line.contains("error:"))
        .filter_map(|line| line.split_once(&format!("{file}:"))?.1.split(':').next()?.parse().ok())
        .collect()
}

/// The numbers that gcc wrote as `q_0: .quad 42`.
fn answers(assembly: &str, names: &[&str]) -> BTreeMap<String, i64> {
    let mut values = BTreeMap::new();
    let mut current = None;
    for line in assembly.lines().map(str::trim) {
        if let Some(index) = line.strip_prefix("q_").and_then(|l| l.strip_suffix(':')) {
            current = Some(names[index.parse::<usize>().expect("our own label")]);
        } else if let (Some(name), Some(number)) = (current, line.strip_prefix(".quad")) {
            values.insert(name.to_owned(), number.trim().parse().expect("a number"));
        } else if let (Some(name), true) = (current, line.starts_with(".zero")) {
            values.insert(name.to_owned(), 0);
        }
    }
    values
}

/// gcc's answers to questions like `sizeof(OVERLAPPED)`, in their order.
pub fn ask(questions: &[String]) -> Vec<i64> {
    let mut source = every_header() + "#include <stddef.h>\n";
    for (index, question) in questions.iter().enumerate() {
        source += &format!("const long long q_{index} = {question};\n");
    }
    let assembly = gcc(&source, "layouts.c", &["-S", "-o", "-"]).unwrap_or_else(|e| panic!("{e}"));
    let names: Vec<&str> = questions.iter().map(String::as_str).collect();
    let answers = answers(&assembly, &names);
    questions.iter().map(|question| answers[question]).collect()
}

/// A structure or union of `include/`.
pub struct Structure {
    /// Every name it has: the tag as `struct tag`, and the typedef names.
    pub names: Vec<String>,
    /// Its members; those of an anonymous member count as its own.
    pub members: Vec<String>,
}

/// Every structure and union that `include/` defines at file level.
pub fn structures(lines: &[String]) -> Vec<Structure> {
    let code = code(lines);
    let tokens = tokens(&code);
    let mut found: Vec<Structure> = Vec::new();
    let mut at = 0;
    let mut depth = 0;
    while at < tokens.len() {
        let token = tokens[at];
        if depth == 0 && (token == "struct" || token == "union") {
            let (structure, end) = structure(&tokens, at);
            match structure {
                Some(structure) => found.push(structure),
                None if tokens[at - 1] == "typedef" => alias(&tokens, at + 1, &mut found),
                None => {}
            }
            at = end;
            continue;
        }
        match token {
            "typedef" if depth == 0 => alias(&tokens, at + 1, &mut found),
            "{" | "(" => depth += 1,
            "}" | ")" => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    found
}

/// Identifiers, numbers and single marks.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match word(first) {
            true => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    tokens
}

/// Reads `struct tag { … } name, *pointer` at `at`; what follows it, and `None` without a body.
fn structure(tokens: &[&str], at: usize) -> (Option<Structure>, usize) {
    let mut open = at + 1;
    let mut tag = None;
    while open < tokens.len() && tokens[open] != "{" {
        if [";", "*", ")", ",", "("].contains(&tokens[open]) && tokens[open + 1] != "(" {
            return (None, open);
        }
        if is_name(tokens[open]) {
            tag = Some(format!("{} {}", tokens[at], tokens[open]));
        }
        open += 1;
    }
    let mut names: Vec<String> = tag.into_iter().collect();
    let close = closing(tokens, open);
    let members = members(&tokens[open + 1..close]);
    let typedef = at > 0 && (tokens[at - 1] == "typedef" || tokens[at - 1] == "__extension__");
    let mut end = close + 1;
    while end < tokens.len() && tokens[end] != ";" {
        if typedef && is_name(tokens[end]) && tokens[end - 1] != "*" {
            names.push(tokens[end].to_owned());
        }
        end += 1;
    }
    (Some(Structure { names, members }), end)
}

/// `typedef struct tag NAME, *PNAME;`, seen from `tag`, gives the structure a further name.
fn alias(tokens: &[&str], at: usize, found: &mut [Structure]) {
    let tag = |keyword: &str| format!("{keyword} {}", tokens[at]);
    let (name, tags) = (tokens[at], [tag("struct"), tag("union")]);
    let known = |structure: &&mut Structure| {
        structure.names.iter().any(|known| known == name || tags.contains(known))
    };
    let Some(structure) = found.iter_mut().find(known) else { return };
    let mut before = "";
    for token in tokens[at + 1..].iter().take_while(|token| **token != ";") {
        if is_name(token) && before != "*" {
            structure.names.push((*token).to_owned());
        }
        before = token;
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The index of the brace that closes the one at `open`.
fn closing(tokens: &[&str], open: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match *token {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    panic!("a brace without its partner in include/");
}

/// The member names in the body of a structure.
fn members(body: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let end = at + body[at..].iter().position(|t| [";", "{"].contains(t)).expect("a member");
        if body[end] == "{" {
            let close = closing(body, end);
            let declarator = body.get(close + 1).copied().unwrap_or(";");
            match is_name(declarator) {
                true => found.push(declarator.to_owned()),
                false => found.extend(members(&body[end + 1..close])),
            }
            at = close + 1;
            while at < body.len() && body[at] != ";" {
                at += 1;
            }
        } else {
            let declarators = body[at..end].split(|token| *token == ",");
            // A bit-field has no offset.
            found.extend(declarators.filter(|d| !d.contains(&":")).map(declared_name));
            at = end;
        }
        at += 1;
    }
    found
}

/// The name in `unsigned char *name[8]` or `void (*name)(int`.
fn declared_name(declarator: &[&str]) -> String {
    if let Some(star) = declarator.windows(2).position(|pair| pair == ["(", "*"]) {
        return declarator[star + 2].to_owned();
    }
    let end = declarator.iter().position(|t| *t == "[").unwrap_or(declarator.len());
    let name = declarator[..end].iter().rev().find(|token| is_name(token));
    (*name.unwrap_or_else(|| panic!("a member without a name: {declarator:?}"))).to_owned()
}
