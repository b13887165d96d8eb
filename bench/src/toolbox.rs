//! From sources to programs that can be started, each built once and kept in the cache.  What
//! cannot be built is missing, for a reason that says what to do.

use crate::programs::{Origin, Program};
use crate::sources::SOURCES;
use crate::wine::Wine;
use crate::{Failure, Host, child};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A compiler that takes longer hangs.
const COMPILING: Duration = Duration::from_secs(120);
/// Cargo fetches and builds some hundred crates, in each of two workspaces.
const BUILDING_CRATES: Duration = Duration::from_secs(900);
/// What is compiled with, where a source does not say it.
const USUAL: &str = "cc -O2 -pthread -o OUT IN";
const CROSS_COMPILER: &str = "x86_64-w64-mingw32-gcc";
const WORKSPACE: &str = "peers/rust";
/// Our own workspace, where this command was built.
const SOURCE_TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// So the workspace of the peers is built.
const AS_PEERS: [&str; 2] = ["--config", "profile.release.lto='fat'"];

/// A program that can be started.
#[derive(Clone)]
pub struct Built {
    /// What is executed.
    pub path: PathBuf,
    prefix: Option<PathBuf>,
}

impl Built {
    /// The start of its command line.
    pub fn command(&self) -> Command {
        match &self.prefix {
            None => Command::new(&self.path),
            Some(prefix) => Wine::program(prefix, &self.path),
        }
    }

    /// Wine's prefix, where it runs under Wine.
    pub fn prefix(&self) -> Option<&Path> {
        self.prefix.as_deref()
    }
}

/// Where programs come from.
pub struct Toolbox<'a> {
    host: &'a Host,
    /// The sources, as they are in this command.
    home: PathBuf,
    built: BTreeMap<String, Result<Built, Failure>>,
    crates: Option<Result<PathBuf, Failure>>,
    wine: Option<Result<Wine, Failure>>,
}

impl<'a> Toolbox<'a> {
    /// Lays the sources down in the cache, for the compilers and for a debugger.
    pub fn new(host: &'a Host) -> Result<Self, Failure> {
        let home = host.cache.join("sources");
        for (name, text) in SOURCES {
            lay_down(&home.join(name), text)?;
        }
        Ok(Toolbox { host, home, built: BTreeMap::new(), crates: None, wine: None })
    }

