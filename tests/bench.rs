//! `lapwing bench`: what is compared is in the figures, with ratios; who is missing is named; what
//! cannot be is refused.  No figure is judged.

use lapwing_tests::{command, program, scratch_folder};
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A hang, not a measure.
const GUARD: Duration = Duration::from_secs(600);

fn bench(arguments: &[&str]) -> Command {
    let mut command = Command::new(command::path());
    command.arg("bench").args(arguments);
    command
}

fn figures(command: &mut Command) -> Value {
    let text = program::run(command, GUARD).success().expect("it succeeds");
    serde_json::from_str(&text).expect("JSON")
}

fn cases(figures: &Value) -> Vec<&Value> {
    let sections = figures["sections"].as_array().expect("a list");
    sections.iter().flat_map(|section| section["cases"].as_array().expect("a list")).collect()
}

fn entry<'a>(case: &'a Value, name: &str) -> &'a Value {
    let entries = case["entries"].as_array().expect("a list");
    let found = entries.iter().find(|entry| entry["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {case}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number: {value}"))
}

/// A folder with a compiler and what it needs, and nothing else.
fn compiler_only(folder: &Path) -> PathBuf {
    let path = std::env::var_os("PATH").expect("a PATH");
    for name in ["cc", "gcc", "as", "ld"] {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name));
        let found = found.into_iter().find(|path| path.exists());
        // What an earlier run has left.
        let _ = std::fs::remove_file(folder.join(name));
        symlink(found.expect("a compiler"), folder.join(name)).expect("a link");
    }
    folder.to_path_buf()
}

#[test]
fn an_echo_server_is_compared_with_its_peer_round_by_round() {
    let page = scratch_folder("bench").join("report.html");
    let shape = ["echo", "--connections", "8", "--size", "100", "--model", "port"];
    let extent = ["--peer", "epoll", "--rounds", "2", "--divide", "200", "--json", "-", "--html"];
    let arguments = [&shape[..], &extent[..], &[page.to_str().expect("UTF-8")]].concat();
    let figures = figures(&mut bench(&arguments));
    let cases = cases(&figures);
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["rounds"], 2);
    assert_eq!(cases[0]["name"], "echo 8x100");
    let (port, epoll) = (entry(cases[0], "port"), entry(cases[0], "epoll"));
    assert_eq!((&port["kind"], &epoll["kind"]), (&"lapwing".into(), &"hand-written".into()));
    let samples = |entry: &Value, measure: &str| -> Vec<f64> {
        let samples = entry["measures"][measure]["samples"].as_array().expect("samples");
        samples.iter().map(number).collect()
    };
    for measure in ["cpu_microseconds", "microseconds", "median_latency_microseconds"] {
        for entry in [port, epoll] {
            let samples = samples(entry, measure);
            assert!(samples.len() == 2 && samples.iter().all(|it| *it > 0.0), "{samples:?}");
        }
    }
    let (ours, theirs) = (samples(port, "cpu_microseconds"), samples(epoll, "cpu_microseconds"));
    let mean = (ours[0] / theirs[0] + ours[1] / theirs[1]) / 2.0;
    assert!((number(&epoll["ratio"]["median"]) / mean - 1.0).abs() < 1e-9, "{}", epoll["ratio"]);
    assert!(port["ratio"].is_null());

    // The clients' time is their own.
    let together = number(&port["measures"]["cpu_with_clients_microseconds"]["median"]);
    assert!(together > number(&port["measures"]["cpu_microseconds"]["median"]), "{port}");
    assert_eq!(epoll["sends_late"], false);

    let page = std::fs::read_to_string(page).expect("the page is written");
    for outside in ["http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "the page is not self-contained: {outside}");
    }
    assert!(page.contains("<svg") && page.contains("8 connections × 100 bytes"));
    assert!(!page.contains("{style}") && !page.contains("{goals}"));
}

/// The clients compare every byte, so the order of what is under way is seen too.
#[test]
fn connections_can_have_several_messages_under_way() {
    let shape = ["echo", "--connections", "3", "--size", "1000", "--depth", "8", "--quick"];
    // Without the one that cargo would have to build: `.ci/run bench` does.
    let models = ["--model", "port", "events", "routines", "select"];
    let others = ["--peer", "epoll", "--json", "-"];
    let figures = figures(&mut bench(&[&shape[..], &models, &others].concat()));
    let cases = cases(&figures);
    assert_eq!(cases[0]["name"], "echo 3x1000 8 deep");
    for name in ["port", "events", "routines", "select", "epoll"] {
        assert!(number(&entry(cases[0], name)["measures"]["cpu_microseconds"]["median"]) > 0.0);
    }
    assert_eq!(figures["missing"].as_array().map(Vec::len), Some(0), "{}", figures["missing"]);
}

