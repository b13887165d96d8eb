//! Programs that time themselves and print lines `NAME NANOSECONDS`: calls within a process, round
//! trips, lists.  What is compared with what is a table.

use crate::programs::{Kind, Program};
use crate::report::{Case, Entry, Measure, Section, WALL};
use crate::rounds::Bench;
use crate::wine::Wine;
use crate::{Failure, child};
use std::collections::BTreeMap;
use std::time::Duration;

/// A program that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// Wine is so much slower.
const WINE_LESS: usize = 50;

/// A subject of this kind.
pub struct Timed {
    /// Its name.
    pub subject: &'static str,
    /// For people.
    pub title: &'static str,
    /// What is measured and how.
    pub about: &'static str,
    /// What the figures are shown in: nanoseconds, or microseconds.
    pub measure: &'static Measure,
    /// What is run, and how often each is told to do what it does.
    pub programs: &'static [(Program, usize)],
    /// What is compared.
    pub cases: &'static [Lines],
}

/// Lines that are compared: the first one is ours.
pub struct Lines {
    /// For people.
    pub title: &'static str,
    /// Whose it is, and its name there.
    pub lines: &'static [(&'static str, &'static str)],
}

/// Whose line it is, and its name; a figure for each round.
type Found = BTreeMap<(String, String), Vec<f64>>;

/// Measures such a subject.
pub fn measure(bench: &mut Bench, timed: &'static Timed) -> Section {
    let contenders = bench.build(timed.programs.iter().map(|(program, _)| program));
    let mut found = Found::new();
    bench.take_turns(timed.subject, &contenders, |bench, it, _| {
        let known = timed.programs.iter().find(|(program, _)| program == it.program);
        let count = known.map_or(1, |(_, count)| *count).div_ceil(bench.divide);
        let count = if it.program.kind == Kind::Wine { count.div_ceil(WINE_LESS) } else { count };
        let anywhere = it.program.kind != Kind::Wine || it.program.anywhere;
        match anywhere {
            true => bench.processors.anywhere(),
            // There Wine is at its best: nobody has to be woken elsewhere.
            false => bench.processors.for_one(),
        }
        if let Some(prefix) = it.built.prefix() {
            Wine::place_server(prefix, &bench.processors, anywhere);
        }
        let mut command = it.built.command();
        let said = child::output(command.arg(count.to_string()), PATIENCE)?;
        for (line, value) in lines(&said)? {
            found.entry((it.name.clone(), line)).or_default().push(value);
        }
        Ok(())
    });
    let cases = timed.cases.iter().map(|lines| case(bench, timed, lines, &found)).collect();
    Section {
        subject: timed.subject,
        title: timed.title,
        about: timed.about,
        divide: bench.divide,
        cases,
    }
}

/// The lines of a program, each with its nanoseconds.
fn lines(said: &str) -> Result<Vec<(String, f64)>, Failure> {
    let line = |line: &str| {
        let (name, value) = line.trim().rsplit_once(' ')?;
        Some((name.to_owned(), value.parse().ok()?))
    };
    let all = said.lines().filter(|text| !text.trim().is_empty());
    all.map(|text| line(text).ok_or_else(|| format!("it says {text:?}"))).collect()
}

fn case(bench: &mut Bench, timed: &Timed, lines: &Lines, found: &Found) -> Case {
    let mut entries = Vec::new();
    for (number, (program, line)) in lines.lines.iter().enumerate() {
        let kind = timed.programs.iter().find(|(it, _)| it.name == *program);
        let kind = kind.map_or(Kind::Lapwing, |(it, _)| it.kind);
        let name = if kind == Kind::Wine { *program } else { line };
        let mut entry = Entry::new(name, kind);
        match found.get(&((*program).to_owned(), (*line).to_owned())) {
            Some(values) => {
                let unit = if timed.measure == &WALL { 1000.0 } else { 1.0 };
                values.iter().for_each(|value| entry.push(timed.measure, value / unit));
                entries.push(entry);
            }
            None if number == 0 => {
                bench.miss(line, kind, Some(timed.subject), format!("{program} does not say it"));
            }
            None => {}
        }
    }
    let ours = lines.lines.first().map_or("", |(_, line)| *line);
    let name = format!("{} {ours}", timed.subject);
    let title = lines.title.to_owned();
    Case { name, title, measure: timed.measure, entries, notes: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subjects::calls;

    #[test]
    fn lines_have_a_name_and_a_figure() {
        let found = lines("post+get 50.5\r\n\nany of 64, one set 600\n").unwrap();
        assert_eq!(found[0], ("post+get".to_owned(), 50.5));
        assert_eq!(found[1], ("any of 64, one set".to_owned(), 600.0));
        assert!(lines("an error\n").is_err());
    }

    #[test]
    fn every_line_of_the_tables_is_of_a_program_that_is_run() {
        for timed in calls::ALL {
            for (program, line) in timed.cases.iter().flat_map(|case| case.lines) {
                let is_run = timed.programs.iter().any(|(it, _)| it.name == *program);
                assert!(is_run, "{}: {program}: {line}", timed.subject);
            }
        }
    }
}
