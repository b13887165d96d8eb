//! The library behind `lapwing bench`: programs with Lapwing and their peers, measured in turns in
//! the same run, compared round by round.
//!
//! | what | where |
//! |---|---|
//! | the measured programs' sources | `servers/`, `peers/`; in this library by `build.rs` |
//! | the table of these programs | [`programs`] |
//! | building and starting them | [`toolbox`], [`wine`], [`child`] |
//! | what can be measured, and the options of each | [`subjects`], [`options`] |
//! | an echo server while it runs | [`server`] |
//! | rounds, and who fails in them | [`rounds`] |
//! | what was found, and what is made of it | [`report`], [`sample`], [`goals`], [`possible`] |
//! | how it is shown | [`table`], [`json`], [`page`], [`markdown`] |

mod child;
mod counted;
mod goals;
mod json;
mod markdown;
mod options;
mod page;
mod possible;
mod programs;
mod report;
mod rounds;
mod sample;
mod server;
mod sources;
mod subjects;
mod table;
mod toolbox;
mod wine;

pub use options::{HELP, Options};
use report::{Report, Section};
use rounds::Bench;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use subjects::finals;

/// Why something cannot be done, in words.
pub type Failure = String;

/// What the command does for us.
pub struct Host {
    /// Compiles a Windows program, given some options of the compiler; where it is.
    pub compile: fn(&[&str], &Path) -> Result<PathBuf, Failure>,
    /// A folder to keep things in.
    pub cache: PathBuf,
}

/// Measures, and shows what was found.  It fails if one of our own programs did.
///
/// # Errors
/// If options contradict each other, or something cannot be written.
pub fn run(host: &Host, options: &Options) -> Result<ExitCode, Failure> {
    options.check()?;
    let mut bench = Bench::new(host, options)?;
    let subjects = options.subjects();
    let mut sections: Vec<Section> =
        subjects.iter().map(|subject| bench.measure(subject)).collect();
    if let Some(finals) = finals::measure(&mut bench, &sections) {
        // They follow from those of which they are the finals.
        let engine = sections.iter().position(|section| section.subject == "engine");
        sections.insert(engine.map_or(sections.len(), |at| at + 1), finals);
    }
    let report = bench.finish(sections);
    show(options, &report)?;
    let failed = report.missing.iter().any(|missing| missing.is_ours);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(options: &Options, report: &Report) -> Result<(), Failure> {
    let json = || json::json(report);
    match &options.json {
        Some(path) if path == Path::new("-") => println!("{}", json()),
        Some(path) => {
            println!("{}", table::tables(report));
            write(path, &json())?;
        }
        None => println!("{}", table::tables(report)),
    }
    if let Some(path) = &options.html {
        write(path, &page::page(report))?;
    }
    if options.write {
        write(&options::performance_page(), &markdown::page(report))?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
