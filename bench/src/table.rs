//! Cases as tables: their cells, for whoever shows them, and drawn for a terminal.

use crate::goals;
use crate::report::{CPU, Case, Entry, Measure, Missing, Report, Section, WINESERVER};
use crate::rounds::ROUNDS_OF_WINE;
use crate::sample::Spread;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent};
use lapwing_measure::chart::figure;

/// Cells, with what stands over them.
pub struct Cells {
    /// What stands over the columns.
    pub heads: Vec<String>,
    /// The rows, as long.
    pub rows: Vec<Vec<String>>,
}

/// What stands over the ratios.
const RATIO: &str = "Lapwing / it";

/// A column: what stands over it, and an entry's cell.
type Column<'a> = (String, Box<dyn Fn(&Entry) -> String + 'a>);

/// What is known of a case, ratios first.
pub fn cells(case: &Case) -> Cells {
    let mut columns: Vec<Column> = vec![(String::new(), Box::new(|entry| entry.name.clone()))];
    if case.ours().is_some_and(|(_, others)| !others.is_empty()) {
        columns.push((RATIO.to_owned(), Box::new(|entry| ratio_cell(case, entry))));
    }
    for measure in measures(case) {
        let head = measure.head.to_owned();
        let is_compared = measure == case.measure;
        let head = if is_compared { format!("{head} (lowest)") } else { head };
        let cell = move |entry: &Entry| match entry.spread(measure) {
            Some(it) if is_compared => format!("{} ({})", figure(it.median), figure(it.lowest)),
            Some(it) => figure(it.median),
            None => String::new(),
        };
        columns.push((head, Box::new(cell)));
    }
    if case.entries.iter().any(|entry| entry.system_calls.is_some()) {
        let cell = |entry: &Entry| entry.all_system_calls().map(figure).unwrap_or_default();
        columns.push(("calls".to_owned(), Box::new(cell)));
    }
    if case.entries.iter().any(|entry| entry.instructions.is_some()) {
        let cell = |entry: &Entry| {
            entry.instructions.map(|count| format!("{count:.0}")).unwrap_or_default()
        };
        columns.push(("instr.".to_owned(), Box::new(cell)));
    }
    let row = |entry| columns.iter().map(|(_, cell)| cell(entry)).collect();
    let rows = case.entries.iter().map(row).collect();
    Cells { heads: columns.into_iter().map(|(head, _)| head).collect(), rows }
}

/// What has a column of its own: what is compared first.
fn measures(case: &Case) -> Vec<&'static Measure> {
    let mut found = vec![case.measure];
    let all = case.entries.iter().flat_map(|entry| &entry.samples);
    for (measure, _) in all.filter(|(measure, _)| **measure != WINESERVER) {
        if !found.contains(measure) {
            found.push(measure);
        }
    }
    found
}

fn ratio_cell(case: &Case, entry: &Entry) -> String {
    match case.ratio(entry) {
        _ if case.ours().is_some_and(|(ours, _)| std::ptr::eq(ours, entry)) => "1".to_owned(),
        Some(Spread { median, between: (from, to), .. }) => {
            format!("{} ({}–{})", ratio(median), ratio(from), ratio(to))
        }
        None => "?".to_owned(),
    }
}

/// A ratio: as a fraction, where it is small.
fn ratio(value: f64) -> String {
    match value {
        _ if value > 0.0 && value < 0.095 => format!("1/{:.0}", 1.0 / value),
        _ => figure(value),
    }
}

