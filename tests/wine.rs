//! The same C files as in `native.rs`, built by mingw-w64 and run under Wine: both transcripts must
//! be the same, apart from the lines that `wine-differs.txt` lists.
//!
//! Ignored, and said so, unless asked for with `-- --ignored`.

use lapwing_tests::c_test::{self, CTest};
use lapwing_tests::program::Outcome;
use lapwing_tests::tools;
use lapwing_tests::wine::{self, Wine};
use libtest_mimic::{Arguments, Failed, Trial};
use std::sync::{Arc, OnceLock};

type SharedWine = Arc<OnceLock<Wine>>;

fn main() {
    let arguments = Arguments::from_args();
    let shared = SharedWine::default();
    let tests = c_test::all().into_iter().filter(|test| test.native_only.is_none());
    let mut trials: Vec<Trial> = tests
        .map(|test| {
            let (name, shared) = (test.name.clone(), shared.clone());
            Trial::test(name, move || compare(&test, &shared)).with_ignored_flag(true)
        })
        .collect();
    let shared_too = shared.clone();
    let one_port = move || compare_example("one_port.c", &shared_too);
    trials.push(Trial::test("examples/c/one_port.c", one_port).with_ignored_flag(true));
    if !arguments.list && !arguments.ignored && !arguments.include_ignored {
        let missing = tools::missing(wine::TOOLS);
        let why = match missing.is_empty() {
            true => {
                String::from("`cargo test -p lapwing-tests --test wine -- --ignored` runs them")
            }
            false => format!("missing here: {}", missing.join(", ")),
        };
        eprintln!("IGNORED: the {} comparisons with Wine ({why})", trials.len());
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // `exit` runs no destructor, and the server would stay.
    drop(Arc::into_inner(shared));
    conclusion.exit();
}

fn compare(test: &CTest, shared: &SharedWine) -> Result<(), Failed> {
    let missing = tools::missing(wine::TOOLS);
    if !missing.is_empty() {
        return Err(format!("missing here: {}", missing.join(", ")).into());
    }
    let native = test.run_natively()?;
    test.judge(&native)?;
    let wine = shared.get_or_init(Wine::start);
    if let Err(first) = compare_once(test, &native, wine) {
        // Ours has passed.  Wine has races of its own (its thread pool may leave a callback for
        // long): a difference that is one stays.
        eprintln!("RUN AGAIN under Wine: {}: {}", test.name, first.message().unwrap_or("failed"));
        compare_once(test, &native, wine)?;
    }
    test.clean_up();
    Ok(())
}

fn compare_once(test: &CTest, native: &Outcome, wine: &Wine) -> Result<(), Failed> {
    let under_wine = test.run_under_wine(wine)?;
    if under_wine.code.is_none() {
        return Err(under_wine.report().into());
    }
    Ok(wine::compare(&test.name, &wine::listed(), &native.stdout, &under_wine.stdout)?)
}

/// Packets of different sources come in any order.
fn compare_example(file: &str, shared: &SharedWine) -> Result<(), Failed> {
    let example = CTest::example(file);
    let native = sorted(&example.run_natively()?.success()?);
    let under_wine = example.run_under_wine(shared.get_or_init(Wine::start))?.success()?;
    assert_eq!(native, sorted(&under_wine));
    Ok(())
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    lines.sort();
    lines
}
