//! `lapwing bench`: the crate `lapwing-bench`, with our compiler and our cache.

use crate::{Failure, cache, run};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Measures, and shows what was found.
pub fn run(options: &lapwing_bench::Options) -> Result<ExitCode, Failure> {
    let host = lapwing_bench::Host { compile, cache: cache::folder("bench")? };
    lapwing_bench::run(&host, options)
}

fn compile(options: &[&str], source: &Path) -> Result<PathBuf, Failure> {
    let words = options.iter().map(Into::into).chain([source.into()]).collect();
    run::program(words)?.map_err(|_| format!("{} does not compile", source.display()))
}
