//! The console: the terminal that the process belongs to, as Windows' programs see one.
//!
//! A console is a file like any other terminal ([`crate::fs::disk_file`], a character device): it
//! is read and written there.  Here is what only consoles have: opening by name, the modes, the
//! size, keys ([`key`]) and records of them ([`input`]), and that input which is there signals the
//! handle.
//!
//! The terminal itself knows three of the modes (whole lines, echo, Ctrl-C); the others are only
//! remembered.  What the process has changed is put back when it exits.

pub mod input;
pub mod key;

use crate::fs::disk_file::DiskFile;
use crate::fs::rights::{READ_DATA, WRITES, granted};
use crate::fs::standard;
use crate::io::create::{Console, Opened, Request};
use crate::io::file::File;
use crate::ob::object::Reference;
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, Ordering};
use crate::sys::exit::at_exit;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{self, LocalModes, OptionalActions, QueueSelector, Termios};

/// `ENABLE_PROCESSED_INPUT`: Ctrl-C is no character.
pub const PROCESSED_INPUT: u32 = 0x1;
/// `ENABLE_LINE_INPUT`: a read waits for a whole line.
pub const LINE_INPUT: u32 = 0x2;
/// `ENABLE_ECHO_INPUT`: what is typed is shown.
pub const ECHO_INPUT: u32 = 0x4;
/// `ENABLE_VIRTUAL_TERMINAL_INPUT`: escape sequences are the program's business.
const VIRTUAL_TERMINAL_INPUT: u32 = 0x200;
/// All that input has.
const INPUT_MODES: u32 = 0x3FF;
/// All that output has.
const OUTPUT_MODES: u32 = 0x1F;

/// Those modes of input that the terminal does not know.
static REMEMBERED_INPUT: AtomicU32 = AtomicU32::new(0x1F0);
/// The modes of output; at first control characters are obeyed, and lines go on on the next.
static REMEMBERED_OUTPUT: AtomicU32 = AtomicU32::new(3);
/// What the terminal was like before the process changed it.
static BEFORE: Mutex<Option<(OwnedFd, Termios)>> = Mutex::new(None);

/// Opens a side of the console.
///
/// # Errors
/// `INVALID_HANDLE` when the process has no terminal, `OBJECT_NAME_NOT_FOUND` for `CON` with both
/// kinds of access or with none.
pub fn open(request: &Request<'_>, side: Console) -> Result<Opened> {
    let rights = granted(request.access);
    let (reads, writes) = (rights & READ_DATA != 0, rights & WRITES != 0);
    let side = match side {
        Console::ByAccess if reads && !writes => Console::Input,
        Console::ByAccess if writes && !reads => Console::Output,
        Console::ByAccess => return Err(Status::OBJECT_NAME_NOT_FOUND),
        side => side,
    };
    let flags = OFlags::NOCTTY | OFlags::CLOEXEC;
    let access = if side == Console::Input { OFlags::RDONLY } else { OFlags::WRONLY };
    let fd =
        rustix::fs::open("/dev/tty", flags | access, Mode::empty()).map_err(
            |error| match error {
                Errno::MFILE | Errno::NFILE => Status::TOO_MANY_OPENED_FILES,
                _ => Status::INVALID_HANDLE,
            },
        )?;
    let device = standard::of_descriptor(fd.as_fd())?;
    Ok(Opened { device, existed: true })
}

/// The terminal behind a console's handle.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console.
fn terminal(file: &File) -> Result<BorrowedFd<'_>> {
    let disk = file.disk().ok().filter(|disk| disk.is_console());
    disk.map(DiskFile::own_fd).ok_or(Status::INVALID_HANDLE)
}

/// True for the side that is read.
fn is_input(file: &File) -> bool {
    file.disk().is_ok_and(DiskFile::is_console_input)
}