/// What there is to say under the table of a case, whose section has so many rounds.
pub fn notes(case: &Case, rounds: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if case.rounds() < rounds {
        notes.push(rounds_of(case.rounds()));
    }
    for entry in &case.entries {
        let calls = entry.system_calls.iter().flatten().filter(|(_, count)| **count >= 0.005);
        let calls: Vec<String> =
            calls.map(|(name, count)| format!("{name} {}", figure(*count))).collect();
        if entry.kind == crate::programs::Kind::Lapwing && !calls.is_empty() {
            notes.push(format!("{}: system calls: {}", entry.name, calls.join(", ")));
        }
        if let (Some(server), Some(_)) = (entry.spread(&WINESERVER), entry.spread(&CPU)) {
            let median = figure(server.median);
            notes.push(format!("{}: {median} µs of it are its wineserver's", entry.name));
        }
    }
    let late = case.entries.iter().filter(|entry| entry.sends_late);
    let late: Vec<&str> = late.map(|entry| entry.name.as_str()).collect();
    if !late.is_empty() {
        notes.push(format!("send late, with their next wait: {}", late.join(", ")));
    }
    notes.extend(case.notes.iter().cloned());
    notes
}

/// A line about who is missing.
pub fn missing(missing: &Missing) -> String {
    let Missing { name, case, why, is_ours } = missing;
    let state = if *is_ours { "FAILED" } else { "not measured" };
    match case {
        None => format!("{name}: {state}: {why}"),
        Some(case) => format!("{name}: {state} in {case}: {why}"),
    }
}

/// What stands over the goals: paragraphs in Markdown.
pub const GOALS: &str = "\
What the project set itself.  `CPU / best library` is Lapwing's processor time for a message, over
that of the library beside which this is highest; the others are read likewise.  The median of the
rounds decides; where it lies with a probability of 95 % is in brackets, and what is too close to be
sure has the goal between these.  Who sends late keeps what is sent until its thread waits again; a
Windows program's data leaves when it calls WSASend.";

/// The goals that this run can judge.
pub fn goal_cells(report: &Report) -> Cells {
    let judged = goals::verdicts(report).into_iter().filter(|it| it.found.is_some());
    let row = |it: goals::Verdict| {
        vec![it.what.clone(), it.goal.clone(), it.figure(), it.beside(), it.words()]
    };
    Cells {
        heads: ["what", "goal", "found (95 %)", "beside", "judged"].map(str::to_owned).to_vec(),
        rows: judged.map(row).collect(),
    }
}

/// What is possible where a goal is missed.
pub fn possible(report: &Report) -> Vec<String> {
    let verdicts = goals::verdicts(report).into_iter();
    verdicts.filter_map(|it| Some(format!("{} {}: {}", it.what, it.goal, it.possible?))).collect()
}

/// What stands over that: paragraphs in Markdown.
pub const POSSIBLE: &str = "\
What is possible where a goal is missed: what the goal's figure is in this run with a simpler
program in Lapwing's place, written by hand.  \"Impossible here\": even that one misses the goal.
\"Possible with less\": it meets it; whether a program that does everything can is not known.

Simplest are the bare calls, which are no port at all (`epoll`, `epoll in turns`,
`ring, sends at once`, `preadv2`).  `queue over …` adds the least that makes a port, a queue under a
mutex; `idle thread` a second thread, which does nothing, as most Windows servers have; `handles`
besides that the least by which any thread may close a handle or end a request at any moment.  None
has events, routines, timeouts, limits on who runs, or more than one request in a direction.";

/// What a reader must know about all figures.
pub fn closing(report: &Report) -> Vec<String> {
    let mut lines = vec![format!(
        "Medians of {}; Wine has at most {}. Ratios are taken within a round; in brackets is \
         between which the median lies with a probability of 95 % (of fewer than 6 rounds the \
         lowest and the highest).",
        by_subject(report, Section::rounds, rounds_of),
        rounds_of(ROUNDS_OF_WINE)
    )];
    if report.sections.iter().any(|section| section.divide > 1) {
        let divided = by_subject(report, |section| section.divide, |by| by.to_string());
        lines.push(format!("Messages and calls: those of a long round, divided by {divided}."));
    }
    let facts = report.machine.iter().map(|(name, text)| format!("{name}: {text}"));
    lines.extend(facts);
    lines.extend(report.missing.iter().map(missing));
    lines
}

