//! The page: one file, which needs nothing else to be read.

use crate::programs::Kind;
use crate::report::{Case, Entry, Report, Section};
use crate::table::{self, Cells};
use lapwing_measure::chart::{Chart, STYLE, escape, figure};

/// So many times the highest of the others is too much for a chart.
const OUTSIDE: f64 = 4.0;

/// The whole page.
pub fn page(report: &Report) -> String {
    let goals = table::goal_cells(report);
    let goals = match goals.rows.is_empty() {
        true => "<p>None of the goals could be judged by this run.</p>".to_owned(),
        false => {
            format!(
                "{}<div class=\"wide\">\n{}</div>",
                paragraphs(table::GOALS),
                html_table(&goals)
            )
        }
    };
    let possible = table::possible(report);
    let possible = match possible.is_empty() {
        true => String::new(),
        false => {
            format!("{}<ul>\n{}</ul>", paragraphs(table::POSSIBLE), items(&possible))
        }
    };
    include_str!("page.html")
        .replace("{style}", STYLE)
        .replace("{goals}", &goals)
        .replace("{possible}", &possible)
        .replace("{sections}", &report.sections.iter().map(section).collect::<String>())
        .replace("{notes}", &items(&table::closing(report)))
}

fn items(lines: &[String]) -> String {
    lines.iter().map(|line| format!("<li>{}</li>\n", with_code(line))).collect()
}

fn section(section: &Section) -> String {
    let cases: Vec<&Case> = section.cases.iter().filter(|it| !it.entries.is_empty()).collect();
    let charts: String = cases.iter().map(|it| chart(it)).collect();
    let tables: String = cases.iter().map(|it| details(it, section.rounds())).collect();
    format!(
        "<h2>{}</h2>\n{}<div class=\"charts\">\n{charts}</div>\n{tables}",
        escape(section.title),
        paragraphs(section.about)
    )
}

/// Markdown of the simplest kind: paragraphs and `code`.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(|paragraph| format!("<p>{}</p>\n", with_code(paragraph))).collect()
}

fn with_code(text: &str) -> String {
    let text = escape(text);
    let pieces = text.split('`').enumerate().map(|(number, piece)| match number % 2 {
        0 => piece.to_owned(),
        _ => format!("<code>{piece}</code>"),
    });
    pieces.collect()
}

fn chart(case: &Case) -> String {
    let series = Kind::ALL.map(Kind::title);
    let value = |entry: &Entry| entry.spread(case.measure).map_or(0.0, |it| it.median);
    let (outside, inside) = outside(case, value);
    let rows = inside.iter().map(|entry| {
        let value = value(entry);
        let values = Kind::ALL.map(|kind| (kind == entry.kind).then_some(value));
        (entry.name.as_str(), values.to_vec())
    });
    let chart =
        Chart { label: &case.title, series: &series, rows: rows.collect(), written: figure };
    let mut caption = format!("{}, median; less is better.", case.measure.head);
    for entry in outside {
        caption.push_str(&format!(
            " Out of the picture: {}, {}.",
            entry.name,
            figure(value(entry))
        ));
    }
    format!(
        "<figure>\n<h3>{}</h3>\n<figcaption>{}</figcaption>\n{}</figure>\n",
        escape(&case.title),
        escape(&caption),
        chart.svg()
    )
}

/// Wine where it takes so much that all others would be dots, and the others.
fn outside(case: &Case, value: impl Fn(&Entry) -> f64) -> (Vec<&Entry>, Vec<&Entry>) {
    let others = case.entries.iter().filter(|entry| entry.kind != Kind::Wine);
    let highest = others.map(&value).fold(0.0, f64::max);
    let is_outside = |entry: &&Entry| entry.kind == Kind::Wine && value(entry) > OUTSIDE * highest;
    case.entries.iter().partition(is_outside)
}

fn details(case: &Case, rounds: usize) -> String {
    format!(
        "<details open>\n<summary>{}</summary>\n<div class=\"wide\">\n{}</div>\n\
         <ul class=\"notes\">\n{}</ul>\n</details>\n",
        escape(&case.title),
        html_table(&table::cells(case)),
        items(&table::notes(case, rounds))
    )
}

fn html_table(cells: &Cells) -> String {
    let row = |cells: &[String], tag: &str| {
        let cells: String = cells
            .iter()
            .map(|cell| match cell.split(' ').next() {
                Some(class @ ("met" | "missed")) => {
                    format!("<{tag} class=\"{class}\">{}</{tag}>", escape(cell))
                }
                _ => format!("<{tag}>{}</{tag}>", escape(cell)),
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
