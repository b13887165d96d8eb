//! `lapwing models`: an echo server for each of Winsock's models, compiled from Windows source, run
//! against the same clients, and compared.
//!
//! | what | where |
//! |---|---|
//! | the models, their sources and what there is to say | `model.rs` |
//! | a server while it runs | `server.rs` |
//! | taking the figures | `measure.rs` |
//! | the table | `table.rs` |
//! | the page and its pictures | `page.rs`, `page.html`, `picture.rs` |

mod measure;
mod model;
mod page;
mod picture;
mod server;
mod table;

use crate::{Failure, cache, run};
use indicatif::{ProgressBar, ProgressStyle};
use measure::{Findings, Plan};
use model::{COMMON, MODELS, Model};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub const HELP: &str = "\
Every server runs in its own process with the same clients, which are this command's.  If there are
two processors or more, the clients have one and the server the others.  The figures are medians of
rounds; in each round every model has its turn.  System calls are counted in a run of their own,
because counting slows a server down.

Example:
  lapwing models --html report.html";

/// The command's options.
#[derive(clap::Args)]
pub struct Options {
    /// Compare only these (thread, select, poll, async-select, ...)
    #[arg(long = "model", value_name = "NAME", num_args = 1.., value_parser = known_model)]
    models: Vec<&'static Model>,
    /// Connections, where a model allows so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=15_000))]
    connections: u16,
    /// Bytes of a message
    #[arg(long, value_name = "BYTES", default_value_t = 64)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=65_536))]
    size: u32,
    /// Fewer messages and one round: a look, not a measurement
    #[arg(long)]
    quick: bool,
    /// Write a page with everything: one file, which needs no network
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print the figures as JSON instead of the table
    #[arg(long)]
    json: bool,
}

fn known_model(name: &str) -> Result<&'static Model, String> {
    MODELS.iter().find(|model| model.name == name).ok_or_else(|| {
        let names: Vec<&str> = MODELS.iter().map(|model| model.name).collect();
        format!("the models are {}", names.join(", "))
    })
}

/// Compares, and shows what was found.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    // What cannot be written later is said now.
    if let Some(path) = &options.html {
        std::fs::write(path, "").map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let models: Vec<&'static Model> = MODELS.iter().filter(|model| options.wants(model)).collect();
    let plan = Plan::new(options.connections.into(), options.size as usize, options.quick);
    let bar = progress_bar((models.len() * (2 + plan.rounds)) as u64);
    let folder = write_sources()?;
    let mut programs = Vec::new();
    for model in models {
        bar.set_message(format!("compiling {}", model.source.file));
        let source = folder.join(model.source.file);
        match run::program(vec!["-O2".into(), source.into_os_string()])? {
            Ok(program) => programs.push((model, program)),
            Err(_) => return Err(format!("{} does not compile", model.source.file)),
        }
        bar.inc(1);
    }
    let findings = measure::measure(&plan, &programs, &bar)?;
    bar.finish_and_clear();
    show(options, &findings)?;
    Ok(ExitCode::SUCCESS)
}

impl Options {
    fn wants(&self, model: &Model) -> bool {
        self.models.is_empty() || self.models.iter().any(|wanted| wanted.name == model.name)
    }
}

fn show(options: &Options, findings: &Findings) -> Result<(), Failure> {
    if options.json {
        let text = serde_json::to_string_pretty(findings).map_err(|error| error.to_string())?;
        println!("{text}");
    } else {
        println!("{}", table::table(findings));
    }
    if let Some(path) = &options.html {
        std::fs::write(path, page::page(findings))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        if !options.json {
            println!("\nThe page: {}", path.display());
        }
    }
    Ok(())
}

/// Hidden by itself where standard error is no terminal.
fn progress_bar(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}  {msg}");
    let bar = ProgressBar::new(steps);
    bar.enable_steady_tick(std::time::Duration::from_millis(250));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The servers' sources are in this command, so that it has them wherever it is installed; laid
/// down in the cache for the compiler, and for a debugger.
fn write_sources() -> Result<PathBuf, Failure> {
    let folder = cache::folder("models")?;
    write_source(&folder, &COMMON)?;
    for model in &MODELS {
        write_source(&folder, &model.source)?;
        model.headers.iter().try_for_each(|header| write_source(&folder, header))?;
    }
    Ok(folder)
}

fn write_source(folder: &Path, source: &model::Source) -> Result<(), Failure> {
    let path = folder.join(source.file);
    if std::fs::read_to_string(&path).is_ok_and(|text| text == source.text) {
        return Ok(());
    }
    let temporary = cache::temporary_name(&path);
    std::fs::write(&temporary, source.text)
        .and_then(|()| std::fs::rename(&temporary, &path))
        .map_err(|error| format!("{}: {error}", path.display()))
}
