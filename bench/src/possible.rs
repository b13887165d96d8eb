//! What is possible where a goal is missed: what other programs of the same run take, that do less.

use crate::goals::beside;
use crate::programs::Kind;
use crate::report::{CPU, Case, Entry, HEAP_BYTES, NANOSECONDS, Report};
use crate::subjects::{LISTING, idle};
use lapwing_measure::chart::figure;

/// What a port is by hand, with nothing else around it.
const QUEUE: &str = "queue over epoll";

/// An echo server beside the best library.
pub fn beside_library(report: &Report, load: &str) -> Option<String> {
    beside_best(report, load, |entry| entry.kind == Kind::Library)
}

/// The same beside one that sends as a Windows program must, if the best one does not.
pub fn beside_library_at_once(report: &Report, load: &str) -> Option<String> {
    let case = report.case(&format!("echo {load}"))?;
    let is_late = case.best(|entry| entry.kind == Kind::Library)?.sends_late;
    let is_known = |entry: &Entry| entry.kind == Kind::Library && !entry.sends_late;
    is_late.then(|| beside_best(report, load, is_known)).flatten()
}

/// The same beside the best program written by hand.
pub fn beside_hand_written(report: &Report, load: &str) -> Option<String> {
    beside_best(report, load, |entry| entry.kind == Kind::HandWritten)
}

/// What the best bare server that sends at once takes of the best peer's time.
fn beside_best(report: &Report, load: &str, is: impl Fn(&Entry) -> bool) -> Option<String> {
    let peer = report.case(&format!("echo {load}"))?.best(is)?;
    // There are more of them in the second, but not every peer.
    let cases = [format!("engine {load}"), format!("echo {load}")];
    let mut cases = cases.iter().filter_map(|name| report.case(name));
    let case = cases.find(|case| case.entry(&peer.name).is_some())?;
    let bare = best_bare(case)?;
    if bare.name == peer.name {
        return None;
    }
    let ratio = figure(beside(case, &bare.name, &peer.name, case.measure)?.value);
    let late = if peer.sends_late { ", which sends late" } else { "" };
    let mut text = format!(
        "`{}` by hand, which sends at once, as WSASend must, and has neither handles nor requests \
         nor a queue, takes {ratio} of the time of {}{late}",
        bare.name, peer.name
    );
    if let Some(queue) = beside(case, QUEUE, &peer.name, case.measure) {
        text +=
            &format!("; with a queue and nothing else of a port it takes {}", figure(queue.value));
    }
    if let Some(together) = report.case(&format!("echo {load} together")) {
        let ratio = |name| Some(figure(beside(together, name, &peer.name, &CPU)?.value));
        if let [Some(ours), Some(queue), Some(epoll)] = ["port", QUEUE, "epoll"].map(ratio) {
            text += &format!(
                "; on one processor with the clients, where only the work differs, ours takes \
                 {ours} of it, `{QUEUE}` {queue} and `epoll` {epoll}"
            );
        }
    }
    Some(text)
}

/// The best program by hand that sends at once and has nothing of a port.
fn best_bare(case: &Case) -> Option<&Entry> {
    let is_bare = |entry: &Entry| entry.kind == Kind::HandWritten && entry.name != QUEUE;
    case.best(|entry| is_bare(entry) && !entry.sends_late)
}

/// Two workers on one port.
pub fn two_workers(report: &Report) -> Option<String> {
    let case = report.case("threads 2")?;
    let best = case.best(|entry| entry.kind == Kind::Library)?;
    let ratio = figure(beside(case, "one epoll set", &best.name, case.measure)?.value);
    Some(format!(
        "two threads by hand that share one epoll set, so that any of them serves any connection \
         as a port's workers must, and do nothing else, take {ratio} of the time of {}",
        best.name
    ))
}

/// Instructions above hand-written epoll.
pub fn instructions(report: &Report) -> Option<String> {
    let case = report.case("echo 64x64")?;
    let epoll = case.entry("epoll")?.instructions?;
    let libraries = case.entries.iter().filter(|entry| entry.kind == Kind::Library);
    let mut above: Vec<(f64, &str)> = libraries
        .filter_map(|entry| Some((entry.instructions? - epoll, entry.name.as_str())))
        .collect();
    above.sort_by(|one, other| one.0.total_cmp(&other.0));
    let list: Vec<String> = above.iter().map(|(more, name)| format!("{name} {more:.0}")).collect();
    let list = list.join(", ");
    (!above.is_empty()).then(|| {
        format!(
            "libraries, without Windows' handles, its cancellation and its queue that any thread \
             may ask, need above epoll: {list}; [instructions.md](instructions.md) says what each \
             of ours is for"
        )
    })
}

/// What 18 times Wine's time takes.
pub fn echo_under_wine(report: &Report) -> Option<String> {
    let case = report.case("echo 64x64")?;
    let bare = best_bare(case)?;
    let of_bare = figure(beside(case, "wine", &bare.name, &CPU)?.value);
    let mut text = format!("Wine takes {of_bare} times what `{}` by hand does", bare.name);
    if let Some(as_it_comes) = beside(case, "wine-anywhere", "port", &CPU) {
        let cpu = figure(case.entry("wine-anywhere")?.spread(&CPU)?.median);
        let ratio = figure(as_it_comes.value);
        text += &format!("; as it comes, on any processor, {cpu} µs, which is {ratio} times ours");
    }
    Some(text)
}

/// What 200 times Wine's time takes.
pub fn post_and_get_under_wine(report: &Report) -> Option<String> {
    let case = report.case("port post+get")?;
    let as_it_comes = beside(case, "wine-anywhere", "post+get", &NANOSECONDS)?;
    let ns = figure(case.entry("wine-anywhere")?.spread(&NANOSECONDS)?.median);
    let queue = figure(beside(case, "wine", "put+take", &NANOSECONDS)?.value);
    Some(format!(
        "Wine as it comes, on any processor, takes {ns} ns, which is {} times ours; pinned it \
         takes {queue} times what a bare queue under a mutex does",
        figure(as_it_comes.value)
    ))
}

/// Memory of an idle connection.
pub fn idle_connection(report: &Report) -> Option<String> {
    let (ours, _) = report.case("idle")?.ours()?;
    let bytes = ours.spread(&HEAP_BYTES)?.median - idle::OWN_BYTES;
    Some(format!(
        "what malloc has given for it, beyond the program's, is {bytes:.0} bytes; the rest of its \
         pages are gaps"
    ))
}

/// Reads of what is in memory.
pub fn cached_reads(report: &Report) -> Option<String> {
    let case = report.case("file in the cache")?;
    let ratio = figure(beside(case, "io_uring", "preadv2", case.measure)?.value);
    Some(format!(
        "bare calls of preadv2, without request, port or packet, are {ratio} times as fast as \
         io_uring"
    ))
}

/// A listing that tells of every attribute.
pub fn listing(report: &Report) -> Option<String> {
    let case = report.case(LISTING)?;
    let [bare, asking] = ["readdir and stat", "readdir, stat and listxattr"]
        .map(|what| format!("{what}, 10000 files"));
    let ratio = figure(beside(case, &asking, &bare, case.measure)?.value);
    Some(format!(
        "who also asks for the attributes that Linux' mode does not have needs a second system \
         call for each file, and takes by hand {ratio} of it"
    ))
}
