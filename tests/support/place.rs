//! A folder of its own for a test of the `lapwing` command.

use crate::program::{self, Outcome};
use crate::{command, scratch_folder};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A fresh folder with these files, to work in.
pub struct Place {
    /// The folder.
    pub folder: PathBuf,
}

impl Place {
    /// Makes the folder, named in `target/` by `name`.
    pub fn new(name: &str, files: &[(&str, &str)]) -> Place {
        let folder = scratch_folder(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let place = Place { folder };
        files.iter().for_each(|(name, text)| place.write(name, text));
        place
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// `lapwing` with these words, and a cache and environment of its own.
    pub fn lapwing(&self, words: &str) -> Command {
        let mut command = Command::new(command::path());
        command.args(words.split_whitespace()).current_dir(&self.folder);
        command.env("LAPWING_CACHE", self.folder.join("cache"));
        ["CC", "CXX", "LAPWING_CC", "LAPWING_CXX"].iter().for_each(|name| {
            command.env_remove(name);
        });
        command
    }

    /// Runs `lapwing` with these words.
    pub fn run(&self, words: &str) -> Outcome {
        run(&mut self.lapwing(words))
    }

    /// Runs `lapwing` with these words, which must succeed, and returns what it printed.
    pub fn succeeds(&self, words: &str) -> String {
        let outcome = self.run(words);
        outcome.success().unwrap_or_else(|report| panic!("lapwing {words}: {report}"))
    }

    /// Runs a program of the folder, which must succeed, and returns what it printed.
    pub fn program(&self, name: &str) -> String {
        run(&mut Command::new(self.folder.join(name))).success().unwrap()
    }
}

/// Runs a command, killed after two minutes.
pub fn run(command: &mut Command) -> Outcome {
    program::run(command, Duration::from_secs(120))
}
