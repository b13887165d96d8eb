//! The figures as a table: for the terminal, and the cells for the page.

use super::measure::{Finding, Findings, Loads};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent};
use lapwing_measure::chart::figure;

/// What stands over the columns, on two lines.
const HEADS: [[&str; 2]; 12] = [
    ["", "model"],
    ["source", "lines"],
    ["", "open"],
    ["per", "thread"],
    ["", "threads"],
    ["calls", "all"],
    ["calls", "one"],
    ["CPU µs", "all"],
    ["CPU µs", "one"],
    ["µs", "all"],
    ["µs", "one"],
    ["idle", "µs/s"],
];

/// The same in one line each.
pub fn heads() -> [String; HEADS.len()] {
    HEADS.map(|[first, second]| match second {
        "all" | "one" | "µs/s" => format!("{first}, {second}"),
        _ => format!("{first} {second}").trim_start().to_owned(),
    })
}

/// A model's row.
pub fn cells(finding: &Finding) -> [String; HEADS.len()] {
    let calls = |which: fn(Loads) -> f64| {
        finding.system_calls.map_or("?".to_owned(), |calls| figure(which(calls)))
    };
    let own = match finding.lapwing_threads {
        0 => String::new(),
        own => format!("+{own}"),
    };
    [
        finding.model.title.to_owned(),
        finding.lines.to_string(),
        finding.connections.to_string(),
        finding.model.per_thread.to_owned(),
        format!("{}{own}", finding.threads),
        calls(|calls| calls.all_talk),
        calls(|calls| calls.one_talks),
        figure(finding.cpu_microseconds.all_talk),
        figure(finding.cpu_microseconds.one_talks),
        figure(finding.microseconds.all_talk),
        figure(finding.microseconds.one_talks),
        format!("{:.0}", finding.idle_microseconds_per_second),
    ]
}

/// What a reader must know about the figures.
pub fn notes(findings: &Findings) -> Vec<String> {
    let mut notes = vec![
        format!(
            "Medians of {} round{}, messages of {} bytes; every echo was compared, byte by byte.",
            findings.rounds,
            if findings.rounds == 1 { "" } else { "s" },
            findings.message_bytes
        ),
        "all: every client has a message under way.  one: one client talks, the others are quiet."
            .to_owned(),
        "calls: system calls for a message.  CPU µs: the server's processor time for a message."
            .to_owned(),
        "µs: from one message to the next.  idle: processor time in a second when nobody talks."
            .to_owned(),
        "open: connections.  per thread: how many of them a thread can have.".to_owned(),
        "lines: without comments and what all servers share.  Behind a +: Lapwing's own threads."
            .to_owned(),
        // Two lines, because the first can be long.
        format!("{}.", findings.machine.replacen("; ", ";\n", 1)),
    ];
    if findings.connections_limited_by_descriptors {
        notes.push(format!(
            "Not {} connections: the limit of open files does not allow them (ulimit -Hn).",
            findings.wanted_connections
        ));
    }
    let why = findings.models.iter().find_map(|finding| finding.not_counted.as_ref());
    notes.extend(why.map(|why| format!("System calls were not counted: {why}.")));
    notes
}

/// The table and its notes, for a terminal.
pub fn table(findings: &Findings) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_style(TableComponent::HeaderLines, '─');
    table.set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_header(HEADS.map(|lines| lines.join("\n")));
    for finding in &findings.models {
        table.add_row(cells(finding));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n{}", table.trim_fmt(), notes(findings).join("\n"))
}
