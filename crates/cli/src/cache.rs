//! The folder this command may write to, and how files appear in it: whole, never half-written,
//! whatever else runs at the same time.

use crate::Failure;
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// Entries that nobody made or used for this long are removed.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The folder `name` of the cache, made if need be: in `LAPWING_CACHE`, else `lapwing` in
/// `XDG_CACHE_HOME` or `~/.cache`, else in a folder of the temporary folder that only the user can
/// write to.
pub fn folder(name: &str) -> Result<PathBuf, Failure> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = variable("LAPWING_CACHE")
        .map(PathBuf::from)
        .or_else(|| variable("XDG_CACHE_HOME").map(|path| Path::new(&path).join("lapwing")))
        .or_else(|| variable("HOME").map(|path| Path::new(&path).join(".cache/lapwing")));
    let home = match home {
        Some(home) => home,
        None => private_temporary_folder()?,
    };
    let path = std::path::absolute(home.join(name)).unwrap_or(home);
    std::fs::create_dir_all(&path).map_err(|error| {
        format!("{}: {error}; LAPWING_CACHE can name another folder", path.display())
    })?;
    Ok(path)
}

fn private_temporary_folder() -> Result<PathBuf, Failure> {
    let user = std::fs::metadata("/proc/self").map(|own| own.uid()).unwrap_or(0);
    let path = std::env::temp_dir().join(format!("lapwing-{user}"));
    let _ = std::fs::DirBuilder::new().mode(0o700).create(&path);
    match std::fs::symlink_metadata(&path) {
        Ok(found) if found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0 => Ok(path),
        _ => Err(format!("{} is not ours; set LAPWING_CACHE", path.display())),
    }
}

/// A name that no other process and no other call in this one uses, in the folder of `path`.
pub fn temporary_name(path: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or(OsStr::new("file")).to_os_string();
    name.push(format!(".{}.{count}", std::process::id()));
    path.with_file_name(name)
}

/// Makes `path` a symbolic link to `target`, in place of what was there, and the folders above it.
pub fn link(target: &Path, path: &Path) -> io::Result<()> {
    if std::fs::read_link(path).is_ok_and(|old| old == target) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = temporary_name(path);
    symlink(target, &temporary)?;
    std::fs::rename(&temporary, path)
}

/// Removes the entries of `folder` that were not used for a month.  What cannot be removed stays.
pub fn tidy(folder: &Path) {
    let now = SystemTime::now();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let used = entry.metadata().and_then(|entry| entry.modified());
        if used.is_ok_and(|used| now.duration_since(used).is_ok_and(|age| age > KEPT)) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes all but the `count` entries of `folder` that were made last.
pub fn keep_newest(folder: &Path, count: usize) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut aged: Vec<_> = entries
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    aged.sort_by(|one, other| other.cmp(one));
    for (_, path) in aged.iter().skip(count) {
        let _ = std::fs::remove_dir_all(path);
    }
}

/// The name of a cache entry: a hash of everything the entry depends on.
#[derive(Default)]
pub struct Key(Sha256);

impl Key {
    /// Adds one thing; two things never run into each other.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// Adds the identity of a file: its path, size and time of change.
    pub fn add_file(&mut self, path: &Path) {
        self.add(path.as_os_str().as_bytes());
        if let Ok(found) = std::fs::metadata(path) {
            let numbers = [found.len() as i64, found.mtime(), found.mtime_nsec()];
            self.add(&numbers.map(i64::to_le_bytes).concat());
        }
    }

    /// The name, 32 hexadecimal digits.
    pub fn name(self) -> String {
        let hash = self.0.finalize();
        hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[&str]) -> String {
        let mut key = Key::default();
        parts.iter().for_each(|part| key.add(part.as_bytes()));
        key.name()
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_eq!(name(&["ab", "c"]), name(&["ab", "c"]));
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_eq!(name(&[]).len(), 32);
    }

    #[test]
    fn the_newest_entries_stay() {
        let folder = std::env::temp_dir().join(format!("lapwing-newest-{}", std::process::id()));
        for (age, name) in ["new", "older", "oldest"].iter().enumerate() {
            std::fs::create_dir_all(folder.join(name)).unwrap();
            let made = SystemTime::now() - Duration::from_secs(60 * age as u64);
            std::fs::File::open(folder.join(name)).unwrap().set_modified(made).unwrap();
        }
        keep_newest(&folder, 2);
        let left = ["new", "older", "oldest"].map(|name| folder.join(name).exists());
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(left, [true, true, false]);
    }

    #[test]
    fn temporary_names_differ() {
        let path = Path::new("/x/y");
        assert_ne!(temporary_name(path), temporary_name(path));
        assert_eq!(temporary_name(path).parent(), Some(Path::new("/x")));
    }
}