/// The console's modes.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console.
pub fn mode(file: &File) -> Result<u32> {
    let fd = terminal(file)?;
    if !is_input(file) {
        return Ok(REMEMBERED_OUTPUT.load(Ordering::Relaxed));
    }
    let local = termios::tcgetattr(fd).map_err(|_| Status::INVALID_HANDLE)?.local_modes;
    let mut mode = REMEMBERED_INPUT.load(Ordering::Relaxed);
    for (bit, known) in TERMINALS {
        if local.contains(known) {
            mode |= bit;
        }
    }
    Ok(mode)
}

/// What the terminal calls the modes that it knows.
const TERMINALS: [(u32, LocalModes); 3] = [
    (PROCESSED_INPUT, LocalModes::ISIG),
    (LINE_INPUT, LocalModes::ICANON),
    (ECHO_INPUT, LocalModes::ECHO),
];

/// Changes the console's modes.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console; `INVALID_PARAMETER` for modes that do not exist, and
/// for echo without whole lines.
pub fn set_mode(file: &File, mode: u32) -> Result<()> {
    let fd = terminal(file)?;
    if !is_input(file) {
        if mode & !OUTPUT_MODES != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        REMEMBERED_OUTPUT.store(mode, Ordering::Relaxed);
        return Ok(());
    }
    if mode & !INPUT_MODES != 0 || mode & ECHO_INPUT != 0 && mode & LINE_INPUT == 0 {
        return Err(Status::INVALID_PARAMETER);
    }
    let mut attributes = termios::tcgetattr(fd).map_err(|_| Status::INVALID_HANDLE)?;
    remember(fd, &attributes);
    let mut remembered = mode;
    for (bit, known) in TERMINALS {
        attributes.local_modes.set(known, mode & bit != 0);
        remembered &= !bit;
    }
    termios::tcsetattr(fd, OptionalActions::Now, &attributes)
        .map_err(|_| Status::INVALID_HANDLE)?;
    REMEMBERED_INPUT.store(remembered, Ordering::Relaxed);
    Ok(())
}

/// Notes what the terminal was like, once, to be put back at the exit.
fn remember(fd: BorrowedFd<'_>, attributes: &Termios) {
    let mut before = BEFORE.lock();
    if before.is_none()
        && let Ok(own) = rustix::io::fcntl_dupfd_cloexec(fd, 3)
    {
        *before = Some((own, attributes.clone()));
        at_exit(restore);
    }
}

extern "C" fn restore() {
    if let Some((fd, attributes)) = BEFORE.lock().take() {
        // The terminal may have gone.
        let _ = termios::tcsetattr(&fd, OptionalActions::Now, &attributes);
    }
}

/// Columns and rows.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console's output.
pub fn size(file: &File) -> Result<(u16, u16)> {
    let fd = terminal(file)?;
    if is_input(file) && !file.disk().is_ok_and(|disk| disk.permits(WRITES)) {
        return Err(Status::INVALID_HANDLE);
    }
    let size = termios::tcgetwinsize(fd).map_err(|_| Status::INVALID_HANDLE)?;
    // A terminal that does not know is taken for the usual one.
    let or = |known: u16, usual: u16| if known == 0 { usual } else { known };
    Ok((or(size.ws_col, 80), or(size.ws_row, 25)))
}

/// Forgets what has been typed and not read.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console's input.
pub fn flush_input(file: &File) -> Result<()> {
    let fd = terminal(file)?;
    if !is_input(file) {
        return Err(Status::INVALID_HANDLE);
    }
    input::forget();
    termios::tcflush(fd, QueueSelector::IFlush).map_err(|_| Status::INVALID_HANDLE)
}

/// True when there is input that has not been read.
pub fn is_readable(disk: &DiskFile) -> bool {
    input::has_records() || is_typed(disk.own_fd())
}

/// True when the terminal has something.
fn is_typed(fd: BorrowedFd<'_>) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    poll(&mut polled, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

/// Lets what is typed signal the handles of a console's input; other files stay as they are.
pub fn listen(object: &Reference) {
    if let Ok(file) = object.file()
        && let Ok(disk) = file.disk()
        && disk.is_console_input()
    {
        // Without memory for it the handle is as signalled as it is when a wait begins.
        let _listens = file.register(object, false);
    }
}