    /// A file of this process in the cache.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.host.cache.join(format!("{name}.{}", std::process::id()))
    }

    /// The program, or why it is missing.
    pub fn get(&mut self, program: &Program) -> Result<Built, Failure> {
        let key = format!("{:?}", program.origin);
        if let Some(known) = self.built.get(&key) {
            return known.clone();
        }
        let result = match program.origin {
            Origin::Windows(source) => self.windows(source),
            Origin::Wine(source) => self.wine(source),
            Origin::Native(source) => self.native(source),
            Origin::Rust(name) => self.rust(name),
            Origin::Package(name) => self.package(name),
        };
        self.built.insert(key, result.clone());
        result
    }

    /// Whether there is what it is built from; where the command is installed without a source
    /// tree, one of ours is not.
    pub fn has_source(&self, program: &Program) -> bool {
        !matches!(program.origin, Origin::Package(_)) || Path::new(SOURCE_TREE).exists()
    }

    fn windows(&self, source: &str) -> Result<Built, Failure> {
        text(source)?;
        let path = (self.host.compile)(&["-O2", "-g"], &self.home.join(source))?;
        Ok(Built { path, prefix: None })
    }

    fn native(&self, source: &str) -> Result<Built, Failure> {
        let text = text(source)?;
        if let Some(needs) = directive(text, "needs") {
            let mut words = needs.split_whitespace();
            let (file, package) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            if !Path::new(file).exists() {
                return Err(format!("{file} is not there: apt install {package}"));
            }
        }
        let line = directive(text, "build").unwrap_or(USUAL);
        self.compile(source, text, line)
    }

    fn wine(&mut self, source: &str) -> Result<Built, Failure> {
        let text = text(source)?;
        let wine = self.wine.get_or_insert_with(|| Wine::start(&self.host.cache));
        let prefix = wine.as_ref().map_err(Clone::clone)?.prefix().to_path_buf();
        let line = format!("{CROSS_COMPILER} -O2 -o OUT IN -lws2_32 -lmswsock -static -lpthread");
        let built = self.compile(source, text, &line)?;
        Ok(Built { prefix: Some(prefix), ..built })
    }

    /// Runs a line in which IN is the source and OUT what comes out, unless it has been done.
    fn compile(&self, source: &str, text: &str, line: &str) -> Result<Built, Failure> {
        let mut hasher = DefaultHasher::new();
        (line, text).hash(&mut hasher);
        let headers = SOURCES.iter().filter(|(name, _)| name.ends_with(".h"));
        headers.for_each(|header| header.hash(&mut hasher));
        let folder = self.host.cache.join(format!("{:016x}", hasher.finish()));
        let stem = Path::new(source).file_stem().unwrap_or_default();
        let path = folder.join(stem);
        if !path.exists() {
            std::fs::create_dir_all(&folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
            let temporary = folder.join(format!("{}.new", std::process::id()));
            let mut words = line.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or("cc"));
            for word in words {
                match word {
                    "IN" => command.arg(self.home.join(source)),
                    "OUT" => command.arg(&temporary),
                    word => command.arg(word),
                };
            }
            child::output(&mut command, COMPILING)?;
            std::fs::rename(&temporary, &path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(Built { path, prefix: None })
    }

    fn rust(&mut self, name: &str) -> Result<Built, Failure> {
        let workspace = self.home.join(WORKSPACE);
        let release = self.crates.get_or_insert_with(|| {
            if !workspace.join("Cargo.toml").exists() {
                return Err(format!("{WORKSPACE} is not in this command"));
            }
            build_crates(&workspace, &[], &workspace.join("target"))
        });
        let path = release.as_ref().map_err(Clone::clone)?.join(name);
        match path.exists() {
            true => Ok(Built { path, prefix: None }),
            false => Err(format!("{WORKSPACE} has no program {name}")),
        }
    }

    /// In a target folder of our own: the tree's may be in use.
    fn package(&self, name: &str) -> Result<Built, Failure> {
        let tree = Path::new(SOURCE_TREE);
        if !tree.exists() {
            let tree = tree.display();
            return Err(format!("{tree}, the source tree of this command, is not there any more"));
        }
        let options = ["--package", name].iter().chain(&AS_PEERS).copied().collect::<Vec<_>>();
        let release = build_crates(tree, &options, &self.host.cache.join("packages"))?;
        Ok(Built { path: release.join(name), prefix: None })
    }
}

/// Builds a cargo workspace or a part of it; the folder of its programs.
fn build_crates(workspace: &Path, options: &[&str], target: &Path) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked"]).args(options).current_dir(workspace);
    // What an outer cargo has told us is not for this one.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_") && name != "CARGO_HOME") {
            cargo.env_remove(name);
        }
    }
    cargo.env("CARGO_TARGET_DIR", target).env_remove("RUSTFLAGS");
    child::output(&mut cargo, BUILDING_CRATES)?;
    Ok(target.join("release"))
}

/// What follows `NAME: ` on a line of the first comment.
fn directive<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let comment = text.split("*/").next().unwrap_or_default();
    comment.lines().find_map(|line| {
        let line = line.trim_start_matches(['/', '*', ' ']);
        line.strip_prefix(name)?.strip_prefix(':').map(str::trim)
    })
}

fn text(source: &str) -> Result<&'static str, Failure> {
    let found = SOURCES.iter().find(|(name, _)| *name == source);
    found.map(|(_, text)| *text).ok_or_else(|| format!("{source} is not in this command"))
}

fn lay_down(path: &Path, text: &str) -> Result<(), Failure> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    path.parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(&temporary, text))
        .and_then(|()| std::fs::rename(&temporary, path))
        .map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_says_how_it_is_built_and_what_it_needs() {
        let text = "/* An echo server.\n *\n * build: cc -o OUT IN -luv\n * needs: /x libx */\nx";
        assert_eq!(directive(text, "build"), Some("cc -o OUT IN -luv"));
        assert_eq!(directive(text, "needs"), Some("/x libx"));
        assert_eq!(directive("// build: c++ IN\n", "build"), Some("c++ IN"));
        assert_eq!(directive("/* none */ build: x", "build"), None);
    }

    #[test]
    fn every_program_of_the_table_has_its_source_and_every_source_is_in_it() {
        assert!(SOURCES.iter().any(|(name, _)| *name == "servers/iocp_echo.c"));
    }
}
