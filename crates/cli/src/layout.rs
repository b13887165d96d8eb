//! Where Lapwing's own headers and libraries are: in an installed prefix, or in the source tree
//! that this command was built from.

use crate::Failure;
use crate::cache;
use std::path::{Path, PathBuf};

/// The headers and libraries that belong to this command.
pub struct Layout {
    /// The folder of `lapwing-cc.h`, `winsock2.h` and of `crt/`.
    pub include: PathBuf,
    /// The archive for static linking.
    pub archive: PathBuf,
    /// The shared library.
    pub shared_object: PathBuf,
    /// This command itself.
    pub command: PathBuf,
    installed: bool,
}

impl Layout {
    /// Finds the headers and libraries beside this command.
    pub fn find() -> Result<Layout, Failure> {
        let command = std::env::current_exe()
            .and_then(|path| path.canonicalize())
            .map_err(|error| format!("cannot tell where this command is: {error}"))?;
        let folder = command.parent().unwrap_or(Path::new("/")).to_path_buf();
        installed(&command, &folder)
            .or_else(|| source_tree(&command, &folder))
            .ok_or_else(|| missing(&folder))
    }

    /// The folder to link `liblapwing.so` from, which is also the run path of what is linked.
    ///
    /// cargo names the shared library after the crate, so in the source tree the folder is made in
    /// `target/<profile>/lib/`, with links of the proper names.
    pub fn shared_object_folder(&self) -> Result<PathBuf, Failure> {
        if self.installed {
            return Ok(self.shared_object.parent().unwrap_or(Path::new("/")).to_path_buf());
        }
        let folder = self.command.parent().unwrap_or(Path::new("/")).join("lib");
        for name in ["liblapwing.so.0", "liblapwing.so"] {
            cache::link(&self.shared_object, &folder.join(name))
                .map_err(|error| format!("{}: {error}", folder.join(name).display()))?;
        }
        Ok(folder)
    }
}

fn installed(command: &Path, folder: &Path) -> Option<Layout> {
    let prefix = folder.parent()?;
    let layout = Layout {
        include: prefix.join("include/lapwing"),
        archive: prefix.join("lib/liblapwing.a"),
        shared_object: prefix.join("lib/liblapwing.so.0"),
        command: command.to_path_buf(),
        installed: true,
    };
    (has_prelude(&layout.include) && layout.archive.exists()).then_some(layout)
}

/// cargo lays a dependency's libraries down in `target/<profile>/deps`, without a hash in the name
/// because one of them is a shared library.  The copies one folder up are made only when the
/// library's own package is built, so they may be old.
fn source_tree(command: &Path, folder: &Path) -> Option<Layout> {
    let deps = if folder.ends_with("deps") { folder.to_path_buf() } else { folder.join("deps") };
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../include");
    let beside = folder.ancestors().map(|ancestor| ancestor.join("include"));
    let include = std::iter::once(built_from).chain(beside).find(|path| has_prelude(path))?;
    let archive = deps.join("liblapwing_win32.a");
    archive.exists().then(|| Layout {
        include: include.canonicalize().unwrap_or(include),
        archive,
        shared_object: deps.join("liblapwing_win32.so"),
        command: command.to_path_buf(),
        installed: false,
    })
}

fn has_prelude(include: &Path) -> bool {
    include.join("lapwing-cc.h").exists()
}

fn missing(folder: &Path) -> Failure {
    format!(
        "Lapwing's headers and library are not beside this command ({}).\n\
         An installed `lapwing` needs ../include/lapwing and ../lib/liblapwing.a: \
         run `lapwing install --prefix DIR` from the source tree.\n\
         In the source tree, `cargo build -p lapwing-cli` builds them.",
        folder.display()
    )
}
