//! Writes `docs/api.md`, or with `--check` says whether it is current.

use std::fs;
use std::process::ExitCode;

use lapwing_tests::{api, source_tree};

fn main() -> ExitCode {
    let path = source_tree().join(api::PAGE);
    let page = api::page();
    match std::env::args().nth(1).as_deref() {
        None => {
            fs::write(&path, page).expect("docs/ can be written to");
            ExitCode::SUCCESS
        }
        Some("--check") if fs::read_to_string(&path).is_ok_and(|old| old == page) => {
            ExitCode::SUCCESS
        }
        Some("--check") => {
            eprintln!("{} is stale: cargo run -p lapwing-tests --bin api-docs", api::PAGE);
            ExitCode::FAILURE
        }
        Some(other) => {
            eprintln!("api-docs: {other} is not --check");
            ExitCode::from(2)
        }
    }
}
