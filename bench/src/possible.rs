//! What is possible where a goal is missed: what simpler programs of the same run reach.

use crate::goals::{Bound, CLOSE, Found, beside};
use crate::programs::{Kind, QUEUES};
use crate::report::{CPU, Case, Entry, HEAP_BYTES, NANOSECONDS, Report};
use crate::subjects::{BARE_READS, LISTING, QUEUED_READS, idle};
use lapwing_measure::chart::figure;

/// A program that does less than ours, and what the goal's figure is with it in our place.
struct Rung {
    name: String,
    found: Found,
}

impl Rung {
    fn new(name: &str, found: Option<Found>) -> Option<Self> {
        Some(Rung { name: name.to_owned(), found: found? })
    }
}

/// The verdict that such programs, from those that do least on, allow; none without any.
fn verdict(bound: Bound, verb: &str, rungs: Vec<Option<Rung>>) -> Option<String> {
    let rungs: Vec<Rung> = rungs.into_iter().flatten().collect();
    // From this one on nobody meets it.
    let missed = rungs.iter().rposition(|rung| bound.is_met(rung.found.value));
    let missed = missed.map_or(0, |met| met + 1);
    let number = missed.min(rungs.len().checked_sub(1)?);
    let Rung { name, found } = &rungs[number];
    let verdict = match missed == number {
        true => "impossible here: even",
        false => "possible with less:",
    };
    let figures = found.figure(bound, "");
    let mut text = format!("{verdict} `{name}` {verb} {figures}");
    if found.is_close_to(bound) {
        text += CLOSE;
    }
    let others = rungs.iter().enumerate().filter(|(other, _)| *other != number);
    let others: Vec<String> =
        others.map(|(_, it)| format!("`{}` {}", it.name, bound.figure(it.found.value))).collect();
    Some(if others.is_empty() { text } else { format!("{text}; {}", others.join(", ")) } + ".")
}

/// An echo server beside another one.
pub fn beside_server(
    report: &Report,
    load: &str,
    (case, other): (&Case, &Entry),
    bound: Bound,
) -> Option<String> {
    let them = by_hand(case)?.filter(|name| *name != other.name);
    let rungs = them.map(|name| Rung::new(name, beside(case, name, &other.name, case.measure)));
    let mut text = verdict(bound, "takes", rungs.collect())?;
    if other.sends_late {
        text += &format!(" {} sends late, as WSASend may not.", other.name);
    }
    // There another one may take least.
    if let Some(together) = report.case(&format!("echo {load} together"))
        && let Some(best) =
            together.best(|it| it.kind == other.kind && (other.sends_late || !it.sends_late))
        && let Some(found) = beside(together, "port", &best.name, &CPU)
    {
        let found = figure(found.value);
        text += &format!(" On one processor with the clients: ours {found} of {}.", best.name);
    }
    Some(text)
}

/// Programs by hand that send at once: the best that has nothing of a port, then the queues.
fn by_hand(case: &Case) -> Option<impl Iterator<Item = &str>> {
    let is_queue = |entry: &Entry| QUEUES.contains(&entry.name.as_str());
    let bare = case.best(|it| it.kind == Kind::HandWritten && !it.sends_late && !is_queue(it))?;
    Some([bare.name.as_str()].into_iter().chain(QUEUES))
}

/// The server in Rust beside the one in C.
pub fn in_rust(report: &Report, load: &str) -> Option<String> {
    let counted = report.case("echo 64x64")?;
    let instructions = |name| counted.entry(name)?.instructions;
    let more = instructions("crate")? - instructions("port")?;
    let together = report.case(&format!("echo {load} together"))?;
    let ratio = figure(beside(together, "crate", "port", &CPU)?.value);
    Some(format!(
        "possible: `port` is the same program in C.  The crate adds {more:.0} instructions to a \
         message; on one processor with the clients it takes {ratio}."
    ))
}

/// Two workers on one port.
pub fn two_workers(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case("threads 2")?;
    let best = case.best(|entry| entry.kind == Kind::Library)?;
    let rung = |name| Rung::new(name, beside(case, name, &best.name, case.measure));
    let text = verdict(bound, "takes", vec![rung("one epoll set")])?;
    Some(format!("{text} Any of its threads serves any connection, as a port's workers must."))
}

/// Instructions above hand-written epoll.
pub fn instructions(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case("echo 64x64")?;
    let epoll = case.entry("epoll")?.instructions?;
    let above = |entry: &Entry| Some(entry.instructions? - epoll);
    let rung = |name| Rung::new(name, above(case.entry(name)?).map(Found::alone));
    let mut text = verdict(bound, "needs", QUEUES.map(rung).into())?;
    let libraries = case.entries.iter().filter(|entry| entry.kind == Kind::Library);
    let mut libraries: Vec<(f64, &str)> =
        libraries.filter_map(|entry| Some((above(entry)?, entry.name.as_str()))).collect();
    libraries.sort_by(|one, other| one.0.total_cmp(&other.0));
    let list: Vec<String> =
        libraries.iter().map(|(more, name)| format!("{name} {more:.0}")).collect();
    if !list.is_empty() {
        text += &format!(" Libraries: {}.", list.join(", "));
    }
    Some(text + " `docs/instructions.md` says what each of ours is for.")
}

