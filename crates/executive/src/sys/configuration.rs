//! Which Linux paths the drives and the devices of Windows' names stand for.
//!
//! Read once, from the first of these that is there: `$LAPWING_CONFIG` and nothing else if that is
//! set, `$XDG_CONFIG_HOME/lapwing/devices.conf` (`~/.config` when that is not set),
//! `/etc/lapwing/devices.conf`.  A line is a name and an absolute path:
//!
//! ```text
//! # a drive, a serial port, a disk
//! D: /data
//! COM1 /dev/ttyS0
//! PhysicalDrive0 /dev/sda
//! ```
//!
//! Without a line for it `C:` is `/`, and there is nothing else.  A line that makes no sense is
//! passed over, and said on the standard error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The maps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    drives: BTreeMap<char, PathBuf>,
    devices: BTreeMap<String, PathBuf>,
}

impl Default for Configuration {
    fn default() -> Self {
        let drives = BTreeMap::from([('C', PathBuf::from("/"))]);
        Configuration { drives, devices: BTreeMap::new() }
    }
}

impl Configuration {
    /// Where a drive's root is, by its letter.
    pub fn drive(&self, letter: char) -> Option<&Path> {
        self.drives.get(&letter.to_ascii_uppercase()).map(PathBuf::as_path)
    }

    /// The drives, in the order of their letters.
    pub fn drives(&self) -> impl Iterator<Item = (char, &Path)> {
        self.drives.iter().map(|(&letter, root)| (letter, root.as_path()))
    }

    /// What a device stands for: `COM1`, `PhysicalDrive0`, in any case.
    pub fn device(&self, name: &str) -> Option<&Path> {
        self.devices.get(&name.to_ascii_uppercase()).map(PathBuf::as_path)
    }

    /// Reads the lines; the numbers of those that make no sense are the second value.
    fn parse(text: &str) -> (Self, Vec<usize>) {
        let mut parsed = Configuration::default();
        let mut senseless = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if parsed.take_line(line).is_none() {
                senseless.push(index + 1);
            }
        }
        (parsed, senseless)
    }

    fn take_line(&mut self, line: &str) -> Option<()> {
        let (name, path) = line.split_once(char::is_whitespace)?;
        let path = Path::new(path.trim());
        if !path.is_absolute() {
            return None;
        }
        // Without a separator at its end, so that roots can be compared.
        let path: PathBuf = path.components().collect();
        let name = name.to_ascii_uppercase();
        if let Some(letter) = name.strip_suffix(':') {
            let mut letters = letter.chars();
            let letter = letters.next().filter(char::is_ascii_uppercase)?;
            if letters.next().is_some() {
                return None;
            }
            self.drives.insert(letter, path);
        } else {
            let number =
                ["COM", "PHYSICALDRIVE"].iter().find_map(|kind| name.strip_prefix(kind))?;
            number.parse::<u16>().ok()?;
            self.devices.insert(name, path);
        }
        Some(())
    }
}

fn candidates() -> Vec<PathBuf> {
    if let Some(chosen) = std::env::var_os("LAPWING_CONFIG") {
        return vec![PathBuf::from(chosen)];
    }
    let folder = |name| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let own = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
    let all = own.into_iter().chain([PathBuf::from("/etc")]);
    all.map(|folder| folder.join("lapwing/devices.conf")).collect()
}

/// The configuration, read when it is first asked for.
pub fn get() -> &'static Configuration {
    static CONFIGURATION: OnceLock<Configuration> = OnceLock::new();
    CONFIGURATION.get_or_init(|| {
        let found = candidates().into_iter().find_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some((path, text))
        });
        let Some((path, text)) = found else { return Configuration::default() };
        let (parsed, senseless) = Configuration::parse(&text);
        for line in senseless {
            eprintln!("lapwing: {}:{line}: neither a drive nor a device", path.display());
        }
        parsed
    })
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn drives_and_devices_by_their_names() {
        let text = "# a comment\n\nd: /data/\nCom1\t/dev/ttyS0\nPhysicalDrive0 /dev/sda\n";
        let (map, senseless) = Configuration::parse(text);
        assert_eq!(senseless, []);
        assert_eq!(map.drive('c'), Some(Path::new("/")), "unless something else is said");
        assert_eq!(map.drive('D'), Some(Path::new("/data")));
        assert_eq!(map.drive('E'), None);
        assert_eq!(map.device("COM1"), Some(Path::new("/dev/ttyS0")));
        assert_eq!(map.device("physicaldrive0"), Some(Path::new("/dev/sda")));
        assert_eq!(map.device("COM2"), None);
        let letters: Vec<char> = map.drives().map(|(letter, _)| letter).collect();
        assert_eq!(letters, ['C', 'D']);
    }

    #[test]
    fn lines_without_sense_are_told_and_change_nothing() {
        let text = "C: relative\nDD: /x\nLPT1 /dev/lp0\nCOM /dev/ttyS0\nC:\n1: /x\n";
        let (map, senseless) = Configuration::parse(text);
        assert_eq!(senseless, [1, 2, 3, 4, 5, 6]);
        assert_eq!(map, Configuration::default());
    }
}
