//! The keyboard, a key at a time: the terminal's line editing is switched off for the length of
//! each call.  Where the standard input is no terminal, its bytes are the keys.
#![allow(unsafe_code)]

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// What a call returns when there is no key and never will be.
const EOF: i32 = -1;

/// The terminal without line editing, as long as this lives.
struct Keys(Option<Termios>);

impl Keys {
    fn open(echo: bool) -> Keys {
        let Ok(before) = tcgetattr(stdin()) else { return Keys(None) };
        let mut now = before.clone();
        now.local_modes.remove(LocalModes::ICANON);
        now.local_modes.set(LocalModes::ECHO, echo);
        let changed = tcsetattr(stdin(), OptionalActions::Now, &now);
        Keys(changed.is_ok().then_some(before))
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _restored = tcsetattr(stdin(), OptionalActions::Now, before);
        }
    }
}

fn next_key(echo: bool) -> i32 {
    let _keys = Keys::open(echo);
    let mut key = [0_u8];
    loop {
        match rustix::io::read(stdin(), &mut key) {
            Ok(1..) => return i32::from(key[0]),
            Err(Errno::INTR) => {}
            _ => return EOF,
        }
    }
}

/// 1 when [`_getch`] would return at once, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn _kbhit() -> i32 {
    let _keys = Keys::open(false);
    let input = stdin();
    let mut waited = [PollFd::new(&input, PollFlags::IN)];
    let none = Timespec { tv_sec: 0, tv_nsec: 0 };
    i32::from(poll(&mut waited, Some(&none)).is_ok_and(|ready| ready > 0))
}

/// The next key, which is not shown; −1 at the end of a standard input that is no terminal.  A key
/// without a character is the several bytes that the terminal sends for it.
#[unsafe(no_mangle)]
pub extern "C" fn _getch() -> i32 {
    next_key(false)
}

/// The next key, which the terminal shows.
#[unsafe(no_mangle)]
pub extern "C" fn _getche() -> i32 {
    next_key(true)
}
