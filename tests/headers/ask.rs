//! Asking a C compiler for the values of expressions, without running anything: it writes them into
//! an assembly file.  An expression that it does not know, or that is no number, has no answer.

use libtest_mimic::Failed;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// All our headers in one program; mingw-w64 has them under the same names.
pub const EVERYTHING: &str = "#define WIN32_NO_STATUS
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <mstcpip.h>
#include <windows.h>
#include <afunix.h>
#include <mmsystem.h>
#include <bcrypt.h>
#include <sddl.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>
#include <stddef.h>
";

/// The value of each expression that the compiler takes for a constant.  A single word is asked for
/// only where it is a macro: gcc is slow to say what an undeclared name might have meant.
pub fn values(
    compiler: impl Fn() -> Command,
    folder: &Path,
    head: &str,
    expressions: &BTreeSet<String>,
) -> Result<BTreeMap<String, i64>, Failed> {
    let source = folder.join("ask.c");
    let assembly = folder.join("ask.s");
    let mut asked: Vec<Option<&String>> = expressions.iter().map(Some).collect();
    let first_line = head.lines().count() + 1;
    // An undeclared name is an error once, so the compiler is asked until it has none.
    for _ in 0..64 {
        let lines = asked.iter().enumerate().map(|(index, expression)| match expression {
            None => String::from("\n\n\n"),
            Some(expression) => {
                let word = expression.chars().all(|c| c.is_alphanumeric() || c == '_');
                let guard = if word { format!("#ifdef {expression}") } else { "#if 1".into() };
                format!("{guard}\nlong long q_{index} = (long long)({expression});\n#endif\n")
            }
        });
        fs::write(&source, format!("{head}{}", lines.collect::<String>()))?;
        let mut command = compiler();
        command.args(["-w", "-S", "-O0", "-fmax-errors=0"]).env("LC_ALL", "C");
        let output = command.arg(&source).arg("-o").arg(&assembly).output()?;
        if output.status.success() {
            return answers(&fs::read_to_string(&assembly)?, &asked);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let wrong = lines_with_errors(&said, &source);
        let wrong = wrong.iter().filter_map(|line| line.checked_sub(first_line));
        let wrong: Vec<usize> = wrong.map(|line| line / 3).collect();
        if wrong.is_empty() {
            return Err(format!("{command:?}\n{said}").into());
        }
        wrong.iter().for_each(|&index| asked[index] = None);
    }
    Err("the compiler finds new errors again and again".into())
}

/// The numbers of this file's lines that an error, or the use of a macro with an error, is in.
fn lines_with_errors(said: &str, source: &Path) -> Vec<usize> {
    let prefix = format!("{}:", source.display());
    let places = said.lines().filter_map(|line| line.strip_prefix(&prefix));
    places.filter_map(|place| place.split(':').next()?.parse().ok()).collect()
}

/// `q_12:` and then `.quad VALUE`; a zero is `.zero 8` or `.space 8`.
fn answers(assembly: &str, asked: &[Option<&String>]) -> Result<BTreeMap<String, i64>, Failed> {
    let mut found = BTreeMap::new();
    let mut lines = assembly.lines();
    while let Some(line) = lines.next() {
        let Some(index) = line.strip_prefix("q_").and_then(|rest| rest.strip_suffix(':')) else {
            continue;
        };
        let index: usize = index.parse().map_err(|_| line.to_owned())?;
        let directive = lines.next().unwrap_or_default().trim().replace('\t', " ");
        let (word, value) = directive.split_once(' ').unwrap_or_default();
        let value = match word {
            ".quad" => match value.parse() {
                Ok(value) => value,
                Err(_) => continue, // the address of a function
            },
            ".zero" | ".space" => 0,
            _ => return Err(format!("{line} {directive}").into()),
        };
        if let Some(Some(expression)) = asked.get(index) {
            found.insert((*expression).clone(), value);
        }
    }
    Ok(found)
}

/// Whether two values are one 32-bit number, which one side may take for negative.
pub fn same(left: i64, right: i64) -> bool {
    let narrow = |value: i64| i32::try_from(value).is_ok() || u32::try_from(value).is_ok();
    left == right || (narrow(left) && narrow(right) && left as u32 == right as u32)
}
