//! The `lapwing` command that the tests use: the one of this build, never an older one.

use crate::{profile_folder, source_tree};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The path of the command.  `LAPWING` names another one, an installed one for instance; otherwise
/// cargo is asked to bring `target/<profile>/lapwing` and the libraries beside it up to date, which
/// takes it no time when they are.
///
/// # Panics
/// If it cannot be built.
pub fn path() -> PathBuf {
    static PATH: OnceLock<Option<PathBuf>> = OnceLock::new();
    let path = PATH.get_or_init(|| std::env::var_os("LAPWING").map(PathBuf::from).or_else(build));
    path.clone().expect("lapwing-cli builds")
}

fn build() -> Option<PathBuf> {
    let profile = profile_folder();
    let name = profile.file_name().and_then(|name| name.to_str()).unwrap_or("debug");
    let name = if name == "debug" { "dev" } else { name };
    let target = profile.parent().expect("target/<profile> has a parent");
    let cargo = std::env::var_os("CARGO").unwrap_or(OsString::from("cargo"));
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "lapwing-cli", "--profile", name, "--target-dir"])
        .arg(target)
        .current_dir(source_tree())
        .status()
        .expect("cargo starts");
    status.success().then(|| profile.join("lapwing"))
}

/// `lapwing cc`, or `lapwing c++` for a C++ file, with warnings as errors.
pub fn compiler(is_cxx: bool) -> Command {
    let mut command = Command::new(path());
    command.arg(if is_cxx { "c++" } else { "cc" }).args(["-Wall", "-Werror", "-g"]);
    command
}
