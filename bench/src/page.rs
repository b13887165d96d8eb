//! The page: one file, which needs nothing else to be read.

use crate::programs::Kind;
use crate::report::{Case, Report, Section};
use crate::table::{self, Cells};
use lapwing_measure::chart::{Chart, STYLE, escape, figure};

/// The whole page.
pub fn page(report: &Report) -> String {
    let goals = table::goal_cells(report);
    let goals = match goals.rows.is_empty() {
        true => "<p>None of the goals could be judged by this run.</p>".to_owned(),
        false => html_table(&goals),
    };
    include_str!("page.html")
        .replace("{style}", STYLE)
        .replace("{goals}", &goals)
        .replace("{sections}", &report.sections.iter().map(section).collect::<String>())
        .replace("{notes}", &items(&table::closing(report)))
}

fn items(lines: &[String]) -> String {
    lines.iter().map(|line| format!("<li>{}</li>\n", escape(line))).collect()
}

fn section(section: &Section) -> String {
    let cases: Vec<&Case> = section.cases.iter().filter(|it| !it.entries.is_empty()).collect();
    let charts: String = cases.iter().map(|it| chart(it)).collect();
    let tables: String = cases.iter().map(|it| details(it)).collect();
    format!(
        "<h2>{}</h2>\n{}<div class=\"charts\">\n{charts}</div>\n{tables}",
        escape(section.title),
        paragraphs(section.about)
    )
}

/// Markdown of the simplest kind: paragraphs and `code`.
fn paragraphs(text: &str) -> String {
    let code = |paragraph: &str| {
        let pieces = escape(paragraph);
        let pieces: Vec<String> = pieces
            .split('`')
            .enumerate()
            .map(|(number, piece)| match number % 2 {
                0 => piece.to_owned(),
                _ => format!("<code>{piece}</code>"),
            })
            .collect();
        format!("<p>{}</p>\n", pieces.concat())
    };
    text.split("\n\n").map(code).collect()
}

fn chart(case: &Case) -> String {
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| case.entries.iter().any(|entry| entry.kind == *kind))
        .collect();
    let series = Kind::ALL.map(Kind::title);
    let rows = case.entries.iter().map(|entry| {
        let value = entry.spread(case.measure).map(|it| it.median);
        (entry.name.as_str(), Kind::ALL.map(|kind| value.filter(|_| kind == entry.kind)).to_vec())
    });
    let chart =
        Chart { label: &case.title, series: &series, rows: rows.collect(), written: figure };
    let caption = format!("{}, median; less is better.", case.measure.head);
    let _ = kinds;
    format!(
        "<figure>\n<h3>{}</h3>\n<figcaption>{}</figcaption>\n{}</figure>\n",
        escape(&case.title),
        escape(&caption),
        chart.svg()
    )
}

fn details(case: &Case) -> String {
    format!(
        "<details>\n<summary>{}</summary>\n<div class=\"wide\">\n{}</div>\n\
         <ul class=\"notes\">\n{}</ul>\n</details>\n",
        escape(&case.title),
        html_table(&table::cells(case)),
        items(&table::notes(case))
    )
}

fn html_table(cells: &Cells) -> String {
    let row = |cells: &[String], tag: &str| {
        let cells: String = cells
            .iter()
            .map(|cell| match cell.as_str() {
                "met" | "missed" => format!("<{tag} class=\"{cell}\">{cell}</{tag}>"),
                cell => format!("<{tag}>{}</{tag}>", escape(cell)),
            })
            .collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = cells.rows.iter().map(|it| row(it, "td")).collect();
    format!(
        "<table>\n<thead>{}</thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        row(&cells.heads, "th")
    )
}
