//! Everything as JSON.

use crate::goals::{self, Verdict};
use crate::report::{Case, Entry, Missing, Report, Section};
use crate::sample::Spread;
use serde_json::{Map, Value, json};

/// The text.
pub fn json(report: &Report) -> String {
    let machine: Map<String, Value> =
        report.machine.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
    let value = json!({
        "machine": machine,
        "goals": goals::verdicts(report).iter().map(goal).collect::<Vec<_>>(),
        "sections": report.sections.iter().map(section).collect::<Vec<_>>(),
        "missing": report.missing.iter().map(missing).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn goal(verdict: &Verdict) -> Value {
    let found = verdict.found.as_ref();
    json!({
        "what": verdict.what,
        "goal": verdict.goal,
        "found": found.map(|found| found.value),
        "rounds": found.map(|found| &found.rounds).filter(|rounds| !rounds.is_empty()),
        "beside": found.map(|found| &found.beside).filter(|whom| !whom.is_empty()),
        "sends_late": found.map(|found| found.sends_late),
        "met": verdict.is_met,
        "possible": verdict.possible,
    })
}

fn section(section: &Section) -> Value {
    let cases: Vec<Value> = section.cases.iter().map(case).collect();
    let Section { subject, title, divide, .. } = section;
    json!({ "subject": subject, "title": title, "divide": divide, "cases": cases })
}

fn case(case: &Case) -> Value {
    let entries: Vec<Value> = case.entries.iter().map(|it| entry(case, it)).collect();
    json!({
        "name": case.name,
        "title": case.title,
        "compared": case.measure.name,
        "rounds": case.rounds(),
        "notes": case.notes,
        "entries": entries,
    })
}

fn entry(case: &Case, entry: &Entry) -> Value {
    let measures: Map<String, Value> = entry
        .samples
        .iter()
        .map(|(measure, samples)| {
            let mut value = spread(entry.spread(measure));
            value["samples"] = json!(samples);
            (measure.name.to_owned(), value)
        })
        .collect();
    let is_ours = case.ours().is_some_and(|(ours, _)| std::ptr::eq(ours, entry));
    json!({
        "name": entry.name,
        "kind": entry.kind.name(),
        "sends_late": entry.sends_late,
        "ratio": if is_ours { Value::Null } else { spread(case.ratio(entry)) },
        "ratio_of_lowest": if is_ours { None } else { case.ratio_of_lowest(entry) },
        "measures": measures,
        "system_calls": entry.system_calls,
        "instructions": entry.instructions,
    })
}

fn spread(found: Option<Spread>) -> Value {
    found.map_or(Value::Null, |Spread { median, between: (from, to), lowest }| {
        json!({ "median": median, "from": from, "to": to, "lowest": lowest })
    })
}

fn missing(missing: &Missing) -> Value {
    json!({
        "name": missing.name,
        "case": missing.case,
        "why": missing.why,
        "is_ours": missing.is_ours,
    })
}
