//! `lapwing models`: every model has its turn, every message comes back, what is shown is whole.

use lapwing_tests::{command, program, scratch_folder, source_tree};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

/// A hang, not a measure.
const GUARD: Duration = Duration::from_secs(600);
/// More than one group of 64 events takes.
const CONNECTIONS: u64 = 150;
/// In the order in which one learns them.
const NAMES: [&str; 8] = [
    "thread",
    "select",
    "poll",
    "async-select",
    "event-select",
    "overlapped-event",
    "overlapped-routine",
    "iocp",
];

fn models(arguments: &[&str]) -> program::Outcome {
    let mut command = Command::new(command::path());
    program::run(command.arg("models").args(arguments), GUARD)
}

fn text<'a>(model: &'a Value, field: &str) -> &'a str {
    model[field].as_str().unwrap_or_else(|| panic!("{field} in {model}"))
}

fn positive(model: &Value, field: &str, load: &str) {
    let value = model[field][load].as_f64().unwrap_or_else(|| panic!("{field} in {model}"));
    assert!(value > 0.0, "{field}, {load}: {value}");
}

#[test]
fn each_model_echoes_every_message_and_is_in_the_figures_and_on_the_page() {
    let page = scratch_folder("models").join("report.html");
    let connections = CONNECTIONS.to_string();
    let arguments = ["--quick", "--connections", &connections, "--json", "--html"];
    let arguments = [&arguments[..], &[page.to_str().expect("UTF-8")]].concat();
    let figures = models(&arguments).success().expect("it succeeds");
    let figures: Value = serde_json::from_str(&figures).expect("JSON");
    let page = std::fs::read_to_string(page).expect("the page is written");

    let found = figures["models"].as_array().expect("a list");
    let names: Vec<&str> = found.iter().map(|model| text(model, "name")).collect();
    assert_eq!(names, NAMES);
    for model in found {
        let source = text(model, "source");
        assert!(source_tree().join("examples/c").join(source).exists(), "{source}");
        assert!(page.contains(source), "{source} is not on the page");
        assert_eq!(model["connections"], CONNECTIONS);
        // Every echo was compared, or the command would have failed: 26 by each, 200 by one.
        assert_eq!(model["messages"], 26 * CONNECTIONS + 200);
        for load in ["all_talk", "one_talks"] {
            positive(model, "cpu_microseconds", load);
            positive(model, "microseconds", load);
            if model["not_counted"].is_null() {
                positive(model, "system_calls", load);
            }
        }
        assert!(model["lines"].as_u64().expect("a number") > 50);
    }
    let threads = |name: &str| {
        let model = found.iter().find(|model| text(model, "name") == name).expect("it is there");
        model["threads"].as_u64().expect("a number")
    };
    assert_eq!(threads("thread"), CONNECTIONS + 1);
    assert_eq!(threads("select"), 1);
    assert_eq!(threads("poll"), 1);
    assert_eq!(threads("async-select"), 1);
    assert_eq!(threads("event-select"), CONNECTIONS.div_ceil(64) + 1);
    assert_eq!(threads("overlapped-event"), CONNECTIONS.div_ceil(64) + 1);
    assert_eq!(threads("overlapped-routine"), 2);

    for outside in ["http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "the page is not self-contained: {outside}");
    }
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert!(page.matches("<svg").count() >= 4);
    assert!(!page.contains("{charts}") && !page.contains("{models}"));
}

#[test]
fn some_models_make_a_table_of_their_own() {
    let arguments =
        ["--quick", "--connections", "5", "--size", "5000", "--model", "select", "iocp"];
    let said = models(&arguments).success().expect("it succeeds");
    assert!(said.lines().any(|line| line.starts_with("select ")), "{said}");
    assert!(said.lines().any(|line| line.starts_with("completion port ")), "{said}");
    assert!(!said.contains("a thread for each"), "{said}");
    assert!(said.contains("messages of 5000 bytes"), "{said}");
}

/// As a script does with `&`, and nohup.
#[test]
fn it_ends_where_ctrl_c_is_ignored() {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' INT HUP; exec \"$0\" models --quick --connections 2 --json"]);
    let said = program::run(shell.arg(command::path()), GUARD).success().expect("it succeeds");
    let figures: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(figures["models"].as_array().expect("a list").len(), NAMES.len());
}

#[test]
fn without_a_compiler_it_says_what_to_install() {
    let empty = scratch_folder("no_compiler");
    let mut command = Command::new(command::path());
    for name in ["CC", "LAPWING_CC"] {
        command.env_remove(name);
    }
    command.args(["models", "--quick"]).env("PATH", &empty);
    let refused = program::run(&mut command, GUARD);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{}", refused.stderr);
    assert!(refused.stderr.contains("no C compiler"), "{}", refused.stderr);
    assert!(refused.stderr.contains("apt install gcc"), "{}", refused.stderr);
}

#[test]
fn bad_options_are_refused_with_what_is_possible() {
    let refused = models(&["--model", "fork"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("overlapped-routine"), "{}", refused.stderr);
    for arguments in [["--connections", "0"], ["--size", "0"], ["--size", "65537"]] {
        assert_eq!(models(&arguments).code, Some(2), "{arguments:?}");
    }
    let refused = models(&["--html", "/nowhere/report.html"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("/nowhere/report.html"), "{}", refused.stderr);
}
