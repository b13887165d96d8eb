//! `lapwing install`: headers, libraries, a pkg-config file, a CMake package and the command, in
//! the places where other projects' builds look.  The prefix can be moved afterwards: nothing in
//! it names its own path.

use crate::Failure;
use crate::cache;
use crate::compile::NATIVE_LIBRARIES;
use crate::layout::Layout;
use std::io;
use std::path::Path;
use std::process::ExitCode;

const PKG_CONFIG: &str = include_str!("templates/lapwing.pc.in");
const PKG_CONFIG_STATIC: &str = include_str!("templates/lapwing-static.pc.in");
const CMAKE_PACKAGE: &str = include_str!("templates/LapwingConfig.cmake.in");
const CMAKE_VERSION: &str = include_str!("templates/LapwingConfigVersion.cmake.in");

/// Lays everything down below `prefix`, in place of what an earlier version left there.
pub fn install(prefix: &Path) -> Result<ExitCode, Failure> {
    let layout = Layout::find()?;
    let prefix = std::path::absolute(prefix).map_err(|error| error.to_string())?;
    lay_down(&layout, &prefix)
        .map_err(|error| format!("cannot install below {}: {error}", prefix.display()))?;
    println!("Installed Lapwing {} below {}", env!("CARGO_PKG_VERSION"), prefix.display());
    println!("  bin/lapwing (also as lapwing-cc, lapwing-c++), include/lapwing, lib/liblapwing.*");
    println!("  CMake: -DCMAKE_PREFIX_PATH={}", prefix.display());
    println!(
        "  pkg-config lapwing (or lapwing-static): PKG_CONFIG_PATH={}/lib/pkgconfig",
        prefix.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn lay_down(layout: &Layout, prefix: &Path) -> io::Result<()> {
    let include = prefix.join("include/lapwing");
    if include.canonicalize().ok() != layout.include.canonicalize().ok() {
        match std::fs::remove_dir_all(&include) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => copy_folder(&layout.include, &include)?,
        }
    }
    let lib = prefix.join("lib");
    copy_file(&layout.archive, &lib.join("liblapwing.a"))?;
    copy_file(&layout.shared_object, &lib.join("liblapwing.so.0"))?;
    cache::link(Path::new("liblapwing.so.0"), &lib.join("liblapwing.so"))?;
    write(&lib.join("pkgconfig/lapwing.pc"), PKG_CONFIG)?;
    write(&lib.join("pkgconfig/lapwing-static.pc"), PKG_CONFIG_STATIC)?;
    write(&lib.join("cmake/Lapwing/LapwingConfig.cmake"), CMAKE_PACKAGE)?;
    write(&lib.join("cmake/Lapwing/LapwingConfigVersion.cmake"), CMAKE_VERSION)?;
    copy_file(&layout.command, &prefix.join("bin/lapwing"))?;
    cache::link(Path::new("lapwing"), &prefix.join("bin/lapwing-cc"))?;
    cache::link(Path::new("lapwing"), &prefix.join("bin/lapwing-c++"))
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target)?,
            false => copy_file(&entry.path(), &target)?,
        }
    }
    Ok(())
}

/// Copies under a temporary name first: the file may be a running program or a loaded library.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    if to.canonicalize().is_ok_and(|to| from.canonicalize().is_ok_and(|from| from == to)) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = cache::temporary_name(to);
    std::fs::copy(from, &temporary)?;
    std::fs::rename(&temporary, to)
}

fn write(path: &Path, template: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let list = |separator: &str| NATIVE_LIBRARIES.map(|name| format!("-l{name}")).join(separator);
    let text = template
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@NATIVE_LIBRARIES@", &list(" "))
        .replace("@NATIVE_LIBRARIES_CMAKE@", &list(";"));
    std::fs::write(path, text)
}
