//! CreateFile: what kind of thing a name means, and who opens it.
//!
//! A name is looked at once, by [`classify`]; [`create`] has an arm for each kind.  The kinds of
//! names, with `/` as good as `\` except behind `\\?\`:
//!
//! | name | kind |
//! |---|---|
//! | `C:\a`, `\a`, `a`, `\\?\C:\a`, `\\localhost\C$\a`, `\\?\unix\a` | a file on a disk |
//! | `\\.\pipe\a`, `\\localhost\pipe\a` | a named pipe |
//! | `\\.\mailslot\a`, `\\*\mailslot\a` | a mailslot |
//! | `CON`, `CONIN$`, `CONOUT$` | the console |
//! | `COM1`, `\\.\COM10` | a serial port |
//! | `\\.\PhysicalDrive0` | a disk as a whole |
//! | `NUL`, in any folder and with any ending | the null device |

use super::file::Device;
use crate::condrv;
use crate::fs::open;
use crate::fs::path::{self, Place};
use crate::msfs::writer::Writer;
use crate::mup;
use crate::npfs::namespace;
use crate::serial::port;
use crate::status::{Result, Status};
use crate::sys::configuration;
use std::path::{Path, PathBuf};

/// What is to be done about a file that is there, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// `CREATE_NEW`: it must not be there.
    CreateNew,
    /// `CREATE_ALWAYS`: made, or emptied.
    CreateAlways,
    /// `OPEN_EXISTING`: it must be there.
    OpenExisting,
    /// `OPEN_ALWAYS`: made if it is not there.
    OpenAlways,
    /// `TRUNCATE_EXISTING`: it must be there, and is emptied.
    TruncateExisting,
}

impl Disposition {
    /// True for those that make what is not there.
    pub fn makes(self) -> bool {
        !matches!(self, Disposition::OpenExisting | Disposition::TruncateExisting)
    }

    /// True for those that empty what is there.
    pub fn empties(self) -> bool {
        matches!(self, Disposition::CreateAlways | Disposition::TruncateExisting)
    }
}

/// How it will be used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Requests end later.
    pub overlapped: bool,
    /// Each write reaches the disk before it ends.
    pub write_through: bool,
    /// Nothing is kept in memory; transfers keep to sectors.
    pub no_buffering: bool,
    /// The name goes with the last handle.
    pub delete_on_close: bool,
    /// Directories may be opened too.
    pub directories: bool,
    /// A link itself, not where it leads.
    pub reparse_point: bool,
    /// Read and written from the beginning to the end.
    pub sequential: bool,
    /// Read and written here and there.
    pub random: bool,
}

/// What the caller of CreateFile wants.
pub struct Request<'name> {
    /// The name, as the program says it.
    pub name: &'name str,
    /// The rights it wants, generic ones included.
    pub access: u32,
    /// `FILE_SHARE_` bits.
    pub share: u32,
    /// About a file that is there, or is not.
    pub disposition: Disposition,
    /// How it will be used.
    pub options: Options,
    /// `FILE_ATTRIBUTE_` bits for a new file.
    pub attributes: u32,
    /// An open file whose attributes a new file gets instead.
    pub template: Option<&'name Path>,
}

/// What was opened.
pub struct Opened {
    /// The open device.
    pub device: Device,
    /// It was there before.
    pub existed: bool,
}

/// A side of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// `CONIN$`
    Input,
    /// `CONOUT$`
    Output,
    /// `CON`: the side that the access asks for.
    ByAccess,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file on a disk, or a directory.
    Disk(Place),
    /// A pipe; the name behind `\pipe\`, in which backslashes are letters.
    Pipe(String),
    /// A mailslot; the name behind `\mailslot\`.
    Mailslot(String),
    /// The console.
    Console(Console),
    /// A serial port: `COM1`.
    Serial(String),
    /// A disk as a whole: `PHYSICALDRIVE0`.
    PhysicalDrive(String),
    /// The null device.
    Null,
}

