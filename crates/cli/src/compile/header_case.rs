//! Header names in any case, as on Windows' file systems: `<WINSOCK2.H>`, or `"IocpServer.h"` for
//! a file named `iocpserver.h`; and `\` for `/`.
//!
//! The `#include` lines of the sources, and of the user's headers they reach, are read.  For each
//! name that is not there as it is spelled, but is in another case, a header of the spelled name is
//! written that includes the real one.  These go into a folder of the cache, which the compiler
//! searches after all others: so a name that does exist is never taken from there.

use super::command_line::CommandLine;
use super::host::Host;
use crate::Failure;
use crate::cache;
use crate::layout::Layout;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

/// The folder is this deep in its cache entry, so that `../` in a spelled name stays inside.
const DEPTH: &str = "d/d/d/d/d/d/d/d";

/// Header by spelled name: the text of the `#include` that finds the real one.
type Spellings = BTreeMap<Vec<u8>, Vec<u8>>;

/// What is compiled: the sources and those of the user's headers that they reach.
pub struct Files {
    pub files: Vec<PathBuf>,
    /// The folder of spellings, unless every name is spelled as it is.
    pub spellings: Option<PathBuf>,
}

/// Reads the sources, and their headers, for the names of headers.
pub fn read(line: &CommandLine, layout: &Layout, host: &Host) -> Result<Files, Failure> {
    let mut search = Search::new(line, layout, host);
    for source in &line.sources {
        search.read(source)?;
    }
    let spellings = match search.spellings.is_empty() {
        true => None,
        false => Some(write(&search.spellings)?),
    };
    let mut files: Vec<PathBuf> = search.seen.into_iter().collect();
    files.sort_unstable();
    Ok(Files { files, spellings })
}

struct Search<'a> {
    quote_folders: Vec<PathBuf>,
    /// The user's folders, then ours.
    folders: Vec<PathBuf>,
    /// How many of them are the user's: only these are read further.
    of_the_user: usize,
    host: &'a Host,
    system_folders: OnceCell<Vec<PathBuf>>,
    listings: HashMap<PathBuf, Vec<OsString>>,
    seen: HashSet<PathBuf>,
    spellings: Spellings,
}

/// A header that was found: in a folder of the search path, or beside the file that includes it.
enum Found {
    Exact(PathBuf),
    InOtherCase { path: PathBuf, include: Vec<u8> },
}

impl<'a> Search<'a> {
    fn new(line: &CommandLine, layout: &Layout, host: &'a Host) -> Search<'a> {
        let mut folders = line.include_folders.clone();
        let of_the_user = folders.len();
        folders.extend([layout.include.join("crt"), layout.include.clone()]);
        Search {
            quote_folders: line.quote_folders.clone(),
            folders,
            of_the_user,
            host,
            system_folders: OnceCell::new(),
            listings: HashMap::new(),
            seen: HashSet::new(),
            spellings: Spellings::new(),
        }
    }

    /// Reads a file's `#include` lines and the headers they name.  A file that cannot be read is
    /// the compiler's to complain of.
    fn read(&mut self, file: &Path) -> Result<(), Failure> {
        if !self.seen.insert(file.to_path_buf()) {
            return Ok(());
        }
        let text = std::fs::read(file).unwrap_or_default();
        let beside = file.parent().unwrap_or(Path::new("")).to_path_buf();
        for (quoted, name) in includes(&text) {
            let Some((found, read_further)) = self.find(quoted, name, &beside) else { continue };
            let path = match found {
                Found::Exact(path) => path,
                Found::InOtherCase { path, include } => {
                    self.add(name, include)?;
                    path
                }
            };
            if read_further {
                self.read(&path)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &[u8], include: Vec<u8>) -> Result<(), Failure> {
        let old = self.spellings.entry(name.to_vec()).or_insert_with(|| include.clone());
        if *old == include {
            return Ok(());
        }
        Err(format!(
            "\"{}\" is spelled in another case than the file and means {} in one place, {} in \
             another: compile these sources one by one",
            String::from_utf8_lossy(name),
            String::from_utf8_lossy(old),
            String::from_utf8_lossy(&include)
        ))
    }

    /// The header of that name, and whether it is the user's.
    fn find(&mut self, quoted: bool, name: &[u8], beside: &Path) -> Option<(Found, bool)> {
        let spelled = Path::new(OsStr::from_bytes(name));
        let near: Vec<PathBuf> = match quoted {
            true => {
                std::iter::once(beside.to_path_buf()).chain(self.quote_folders.clone()).collect()
            }
            false => Vec::new(),
        };
        let far = self.folders.clone();
        let places = near.iter().map(|folder| (folder, true)).chain(
            far.iter().enumerate().map(|(index, folder)| (folder, index < self.of_the_user)),
        );
        let places: Vec<_> = places.collect();
        for (folder, of_the_user) in &places {
            let path = folder.join(spelled);
            if path.is_file() {
                return Some((Found::Exact(path), *of_the_user));
            }
        }
        let plain =
            OsString::from_vec(name.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect());
        for (index, (folder, of_the_user)) in places.iter().enumerate() {
            let Some(real) = self.in_other_case(folder, Path::new(&plain)) else { continue };
            let path = folder.join(&real);
            let include = match index < near.len() {
                true => quoted_include(&path),
                false => bracketed_include(&real),
            };
            return Some((Found::InOtherCase { path, include }, *of_the_user));
        }
        self.find_in_system(&plain, spelled)
    }

    /// The compiler's own headers are spelled in small letters; the compiler is asked where they
    /// are only for a name that is not.
    fn find_in_system(&mut self, plain: &OsStr, spelled: &Path) -> Option<(Found, bool)> {
        let odd = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'\\';
        if !spelled.as_os_str().as_bytes().iter().any(odd) {
            return None;
        }
        let host = self.host;
        let folders = self.system_folders.get_or_init(|| system_folders(host)).clone();
        if folders.iter().any(|folder| folder.join(spelled).is_file()) {
            return None;
        }
        let real =
            folders.iter().find_map(|folder| self.in_other_case(folder, Path::new(plain)))?;
        let include = bracketed_include(&real);
        Some((Found::InOtherCase { path: real, include }, false))
    }

    /// The path below `folder` that is `name` but for the case of its letters.
    fn in_other_case(&mut self, folder: &Path, name: &Path) -> Option<PathBuf> {
        let mut real = PathBuf::new();
        for component in name.components() {
            let Component::Normal(word) = component else {
                real.push(component);
                continue;
            };
            let here = folder.join(&real);
            if !here.join(word).exists() {
                let list = self.listings.entry(here.clone()).or_insert_with(|| listing(&here));
                real.push(list.iter().find(|entry| entry.eq_ignore_ascii_case(word))?);
            } else {
                real.push(word);
            }
        }
        folder.join(&real).is_file().then_some(real)
    }
}

fn listing(folder: &Path) -> Vec<OsString> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    names
}

fn quoted_include(path: &Path) -> Vec<u8> {
    let path = std::path::absolute(path).unwrap_or(path.to_path_buf());
    [b"\"", path.as_os_str().as_bytes(), b"\""].concat()
}

fn bracketed_include(path: &Path) -> Vec<u8> {
    [b"<", path.as_os_str().as_bytes(), b">"].concat()
}

/// The names in a file's `#include` lines, and whether each stands in quotes.
fn includes(text: &[u8]) -> impl Iterator<Item = (bool, &[u8])> {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let rest = line.trim_ascii_start().strip_prefix(b"#")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"include_next").or(rest.strip_prefix(b"include"))?;
        let rest = rest.trim_ascii_start();
        let close = match rest.first()? {
            b'"' => b'"',
            b'<' => b'>',
            _ => return None,
        };
        let name = &rest[1..];
        let end = name.iter().position(|&byte| byte == close)?;
        (end > 0).then(|| (close == b'"', &name[..end]))
    })
}

