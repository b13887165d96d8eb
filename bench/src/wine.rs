//! Wine, with a prefix of our own in the cache.

use crate::{Failure, child};
use lapwing_measure::machine::Processors;
use lapwing_measure::process;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The first start makes the prefix.
const STARTING: Duration = Duration::from_secs(180);

/// A running Wine.  Its server lives as long: one that goes away between two programs would be
/// part of what is measured.
pub struct Wine {
    prefix: PathBuf,
    /// A second `lapwing bench` would be ended by the first one's end.
    _lock: File,
}

impl Wine {
    /// Starts the server; the first time, makes the prefix.
    pub fn start(cache: &Path) -> Result<Self, Failure> {
        let prefix = cache.join("wine");
        let said = |error: std::io::Error| format!("{}: {error}", prefix.display());
        std::fs::create_dir_all(&prefix).map_err(said)?;
        let lock = File::create(cache.join("wine.lock")).map_err(said)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| "another `lapwing bench` is using it")?;
        let wine = Wine { prefix, _lock: lock };
        child::succeed(tool("wineserver", &wine.prefix).arg("-p"), STARTING)?;
        child::succeed(tool("wine", &wine.prefix).args(["wineboot", "--init"]), STARTING)?;
        Ok(wine)
    }

    /// Where its world is.
    pub fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The start of the command line of a Windows program.
    pub fn program(prefix: &Path, path: &Path) -> Command {
        let mut command = tool("wine", prefix);
        command.arg(path);
        command
    }

    /// The server's processor time so far, if it can be found.
    pub fn server_time(prefix: &Path) -> Option<Duration> {
        process::processor_time(Self::server(prefix)?).ok()
    }

    /// Moves the server to the one processor of its program, or lets it run anywhere.
    pub fn place_server(prefix: &Path, processors: &Processors, anywhere: bool) {
        if let Some(server) = Self::server(prefix) {
            processors.place(server, anywhere);
        }
    }

    fn server(prefix: &Path) -> Option<u32> {
        let own = format!("WINEPREFIX={}", prefix.display());
        let processes = std::fs::read_dir("/proc").ok()?.flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let mut servers = numbers.filter(|process: &u32| {
            let of = |file| std::fs::read(format!("/proc/{process}/{file}")).unwrap_or_default();
            of("comm").starts_with(b"wineserver")
                && of("environ").split(|byte| *byte == 0).any(|it| it == own.as_bytes())
        });
        servers.next()
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let _ = child::succeed(tool("wineserver", &self.prefix).arg("-k"), STARTING);
    }
}

fn tool(name: &str, prefix: &Path) -> Command {
    let mut command = Command::new(name);
    command.env("WINEPREFIX", prefix).env("WINEDEBUG", "-all");
    // Neither a question about Mono and Gecko nor a window.
    command.env("WINEDLLOVERRIDES", "mscoree,mshtml=").env_remove("DISPLAY");
    command
}
