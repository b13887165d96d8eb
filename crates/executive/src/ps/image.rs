//! Which file a program's name means, and whether it can be run.
//!
//! Windows adds `.exe` to a name without an extension and looks in the folder of the running
//! program, the current one, the system's, and along `PATH`.  Here `.exe` may be missing from the
//! file as well as from the name, and there is no system folder.

use super::command_line::split_program;
use crate::fs::error::general;
use crate::fs::path;
use crate::status::{Result, Status};
use rustix::fs::{Access, FileType, access, stat};
use rustix::io::Errno;
use std::io::Read;
use std::path::{Path, PathBuf};

const SUFFIX: &str = ".exe";

/// The names under which a file may stand: as Windows would have it first.
fn spellings(name: &str) -> Vec<String> {
    let last = name.rsplit(['\\', '/']).next().unwrap_or(name);
    let bare = name.len().checked_sub(SUFFIX.len()).filter(|&at| name.is_char_boundary(at));
    match bare.map(|at| name.split_at(at)) {
        Some((bare, suffix)) if suffix.eq_ignore_ascii_case(SUFFIX) && !bare.is_empty() => {
            vec![name.to_owned(), bare.to_owned()]
        }
        _ if last.contains('.') => vec![name.to_owned()],
        _ => vec![format!("{name}{SUFFIX}"), name.to_owned()],
    }
}

/// The file of a name that is not searched for.
fn exact(name: &str) -> Result<PathBuf> {
    let mut missing = Status::OBJECT_NAME_NOT_FOUND;
    for spelling in spellings(name) {
        let path = path::resolve(&spelling)?.path;
        match stat(&path) {
            Ok(found) if FileType::from_raw_mode(found.st_mode) == FileType::Directory => {
                missing = Status::ACCESS_DENIED;
            }
            Ok(_) => return Ok(path),
            Err(Errno::NOENT | Errno::NOTDIR) => {
                if missing == Status::OBJECT_NAME_NOT_FOUND
                    && !path.parent().is_some_and(Path::is_dir)
                {
                    missing = Status::OBJECT_PATH_NOT_FOUND;
                }
            }
            Err(error) => return Err(general(error)),
        }
    }
    Err(missing)
}

/// The folders in which a bare name is looked for.
fn folders() -> Vec<PathBuf> {
    let own = std::env::current_exe().ok().and_then(|file| Some(file.parent()?.to_path_buf()));
    let current = std::env::current_dir().ok();
    let listed = std::env::var("PATH").unwrap_or_default();
    // A program that sets the variable itself writes it as on Windows.
    let windows = listed.contains(';') || listed.get(1..3).is_some_and(|drive| drive == ":\\");
    let listed = listed.split(if windows { ';' } else { ':' });
    let listed = listed.filter(|folder| !folder.is_empty());
    let listed = listed.filter_map(|folder| Some(path::resolve(folder).ok()?.path));
    own.into_iter().chain(current).chain(listed).collect()
}

/// The file of a name, searched for if it is a bare one.
fn search(name: &str) -> Result<PathBuf> {
    if name.contains(['\\', '/']) || name.get(1..2) == Some(":") {
        return exact(name);
    }
    let names = spellings(name);
    let is_file = |path: &PathBuf| {
        stat(path).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) != FileType::Directory)
    };
    let within = |folder: PathBuf| names.iter().map(|name| folder.join(name)).find(is_file);
    folders().into_iter().find_map(within).ok_or(Status::OBJECT_NAME_NOT_FOUND)
}

/// The file that a command line begins with.  A name without quotes may have spaces: it is what
/// stands before the first of them, or else the second, ….
fn of_line(line: &str) -> Result<Found> {
    if line.starts_with('"') {
        let (name, _) = split_program(line);
        let name = Some(name).filter(|name| !name.is_empty());
        let path = search(name.ok_or(Status::OBJECT_NAME_NOT_FOUND)?)?;
        return Ok(Found { path, line: line.to_owned() });
    }
    let mut first = None;
    for end in line.match_indices([' ', '\t']).map(|(at, _)| at).chain([line.len()]) {
        let (name, rest) = line.split_at(end);
        if name.trim().is_empty() {
            continue;
        }
        match search(name) {
            Ok(path) if name.contains([' ', '\t']) => {
                return Ok(Found { path, line: format!("\"{name}\"{rest}") });
            }
            Ok(path) => return Ok(Found { path, line: line.to_owned() }),
            Err(status) => first = first.or(Some(status)),
        }
    }
    Err(first.unwrap_or(Status::OBJECT_NAME_NOT_FOUND))
}

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its file.
    pub path: PathBuf,
    /// Its command line.
    pub line: String,
}