/// What 18 times Wine's time takes.
pub fn echo_under_wine(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case("echo 64x64")?;
    let rungs = by_hand(case)?.map(|name| Rung::new(name, beside(case, "wine", name, &CPU)));
    let mut text = verdict(bound, "reaches", rungs.collect())?;
    if let Some(as_it_comes) = beside(case, "wine-anywhere", "port", &CPU) {
        let ratio = figure(as_it_comes.value);
        text += &format!(" Wine as it comes, on any processor, takes {ratio} times ours.");
    }
    Some(text)
}

/// What 200 times Wine's time takes.
pub fn post_and_get_under_wine(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case("port post+get")?;
    let ratio = |wine, name| beside(case, wine, name, &NANOSECONDS);
    let rung = Rung::new("put+take", ratio("wine", "put+take"));
    let text = verdict(bound, "reaches", vec![rung])?;
    let as_it_comes = figure(ratio("wine-anywhere", "post+get")?.value);
    Some(format!("{text} Wine as it comes, on any processor, takes {as_it_comes} times ours."))
}

/// An event that one thread sets and waits for.
pub fn set_and_wait(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case("wait set+wait")?;
    let of = |name| Found::of_rounds(case.entry(name)?.of(case.measure).to_vec());
    let rungs = ["give+take", "give+take by handle"].map(|name| Rung::new(name, of(name)));
    let text = verdict(bound, "takes", rungs.into())?;
    Some(format!(
        "{text} `give+take` is two instructions that lock a word; their time is the machine's."
    ))
}

/// Memory of an idle connection.
pub fn idle_connection(report: &Report, bound: Bound) -> Option<String> {
    let (ours, _) = report.case("idle")?.ours()?;
    let bytes = ours.spread(&HEAP_BYTES)?.median - idle::OWN_BYTES;
    let verdict = if bound.is_met(bytes) { "possible" } else { "not shown to be possible" };
    Some(format!(
        "{verdict}: malloc has given {bytes:.0} bytes for it; the rest of its pages are gaps."
    ))
}

/// Reads of what is in memory.
pub fn cached_reads(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case("file in the cache")?;
    let rung = |name| Rung::new(name, beside(case, "io_uring", name, case.measure));
    let text = verdict(bound, "reaches", vec![rung(BARE_READS), rung(QUEUED_READS)])?;
    Some(format!("{text} io_uring's reads share a system call; ReadFile reads when it is called."))
}

/// A listing that tells of every attribute.
pub fn listing(report: &Report, bound: Bound) -> Option<String> {
    let case = report.case(LISTING)?;
    let name = |what: &str| format!("{what}, 10000 files");
    let asking = "readdir, statx and listxattr";
    let found = beside(case, &name(asking), &name("readdir and stat"), case.measure);
    let text = verdict(bound, "takes", vec![Rung::new(asking, found)])?;
    Some(format!(
        "{text} It asks for all attributes and when a file was made, as FindFirstFile must, and \
         does not sort; no call tells both, and nothing that statx tells says that the attributes \
         need not be asked for."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rungs(values: &[(&str, f64)]) -> Vec<Option<Rung>> {
        values.iter().map(|(name, value)| Rung::new(name, Some(Found::alone(*value)))).collect()
    }

    #[test]
    fn a_verdict_names_first_who_decides_it() {
        let found = |values| verdict(Bound::AtMost(0.98), "takes", rungs(values));
        let text = found(&[("bare", 1.04), ("queue", 1.07)]).unwrap();
        assert_eq!(text, "impossible here: even `bare` takes 1.04; `queue` 1.07.");
        let text = found(&[("bare", 0.95), ("queue", 1.07)]).unwrap();
        assert_eq!(text, "impossible here: even `queue` takes 1.07; `bare` 0.95.");
        // Whoever does more and meets it contradicts one who does less and does not.
        let text = found(&[("bare", 0.99), ("queue", 0.95)]).unwrap();
        assert_eq!(text, "possible with less: `queue` takes 0.95; `bare` 0.99.");
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn what_is_too_close_is_said() {
        let found = Found { rounds: vec![1.0, 1.2, 1.1], ..Found::alone(1.1) };
        let rung = |found: &Found| Rung::new("bare", Some(found.clone()));
        let text = |bound| verdict(bound, "reaches", vec![rung(&found)]).unwrap();
        let reached = "impossible here: even `bare` reaches 1.10 (1.00–1.20)";
        assert_eq!(text(Bound::AtLeast(2.0)), format!("{reached}."));
        let met = text(Bound::AtLeast(1.15));
        assert_eq!(met, format!("{reached}, too close to be sure."));
    }
}
