//! Every file below `tests/c`, compiled by `lapwing cc` and run on this system: a test each.
//! Those that take minutes are ignored unless asked for with `-- --ignored`.

use lapwing_tests::c_test::{self, CTest};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let trials = c_test::all().into_iter().map(|test| {
        let (name, lacks) = (test.name.clone(), test.lacks());
        if let Some(lacks) = lacks {
            eprintln!("IGNORED: {name} (missing here: {lacks})");
        }
        let ignored = test.long || lacks.is_some();
        Trial::test(name, move || run(&test)).with_ignored_flag(ignored)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn run(test: &CTest) -> Result<(), Failed> {
    test.judge(&test.run_natively()?)?;
    if test.engines {
        let outcome = test.run_without_io_uring()?;
        test.judge(&outcome).map_err(|report| format!("without io_uring: {report}"))?;
    }
    test.clean_up();
    Ok(())
}
