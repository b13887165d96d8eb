//! The page: one file, which needs nothing else to be read.

use super::measure::{Finding, Findings, Loads};
use super::picture;
use super::table;
use lapwing_measure::chart::{Chart, STYLE, escape, figure, microseconds, whole};

const LOADS: [&str; 2] = ["all talk", "one talks"];
const NUMBERS: [&str; 9] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

/// The whole page.
pub fn page(findings: &Findings) -> String {
    let count = findings.models.len();
    let ways = if count == 1 { "way" } else { "ways" };
    let number = NUMBERS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned());
    let items = |texts: Vec<String>| {
        texts.iter().map(|text| format!("<li>{text}</li>")).collect::<Vec<_>>().join("\n")
    };
    let notes = table::notes(findings).iter().map(|note| escape(note)).collect();
    include_str!("page.html")
        .replace("{style}", STYLE)
        .replace("{count}", &format!("{number} {ways}"))
        .replace("{charts}", &charts(findings))
        .replace("{table}", &html_table(findings))
        .replace("{notes}", &items(notes))
        .replace("{conclusions}", &items(conclusions(findings)))
        .replace("{models}", &findings.models.iter().map(article).collect::<String>())
}

fn chart(
    findings: &Findings,
    title: &str,
    caption: &str,
    series: &[&str],
    written: fn(f64) -> String,
    values: impl Fn(&Finding) -> Vec<Option<f64>>,
) -> String {
    let rows = findings.models.iter().map(|finding| (finding.model.title, values(finding)));
    let svg = Chart { label: title, series, rows: rows.collect(), written }.svg();
    format!("<figure>\n<h3>{title}</h3>\n<figcaption>{caption}</figcaption>\n{svg}</figure>\n")
}

fn charts(findings: &Findings) -> String {
    let both = |loads: Loads| vec![Some(loads.all_talk), Some(loads.one_talks)];
    [
        chart(
            findings,
            "Processor time per message",
            "What the server’s process used, whatever its threads.",
            &LOADS,
            microseconds,
            |finding| both(finding.cpu_microseconds),
        ),
        chart(
            findings,
            "System calls per message",
            "A receive and a send are two; the rest is the price of knowing when.",
            &LOADS,
            figure,
            |finding| finding.system_calls.map_or_else(Vec::new, both),
        ),
        chart(
            findings,
            "Connections for each thread",
            "Open connections, divided by the program’s threads. A wait takes 64 events at most.",
            &[],
            figure,
            |finding| vec![Some(finding.connections as f64 / finding.threads.max(1) as f64)],
        ),
        chart(
            findings,
            "Lines of source",
            "Without comments, and without what all the servers share.",
            &[],
            whole,
            |finding| vec![Some(finding.lines as f64)],
        ),
    ]
    .concat()
}

fn html_table(findings: &Findings) -> String {
    let row = |cells: &[String], tag: &str| {
        let cells: String =
            cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String =
        findings.models.iter().map(|finding| row(&table::cells(finding), "td")).collect();
    let head = row(&table::heads(), "th");
    format!("<table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody>\n</table>")
}

fn article(finding: &Finding) -> String {
    let model = finding.model;
    let by_name: Vec<String> = finding
        .system_calls_by_name
        .iter()
        .filter(|(_, calls)| calls.one_talks >= 0.05)
        .map(|(name, calls)| format!("{name} {}", figure(calls.one_talks)))
        .collect();
    let calls = match by_name.as_slice() {
        [] => String::new(),
        calls => format!(" · system calls when one talks: {}", calls.join(", ")),
    };
    format!(
        "<article>\n<h3>{}</h3>\n{}<p>{}</p>\n<p class=\"facts\"><code>{}</code> · {} lines · \
         connections per thread: {}{calls}</p>\n<pre>{}</pre>\n</article>\n",
        escape(model.title),
        picture::svg(&model.picture),
        model.about,
        model.source.file,
        finding.lines,
        escape(model.per_thread),
        highlighted(&model.heart()),
    )
}

/// The source, its comments set apart.
fn highlighted(source: &str) -> String {
    escape(source.trim_end()).replace("/*", "<i>/*").replace("*/", "*/</i>")
}

/// What follows from the figures, as far as the models are there that it is about.
fn conclusions(findings: &Findings) -> Vec<String> {
    let of = |name: &str| findings.models.iter().find(|finding| finding.name == name);
    let mut said = Vec::new();
    if let (Some(select), Some(port)) = (of("select"), of("iocp")) {
        let (asking, told) = (select.cpu_microseconds, port.cpu_microseconds);
        let headline = if asking.one_talks > told.one_talks {
            "Who asks about all pays for all."
        } else {
            "So few connections hide what asking about all costs."
        };
        said.push(format!(
            "<b>{headline}</b> With {} connections open and one that talks, <code>select</code> \
             takes {} of processor time for a message, the completion port {}. When all talk, \
             one call finds many ready: {} against {}.",
            select.connections,
            microseconds(asking.one_talks),
            microseconds(told.one_talks),
            microseconds(asking.all_talk),
            microseconds(told.all_talk),
        ));
    }
    if let (Some(events), Some(port)) = (of("overlapped-event"), of("iocp")) {
        said.push(format!(
            "<b>64 objects are few.</b> For {} connections the servers that wait for events need \
             {} threads and the code to spread connections over them; the completion port serves \
             as many with {}, and the number follows the processors, not the connections.",
            events.connections, events.threads, port.threads,
        ));
    }
    if let Some(thread) = of("thread") {
        said.push(format!(
            "<b>A thread for each is the easiest to read</b>: {} lines, and each connection is a \
             loop of its own. For {} connections it means {} threads.",
            thread.lines, thread.connections, thread.threads,
        ));
    }
    said.push(
        "<b>Which to take.</b> A new server: the completion port, which spreads any number of \
         connections over as many threads as there are processors. If one thread is enough: \
         completion routines, which need no lock. A program with windows: \
         <code>WSAAsyncSelect</code>. A handful of sockets: whatever reads best."
            .to_owned(),
    );
    said.push(
        "<b>What this does not show.</b> These are Windows’ models, but this is Linux beneath \
         them: how they compare follows from the models (calls, threads, how many sockets are \
         looked at), how long a call takes does not."
            .to_owned(),
    );
    said
}

#[cfg(test)]
mod tests {
    use super::highlighted;

    #[test]
    fn comments_are_set_apart_and_signs_escaped() {
        assert_eq!(highlighted("a < b; /* c */\n"), "a &lt; b; <i>/* c */</i>");
    }
}