/// Clients and servers share the only processor; what is measured is marked.
#[test]
fn one_processor_is_enough() {
    let processors = rustix::thread::sched_getaffinity(None).expect("our processors");
    let first = (0..1024).find(|number| processors.is_set(*number)).expect("a processor");
    let mut command = Command::new("taskset");
    command.arg("-c").arg(first.to_string()).arg(command::path());
    command.args(["bench", "echo", "--connections", "4", "--model", "port", "--quick"]);
    let run = program::run(command.args(["--peer", "epoll"]), GUARD);
    assert_eq!(run.code, Some(0), "{}", run.report());
    assert!(run.stdout.contains("on the same processor, which blurs"), "{}", run.report());
    assert!(run.stdout.lines().any(|line| line.starts_with("epoll ")), "{}", run.report());
}

/// An administrator may raise what it may not pass, so it is not one here.
#[test]
fn too_few_descriptors_are_named_and_fewer_connections_made() {
    let folder = scratch_folder("bench_descriptors");
    let mut command = Command::new("sh");
    command.arg("-c").arg("ulimit -n 80 && exec \"$@\"").arg("sh");
    if rustix::process::geteuid().is_root() {
        command.args(["setpriv", "--bounding-set=-sys_resource", "--inh-caps=-all"]);
    }
    command.arg(command::path()).args(["bench", "echo", "--connections", "100"]);
    command.args(["--model", "port", "--quick", "--peer", "epoll", "--json", "-"]);
    let figures = figures(command.env("LAPWING_CACHE", folder.join("cache")));
    assert_eq!(cases(&figures)[0]["name"], "echo 16x64");
    let missing = figures["missing"].to_string();
    assert!(missing.contains("100 connections") && missing.contains("ulimit"), "{missing}");
}

#[test]
#[ignore = "minutes: builds every peer"]
fn those_that_were_nearest_compete_once_more_and_decide() {
    let extent = ["--rounds", "1", "--divide", "1000", "--json", "-"];
    let figures = figures(&mut bench(&[&["echo", "engine"], &extent[..]].concat()));
    let cases = cases(&figures);
    for load in ["64x64", "512x64", "64x4096"] {
        let named = |name: String| cases.iter().find(|case| case["name"] == name);
        let last = named(format!("final {load}")).unwrap_or_else(|| panic!("finals of {load}"));
        let first = named(format!("echo {load}")).expect("the first rounds");
        let entries = |case: &Value| case["entries"].as_array().expect("a list").clone();
        for (kind, is_late) in [("library", true), ("library", false), ("hand-written", true)] {
            let is_it = |entry: &Value| entry["kind"] == kind && entry["sends_late"] == is_late;
            let has_it = |case| entries(case).iter().any(is_it);
            assert_eq!(has_it(first), has_it(last), "{kind}, {is_late}: {last}");
        }
        entry(last, "port");
        let fewer = entries(last).len() < entries(first).len();
        assert!(fewer, "all of {} compete once more", entries(first).len());
    }
    let goals = figures["goals"].as_array().expect("a list");
    let goal = |what: &str| goals.iter().find(|goal| goal["what"] == what).expect("the goal");
    let goal = goal("echo 64 × 64: CPU / best hand-written");
    let last = cases.iter().find(|case| case["name"] == "final 64x64").expect("its finals");
    let ratio = &entry(last, goal["beside"].as_str().expect("a name"))["ratio"]["median"];
    assert!((number(&goal["found"]) / number(ratio) - 1.0).abs() < 1e-9, "{goal} {last}");
}

#[test]
fn the_memory_of_an_idle_connection_is_told_in_pages_and_by_malloc() {
    let figures = figures(&mut bench(&["idle", "--quick", "--peer", "epoll", "--json", "-"]));
    let cases = cases(&figures);
    let port = &entry(cases[0], "port")["measures"];
    // The server itself has allocated so much; pages come and go for other reasons too.
    assert!(number(&port["malloc_bytes"]["median"]) >= 80.0, "{port}");
    assert!(port["bytes"]["median"].is_number(), "{port}");
}

#[test]
fn programs_that_time_themselves_are_compared_line_by_line() {
    let arguments = ["port", "pipe", "directory", "--peer", "epoll", "--quick", "--json", "-"];
    let figures = figures(&mut bench(&arguments));
    let names: Vec<&Value> = cases(&figures).iter().map(|case| &case["name"]).collect();
    assert!(names.iter().any(|name| **name == "port post+get"), "{names:?}");
    for case in cases(&figures) {
        let entries = case["entries"].as_array().expect("a list");
        assert_eq!(entries[0]["kind"], "lapwing", "{case}");
        let measures = &entries[0]["measures"];
        let of = |name: &str| measures[name]["median"].as_f64();
        let value = of("nanoseconds").or(of("microseconds")).expect("a figure");
        assert!(value > 0.0, "{case}");
    }
    let goals = figures["goals"].as_array().expect("a list");
    let goal = goals.iter().find(|goal| goal["what"] == "post and get, one thread");
    let goal = goal.expect("the goal");
    assert_eq!(goal["met"], number(&goal["found"]) <= 60.0);
}