/// Opens or makes what the name means.
///
/// # Errors
/// Those of [`classify`] and of the device.
pub fn create(request: &Request<'_>) -> Result<Opened> {
    match classify(request.name)? {
        Target::Disk(place) => open::open(request, place),
        Target::Null => open::null_device(request),
        Target::PhysicalDrive(name) => open::physical_drive(request, &mapped(&name)?),
        Target::Mailslot(name) => {
            let device = Device::MailslotWriter(Writer::open(&name, request.access)?);
            Ok(Opened { device, existed: true })
        }
        Target::Pipe(name) => {
            let end = namespace::open(&name, request.access)?;
            Ok(Opened { device: Device::Pipe(end), existed: true })
        }
        Target::Console(side) => condrv::open(request, side),
        Target::Serial(name) => port::open(request, &name),
    }
}

/// The path that the configuration has for a device.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when it has none.
pub fn mapped(device: &str) -> Result<PathBuf> {
    let path = configuration::get().device(device).ok_or(Status::OBJECT_NAME_NOT_FOUND)?;
    Ok(path.to_path_buf())
}

/// The longest name, in UTF-16 units.
const LONGEST_NAME: usize = 32_767;

/// What a name means.  Nothing is looked up yet but the name of a computer.
///
/// # Errors
/// `OBJECT_PATH_NOT_FOUND` (3) for an empty name or a drive that is not there,
/// `OBJECT_NAME_INVALID` (123) for characters that no name has, `NAME_TOO_LONG` (206),
/// `BAD_NETWORK_PATH` (53) for another computer's, `BAD_NETWORK_NAME` (67) for what this one does
/// not share, `OBJECT_NAME_NOT_FOUND` (2) for devices that do not exist.
pub fn classify(name: &str) -> Result<Target> {
    if name.is_empty() {
        return Err(Status::OBJECT_PATH_NOT_FOUND);
    }
    if name.encode_utf16().count() >= LONGEST_NAME {
        return Err(Status::NAME_TOO_LONG);
    }
    if name.contains('\0') {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    if let Some(verbatim) = name.strip_prefix(r"\\?\").or_else(|| name.strip_prefix(r"\??\")) {
        return device_space(verbatim, false);
    }
    let rearranged = name.replace('/', r"\");
    if let Some(device) = rearranged.strip_prefix(r"\\.\").or(rearranged.strip_prefix(r"\\?\")) {
        return device_space(device, true);
    }
    if let Some(rest) = rearranged.strip_prefix(r"\\") {
        return network(rest, true);
    }
    match dos_device(&rearranged) {
        Some(device) => self::device(&device),
        None => path::of_drive(&rearranged).map(Target::Disk),
    }
}

/// The first name, and what comes behind its separator.
fn split_first(name: &str) -> (&str, &str) {
    name.split_once('\\').unwrap_or((name, ""))
}

/// What stands behind `\\.\` or `\\?\`.
fn device_space(name: &str, rearranged: bool) -> Result<Target> {
    let (first, rest) = split_first(name);
    if path::is_drive(first) && first.len() < name.len() {
        return path::rooted(name, rearranged).map(Target::Disk);
    }
    match first.to_ascii_uppercase().as_str() {
        "UNC" => network(rest, rearranged),
        "PIPE" => Ok(Target::Pipe(rest.to_owned())),
        "MAILSLOT" => Ok(Target::Mailslot(rest.to_owned())),
        "UNIX" => path::of_linux(rest).map(Target::Disk),
        _ if rest.is_empty() => device(first),
        _ => Err(Status::OBJECT_PATH_NOT_FOUND),
    }
}

/// What stands behind `\\`: a computer, a share, a name.
fn network(name: &str, rearranged: bool) -> Result<Target> {
    let (server, rest) = split_first(name);
    let (share, rest) = split_first(rest);
    let is_mailslot = share.eq_ignore_ascii_case("mailslot");
    if !(is_mailslot && server == "*") {
        mup::require_local(server)?;
    }
    if is_mailslot {
        return Ok(Target::Mailslot(rest.to_owned()));
    }
    if share.eq_ignore_ascii_case("pipe") {
        return Ok(Target::Pipe(rest.to_owned()));
    }
    // The drives are shared with their administrator.
    match share.strip_suffix('$') {
        Some(drive) if path::is_drive(&format!("{drive}:")) => {
            path::rooted(&format!(r"{drive}:\{rest}"), rearranged).map(Target::Disk)
        }
        _ if share.is_empty() => Err(Status::OBJECT_PATH_SYNTAX_BAD),
        _ => Err(Status::BAD_NETWORK_NAME),
    }
}

/// The device whose name a path ends with: DOS' devices are in every folder, with any ending.
pub(crate) fn dos_device(path: &str) -> Option<String> {
    let last = path.rsplit('\\').next().unwrap_or_default();
    let last = if path::is_drive(last.get(..2).unwrap_or_default()) { &last[2..] } else { last };
    let stem = last.split(['.', ':']).next().unwrap_or_default().trim_end_matches(' ');
    let name = stem.to_ascii_uppercase();
    let numbered = |kind: &str| {
        name.strip_prefix(kind).is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    let is_device = matches!(name.as_str(), "NUL" | "CON" | "AUX" | "PRN" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT");
    is_device.then_some(name)
}

fn device(name: &str) -> Result<Target> {
    let name = name.to_ascii_uppercase();
    let numbered =
        |kind: &str| name.strip_prefix(kind).is_some_and(|number| number.parse::<u16>().is_ok());
    Ok(match name.as_str() {
        "NUL" => Target::Null,
        "CON" => Target::Console(Console::ByAccess),
        "CONIN$" => Target::Console(Console::Input),
        "CONOUT$" => Target::Console(Console::Output),
        _ if numbered("COM") => Target::Serial(name),
        _ if numbered("PHYSICALDRIVE") => Target::PhysicalDrive(name),
        _ => return Err(Status::OBJECT_NAME_NOT_FOUND),
    })
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names_of_their_own() {
        let console = |side| Ok(Target::Console(side));
        for name in ["NUL", "nul", r"\\.\NUL", "//./nul", r"C:\folder\nul.txt", "nul:", "C:nul "] {
            assert_eq!(classify(name), Ok(Target::Null), "{name}");
        }
        assert_eq!(classify("CONIN$"), console(Console::Input));
        assert_eq!(classify(r"\\.\conout$"), console(Console::Output));
        assert_eq!(classify("con"), console(Console::ByAccess));
        assert_eq!(classify("com1"), Ok(Target::Serial("COM1".into())));
        assert_eq!(classify(r"\\.\COM10"), Ok(Target::Serial("COM10".into())));
        assert_eq!(
            classify(r"\\.\PhysicalDrive0"),
            Ok(Target::PhysicalDrive("PHYSICALDRIVE0".into()))
        );
        for name in ["LPT1", "PRN", r"\\.\nothing"] {
            assert_eq!(classify(name), Err(Status::OBJECT_NAME_NOT_FOUND), "{name}");
        }
        assert!(matches!(classify("COM10"), Ok(Target::Disk(_))), "only behind a prefix");
        assert!(matches!(classify("null"), Ok(Target::Disk(_))));
    }

    #[test]
    fn pipes_and_mailslots_of_this_machine() {
        let pipe = |name: &str| Ok(Target::Pipe(name.into()));
        for name in [r"\\.\pipe\a\b", "//./PIPE/a/b", r"\\?\pipe\a\b", r"\\localhost\pipe\a\b"] {
            assert_eq!(classify(name), pipe(r"a\b"), "{name}");
        }
        assert_eq!(classify(r"\\?\UNC\127.0.0.1\pipe\a"), pipe("a"));
        assert_eq!(classify(r"\\*\mailslot\a"), Ok(Target::Mailslot("a".into())));
        assert_eq!(classify(r"\\.\mailslot\a\b"), Ok(Target::Mailslot(r"a\b".into())));
        for name in [r"\\server.invalid\pipe\a", r"\\?\UNC\server.invalid\a", r"\\*\pipe\a"] {
            assert_eq!(classify(name), Err(Status::BAD_NETWORK_PATH), "{name}");
        }
        assert_eq!(classify(r"\\localhost\share\a"), Err(Status::BAD_NETWORK_NAME));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        assert_eq!(classify(""), Err(Status::OBJECT_PATH_NOT_FOUND));
        assert_eq!(classify("a\0b"), Err(Status::OBJECT_NAME_INVALID));
        assert_eq!(classify(&r"\a".repeat(20_000)), Err(Status::NAME_TOO_LONG));
    }
}
