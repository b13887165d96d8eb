//! What the README says that a machine can check: its commands are those that CI runs, its files
//! exist, and its example prints what it shows.

use lapwing_tests::{command, program, scratch_folder, source_tree, surface};
use std::process::Command;
use std::time::Duration;

fn readme() -> String {
    std::fs::read_to_string(source_tree().join("README.md")).unwrap()
}

/// The text of the blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let fence = format!("```{language}\n");
    let opened = text.split(&fence).skip(1);
    opened.map(|rest| rest.split("```").next().unwrap_or_default().to_string()).collect()
}

fn commands() -> Vec<String> {
    let console = blocks("console").concat();
    console.lines().filter_map(|line| line.strip_prefix("$ ")).map(String::from).collect()
}

#[test]
fn ci_runs_the_readme_s_commands() {
    let commands = commands();
    assert_eq!(commands[0], "cargo run --release -- models");
    assert_eq!(commands[1], "cargo run --release -- run examples/c/iocp_echo_server.c");
    assert_eq!(commands[2], "cargo test --workspace");
    let ci = [".ci/run", ".ci/readme_run.py"]
        .map(|file| std::fs::read_to_string(source_tree().join(file)).unwrap())
        .concat();
    for command in &commands[..3] {
        assert!(ci.contains(command.as_str()), "CI does not run: {command}");
    }
}

#[test]
fn linked_files_exist() {
    let text = readme();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in links.filter(|link| !link.starts_with("http")) {
        assert!(source_tree().join(link).exists(), "{link}");
    }
}

#[test]
fn the_example_prints_what_is_shown() {
    let folder = scratch_folder("readme");
    std::fs::write(folder.join("packet.c"), &blocks("c")[0]).unwrap();
    let console = blocks("console").concat();
    let shown = console.split("$ lapwing run packet.c\n").nth(1).expect("the example is run");
    let mut run = Command::new(command::path());
    run.args(["run", "-Wall", "-Werror", "packet.c"]).current_dir(&folder);
    let outcome = program::run(&mut run, Duration::from_secs(120));
    assert_eq!(outcome.success().unwrap(), shown);
}

/// The figures are those of some machine; what stands over and before them is the command's.
#[test]
fn the_table_of_models_is_as_the_command_prints_it() {
    let mut command = Command::new(command::path());
    command.args(["models", "--quick", "--connections", "2"]);
    let printed = program::run(&mut command, Duration::from_secs(600)).success().unwrap();
    let console = &blocks("console")[0];
    let shown = console.split_once('\n').expect("the command's output is shown").1;
    let names = |text: &str| -> Vec<String> {
        let rows = text.lines().skip(3).take_while(|line| !line.starts_with("Medians"));
        rows.map(|row| row.split("  ").next().unwrap_or_default().to_owned()).collect()
    };
    let heads = |text: &str| -> Vec<String> {
        let lines = text.lines().take(2);
        lines.flat_map(str::split_whitespace).map(String::from).collect()
    };
    assert_eq!(names(shown), names(&printed));
    assert_eq!(heads(shown), heads(&printed));
}

/// Up to "Not there yet", a word in code that is spelled like a Windows function is one we have.
#[test]
fn named_functions_exist() {
    let text = readme();
    let claims = text.split("## What works").nth(1).and_then(|rest| rest.split("Not there").next());
    let spans = claims.expect("the section is there").split('`').skip(1).step_by(2);
    let has: Vec<String> = surface::declared().into_iter().map(|function| function.name).collect();
    let extensions = std::fs::read_to_string(source_tree().join("include/mswsock.h")).unwrap();
    let mut checked = 0;
    for span in spans {
        let (plain, with_suffix) = match span.split_once("(Ex)") {
            Some((plain, _)) => (plain, format!("{plain}Ex")),
            None => (span, span.to_string()),
        };
        for wanted in [plain, &with_suffix] {
            // `SendMessage` stands for both of its forms; an extension is reached by its GUID.
            let is_it = |name: &String| name == wanted || *name == format!("{wanted}W");
            let pointer = format!("LPFN_{}", wanted.to_uppercase());
            let known = has.iter().any(is_it) || extensions.contains(&pointer);
            assert!(known, "{wanted}");
        }
        checked += 1;
    }
    assert!(checked > 5);
}