/// The file to run, and its command line: the given one, in which a name with spaces gets the
/// quotes that it lacks, or the application's name in quotes.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` (2), `OBJECT_PATH_NOT_FOUND` (3), `ACCESS_DENIED` (5: a folder, or a
/// program that we may not run), `INVALID_IMAGE_FORMAT` (193).
pub fn find(application: Option<&str>, line: Option<&str>) -> Result<Found> {
    let found = match (application, line.filter(|line| !line.is_empty())) {
        (Some(name), Some(line)) => Found { path: exact(name)?, line: line.to_owned() },
        (Some(name), None) => Found { path: exact(name)?, line: format!("\"{name}\"") },
        (None, Some(line)) => of_line(line)?,
        (None, None) if line.is_some() => return Err(Status::OBJECT_NAME_NOT_FOUND),
        (None, None) => return Err(Status::INVALID_PARAMETER),
    };
    check(&found.path)?;
    Ok(found)
}

/// What Linux would refuse is refused before there is a process.
fn check(path: &Path) -> Result<()> {
    if access(path, Access::EXEC_OK).is_ok() {
        return Ok(());
    }
    let mut head = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut head));
    let is_program = read.is_ok() && (head == *b"\x7FELF" || head.starts_with(b"#!"));
    Err(match read {
        Err(_) => Status::ACCESS_DENIED,
        Ok(_) if is_program => Status::ACCESS_DENIED,
        Ok(_) => Status::INVALID_IMAGE_FORMAT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_may_be_missing_on_either_side() {
        assert_eq!(spellings("sort"), ["sort.exe", "sort"]);
        assert_eq!(spellings(r"C:\x\Sort.EXE"), [r"C:\x\Sort.EXE", r"C:\x\Sort"]);
        assert_eq!(spellings(r"C:\a.b\sort"), [r"C:\a.b\sort.exe", r"C:\a.b\sort"]);
        assert_eq!(spellings("script.sh"), ["script.sh"]);
        assert_eq!(spellings(".exe"), [".exe"]);
    }

    #[test]
    fn a_bare_name_is_searched_for_and_others_are_not() {
        let found = find(None, Some("sort.exe -n")).unwrap();
        assert!(found.path.is_absolute() && found.path.ends_with("sort"), "{found:?}");
        assert_eq!(found.line, "sort.exe -n");
        assert_eq!(find(Some("sort"), None).err(), Some(Status::OBJECT_NAME_NOT_FOUND));
        assert_eq!(find(None, Some(r".\sort")).err(), Some(Status::OBJECT_NAME_NOT_FOUND));
        assert_eq!(find(None, Some("")).err(), Some(Status::OBJECT_NAME_NOT_FOUND));
        assert_eq!(find(Some(""), None).err(), Some(Status::OBJECT_PATH_NOT_FOUND));
        let nowhere = find(Some(r"C:\no such folder\sort"), None);
        assert_eq!(nowhere.err(), Some(Status::OBJECT_PATH_NOT_FOUND));
        assert_eq!(find(None, Some("\"/usr\" x")).err(), Some(Status::ACCESS_DENIED));
        assert_eq!(find(Some("/etc/passwd"), None).err(), Some(Status::INVALID_IMAGE_FORMAT));
    }

    #[test]
    fn a_name_without_quotes_may_have_spaces() {
        let folder = std::env::temp_dir().join(format!("lapwing image {}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a b");
        std::fs::copy("/bin/true", &file).unwrap();
        let name = file.display().to_string();
        let line = format!("\"{name}\" c  d");
        let found = find(None, Some(&format!("{name} c  d")));
        assert_eq!(found, Ok(Found { path: file.clone(), line: line.clone() }));
        assert_eq!(find(None, Some(&line)), Ok(Found { path: file.clone(), line }));
        let line = format!("\"{name}\"");
        assert_eq!(find(Some(&name), None), Ok(Found { path: file, line }));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