/// A number that most subjects share, and that of the others: `9 rounds (echo), otherwise 3
/// rounds`.
fn by_subject(
    report: &Report,
    number: impl Fn(&Section) -> usize,
    words: impl Fn(usize) -> String,
) -> String {
    let mut subjects: Vec<(usize, Vec<&str>)> = Vec::new();
    for section in report.sections.iter().filter(|section| section.rounds() > 0) {
        match subjects.iter_mut().find(|(it, _)| *it == number(section)) {
            Some((_, names)) => names.push(section.subject),
            None => subjects.push((number(section), vec![section.subject])),
        }
    }
    subjects.sort_by_key(|(_, names)| names.len());
    let Some((usual, _)) = subjects.pop() else { return words(0) };
    let part = |(it, names): &(usize, Vec<&str>)| format!("{} ({})", words(*it), names.join(", "));
    let parts: Vec<String> = subjects.iter().map(part).collect();
    match parts.is_empty() {
        true => words(usual),
        false => format!("{}, otherwise {}", parts.join(", "), words(usual)),
    }
}

fn rounds_of(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} round{plural}")
}

fn drawn(cells: &Cells) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_style(TableComponent::HeaderLines, '─');
    table.set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_header(&cells.heads);
    for row in &cells.rows {
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// Everything, for a terminal.
pub fn tables(report: &Report) -> String {
    let mut text = String::new();
    for section in &report.sections {
        for case in section.cases.iter().filter(|case| !case.entries.is_empty()) {
            text.push_str(&format!("{}: {}\n\n", section.title, case.title));
            text.push_str(&drawn(&cells(case)));
            text.push('\n');
            notes(case, section.rounds())
                .iter()
                .for_each(|note| text.push_str(&format!("  {note}\n")));
            text.push('\n');
        }
    }
    let goals = goal_cells(report);
    if !goals.rows.is_empty() {
        text.push_str(&format!("{}\n\n", drawn(&goals)));
    }
    let possible = possible(report);
    if !possible.is_empty() {
        text.push_str(&format!("{POSSIBLE}\n"));
        possible.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        text.push('\n');
    }
    text + &closing(report).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Kind;

    /// Ours takes half of another's time.
    fn example() -> Case {
        let mut entries = vec![Entry::new("port", Kind::Lapwing), Entry::new("x", Kind::Library)];
        for (entry, value) in entries.iter_mut().zip([2.0, 4.0]) {
            entry.push(&CPU, value);
        }
        let (name, title) = ("a".to_owned(), "b".to_owned());
        Case { name, title, measure: &CPU, entries, notes: Vec::new() }
    }

    #[test]
    fn ratios_come_first_and_ours_is_one() {
        let mut case = example();
        let found = cells(&case);
        assert_eq!(found.heads, ["", RATIO, "CPU µs (lowest)"]);
        assert_eq!(found.rows[0], ["port", "1", "2.00 (2.00)"]);
        assert_eq!(found.rows[1], ["x", "0.50 (0.50–0.50)", "4.00 (4.00)"]);
        // Without ours there is nothing to compare with.
        case.entries.remove(0);
        assert_eq!(cells(&case).heads, ["", "CPU µs (lowest)"]);
    }

    #[test]
    fn rounds_are_told_of_each_subject() {
        let section = |subject, rounds| {
            let mut case = example();
            let samples = (1..rounds).map(|_| 2.0).collect::<Vec<_>>();
            samples.iter().for_each(|value| case.entries[0].push(&CPU, *value));
            Section { subject, title: "", about: "", divide: 1, cases: vec![case] }
        };
        let sections = vec![section("a", 9), section("b", 1), section("c", 9)];
        let mut report = Report { machine: vec![], sections, missing: vec![] };
        let rounds = |report: &Report| by_subject(report, Section::rounds, rounds_of);
        assert_eq!(rounds(&report), "1 round (b), otherwise 9 rounds");
        report.sections.truncate(1);
        assert_eq!(rounds(&report), "9 rounds");
    }

    #[test]
    fn small_ratios_are_fractions() {
        assert_eq!([0.005, 0.1, 1.234].map(ratio), ["1/200", "0.10", "1.23"]);
    }
}
