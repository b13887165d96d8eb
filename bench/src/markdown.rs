//! Everything as Markdown: `docs/performance.md`.

use crate::report::{Case, Report, Section};
use crate::table::{self, Cells};

const HEAD: &str = "\
# What Lapwing costs

`lapwing bench --write` measures and writes this page; no figure is typed by hand.  What stands in
one table was measured in turns, round by round.  `Lapwing / it` is what Lapwing takes, divided by
what the row's program takes in the same round: the median of the rounds, and in brackets between
which figures it lies with a probability of 95 %.  Below 1, Lapwing takes less; 1/200 is a 200th.
Other figures are medians too, less is better, and in brackets is the lowest.
";

const WIDTH: usize = 100;

/// The page.
pub fn page(report: &Report) -> String {
    let mut text = format!("{HEAD}\n");
    for line in table::closing(report) {
        text.push_str(&item(&line));
    }
    let goals = table(&table::goal_cells(report));
    text.push_str(&format!("\n## Goals\n\n{}\n\n{goals}", table::GOALS));
    let possible: String = table::possible(report).iter().map(|line| item(line)).collect();
    if !possible.is_empty() {
        text.push_str(&format!("\n{}\n\n{possible}", table::POSSIBLE));
    }
    report.sections.iter().for_each(|it| text.push_str(&section(it)));
    text
}

fn section(section: &Section) -> String {
    let cases = section.cases.iter().filter(|it| !it.entries.is_empty());
    let cases: String = cases.map(|it| case(it, section.rounds())).collect();
    format!("\n## {}\n\n{}\n{cases}", section.title, section.about)
}

fn case(case: &Case, rounds: usize) -> String {
    let notes: String = table::notes(case, rounds).iter().map(|note| item(note)).collect();
    let notes = if notes.is_empty() { notes } else { format!("\n{notes}") };
    format!("\n### {}\n\n{}{notes}", case.title, table(&table::cells(case)))
}

/// An item of a list, in lines of at most so many characters.
fn item(text: &str) -> String {
    let mut lines = vec![String::from("-")];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n") + "\n"
}

fn table(cells: &Cells) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rows: String = cells.rows.iter().map(|row| line(row)).collect();
    format!("{}|{}\n{rows}", line(&cells.heads), "---|".repeat(cells.heads.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_item_has_several_lines() {
        let found = item(&"word ".repeat(30));
        assert!(found.lines().all(|line| line.chars().count() <= WIDTH), "{found}");
        assert_eq!(found.split_whitespace().filter(|word| *word == "word").count(), 30);
        assert_eq!(item("short"), "- short\n");
    }
}