#[test]
fn a_missing_peer_is_named_and_the_others_go_on() {
    let folder = scratch_folder("bench_missing");
    let path = compiler_only(&folder);
    let arguments =
        ["echo", "--connections", "2", "--model", "port", "--quick", "--json", "-", "--peer"];
    let mut command = bench(&[&arguments[..], &["epoll", "wine"]].concat());
    let figures = figures(command.env("PATH", path).env("LAPWING_CACHE", folder.join("cache")));
    let missing = figures["missing"].as_array().expect("a list");
    let wine = missing.iter().find(|it| it["name"] == "wine").expect("Wine is missing");
    assert!(wine["why"].as_str().is_some_and(|why| why.contains("wineserver")), "{wine}");
    assert_eq!(wine["is_ours"], false);
    let cases = cases(&figures);
    assert!(number(&entry(cases[0], "epoll")["ratio"]["median"]) > 0.0);
    // Nor is there strace or valgrind.
    let notes = cases[0]["notes"].to_string();
    assert!(notes.contains("strace") && notes.contains("valgrind"), "{notes}");
}

/// The compiler of the peers makes a program that fails: what it says last is said.
#[test]
fn a_peer_that_fails_is_named_with_its_reason() {
    let folder = scratch_folder("bench_failing");
    let path = compiler_only(&folder);
    let compiler = folder.join("cc");
    std::fs::remove_file(&compiler).expect("it is ours");
    let script = "#!/bin/sh\n\
                  while [ $# -gt 1 ]; do [ \"$1\" = -o ] && out=$2; shift; done\n\
                  printf '#!/bin/sh\\necho no way >&2\\nexit 3\\n' >\"$out\"\n\
                  /bin/chmod +x \"$out\"\n";
    std::fs::write(&compiler, script).expect("a script");
    std::fs::set_permissions(&compiler, Permissions::from_mode(0o755)).expect("it is ours");
    let arguments = ["echo", "--connections", "2", "--model", "port", "--quick", "--json", "-"];
    let mut command = bench(&[&arguments[..], &["--peer", "epoll"]].concat());
    let figures = figures(command.env("PATH", path).env("LAPWING_CACHE", folder.join("cache")));
    let missing = figures["missing"][0].to_string();
    assert!(missing.contains("epoll") && missing.contains("no way"), "{missing}");
    assert_eq!(figures["missing"][0]["case"], "echo 2x64");
    entry(cases(&figures)[0], "port");
}

#[test]
fn without_a_compiler_it_fails_and_says_so() {
    let folder = scratch_folder("bench_no_compiler");
    let mut command = bench(&["port", "--quick", "--peer", "epoll"]);
    for name in ["CC", "LAPWING_CC"] {
        command.env_remove(name);
    }
    let failed = program::run(command.env("PATH", &folder), GUARD);
    assert_eq!(failed.code, Some(1), "{}", failed.report());
    assert!(failed.stdout.contains("FAILED"), "{}", failed.report());
    assert!(failed.stdout.contains("no C compiler"), "{}", failed.report());
}

#[test]
fn bad_options_are_refused_with_what_is_possible() {
    let refused = |arguments: &[&str], word: &str| {
        let refused = program::run(&mut bench(arguments), GUARD);
        assert!(matches!(refused.code, Some(1 | 2)), "{arguments:?}: {}", refused.report());
        assert!(refused.stderr.contains(word), "{arguments:?}: {}", refused.stderr);
        assert!(!refused.stderr.contains("panicked"), "{}", refused.stderr);
    };
    refused(&["speed"], "directory");
    refused(&["echo", "--rounds", "0"], "1..=1000");
    refused(&["echo", "--divide", "0"], "1..=1000");
    refused(&["echo", "--size", "0"], "1..=65536");
    refused(&["echo", "--size", "4294967296"], "4294967296");
    refused(&["echo", "--connections", "0"], "1..=20000");
    refused(&["echo", "--connections", "99999999999"], "99999999999");
    refused(&["echo", "--threads", "65"], "1..=64");
    refused(&["echo", "--depth", "0"], "1..=64");
    refused(&["echo", "--depth", "64", "--size", "2000"], "65536");
    refused(&["port", "--depth", "2"], "lapwing bench echo");
    refused(&["echo", "--model", "fork"], "port");
    refused(&["echo", "--peer", "fork"], "epoll");
    refused(&["port", "--connections", "5"], "lapwing bench echo");
    refused(&["port", "--quick", "--rounds", "5"], "--rounds");
    refused(&["port", "--quick", "--html", "/nowhere/report.html"], "/nowhere/report.html");
    refused(&["port", "--quick", "--json", "/nowhere/report.json"], "/nowhere/report.json");
}