/// Where the compiler looks for its own headers: it lists them between two lines of `-v`.
fn system_folders(host: &Host) -> Vec<PathBuf> {
    let output = host.command().args(["-x", "c++", "-E", "-v", "/dev/null"]).output();
    let said = output.map(|output| output.stderr).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let lines = said.lines().skip_while(|line| !line.starts_with("#include <")).skip(1);
    lines.take_while(|line| line.starts_with(' ')).map(|line| PathBuf::from(line.trim())).collect()
}

/// Writes the headers of the spelled names; the folder's name depends on what is in it, so it is
/// written once and never changed.
fn write(spellings: &Spellings) -> Result<PathBuf, Failure> {
    let mut key = cache::Key::default();
    for (name, include) in spellings {
        key.add(name);
        key.add(include);
    }
    let home = cache::folder("headers")?;
    let entry = home.join(key.name());
    let folder = entry.join(DEPTH);
    if folder.is_dir() {
        return Ok(folder);
    }
    let temporary = cache::temporary_name(&entry);
    for (name, include) in spellings {
        let Some(path) = inside(&temporary, name) else { continue };
        let text = [
            b"/* Written by lapwing: this header in another case. */\n#include ",
            include.as_slice(),
            b"\n",
        ]
        .concat();
        let written = std::fs::create_dir_all(path.parent().unwrap_or(&temporary))
            .and_then(|()| std::fs::create_dir_all(temporary.join(DEPTH)))
            .and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Err(error) = std::fs::rename(&temporary, &entry) {
        let _ = std::fs::remove_dir_all(&temporary);
        if !folder.is_dir() {
            return Err(format!("{}: {error}", entry.display()));
        }
    }
    cache::tidy(&home);
    Ok(folder)
}

/// Where a compiler that searches the folder looks for a name: `..` leads up, but not out.
fn inside(entry: &Path, name: &[u8]) -> Option<PathBuf> {
    let mut path = entry.join(DEPTH);
    for component in Path::new(OsStr::from_bytes(name)).components() {
        match component {
            Component::Normal(word) => path.push(word),
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            _ => return None,
        }
    }
    path.starts_with(entry).then_some(path).filter(|path| path != entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn include_lines_are_read_as_the_preprocessor_reads_them() {
        let text = b"#include <a.h>\r\n  #  include\t\"B/c.h\" // x\n\
                     #include MACRO\n#define X <y.h>\n#include \"\"\n";
        let seen: Vec<_> = includes(text).collect();
        assert_eq!(seen, [(false, b"a.h".as_slice()), (true, b"B/c.h".as_slice())]);
    }

    #[test]
    fn a_name_that_leads_up_stays_in_the_cache() {
        let entry = Path::new("/cache/k");
        assert_eq!(inside(entry, b"A.h"), Some(entry.join(DEPTH).join("A.h")));
        assert_eq!(inside(entry, b"../i/A.h"), Some(entry.join("d/d/d/d/d/d/d/i/A.h")));
        assert_eq!(inside(entry, "../".repeat(12).as_bytes()), None);
        assert_eq!(inside(entry, b"/etc/A.h"), None);
    }
}
