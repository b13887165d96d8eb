//! The subjects whose programs time themselves: which programs, and which of their lines are
//! compared.

use super::timed::{Lines, Timed};
use crate::programs::{Kind, Program, native, under_wine, windows};
use crate::report::{NANOSECONDS, WALL};

const CALLS: (Program, usize) = (windows("calls", "servers/calls.c"), 1_000_000);
const CALLS_UNDER_WINE: (Program, usize) = (under_wine("servers/calls.c"), 1_000_000);

/// Packets.
pub static PORT: Timed = Timed {
    subject: "port",
    title: "Packets",
    about: "\
`servers/calls.c`: packets posted to a completion port and taken from it, without a system call
where nobody sleeps.",
    measure: &NANOSECONDS,
    programs: &[CALLS, CALLS_UNDER_WINE],
    cases: &[Lines {
        title: "a packet posted and taken, one thread",
        lines: &[("calls", "post+get"), ("wine", "post+get")],
    }],
};

/// Objects.
pub static WAIT: Timed = Timed {
    subject: "wait",
    title: "Waits",
    about: "`servers/calls.c`: objects that are set and waited for.",
    measure: &NANOSECONDS,
    programs: &[CALLS, CALLS_UNDER_WINE],
    cases: &[Lines {
        title: "an event set and waited for, one thread",
        lines: &[("calls", "set+wait"), ("wine", "set+wait")],
    }],
};

/// Pipes.
pub static PIPE: Timed = Timed {
    subject: "pipe",
    title: "A round trip through a pipe",
    about: "\
`servers/pipe.c` writes 64 bytes to one end of a named pipe, reads them at the other, and the same
back; `servers/socket_pair.c` does that with a Unix socket pair: both ends used by one thread, each
by its own, and each by its own process.",
    measure: &NANOSECONDS,
    programs: &[
        (windows("pipe", "servers/pipe.c"), 100_000),
        (native("socket pair", Kind::HandWritten, "servers/socket_pair.c"), 100_000),
    ],
    cases: &[
        Lines {
            title: "one thread",
            lines: &[
                ("pipe", "named pipe, one thread"),
                ("socket pair", "socket pair, one thread"),
            ],
        },
        Lines {
            title: "two threads",
            lines: &[
                ("pipe", "named pipe, two threads"),
                ("socket pair", "socket pair, two threads"),
            ],
        },
        Lines {
            title: "two processes",
            lines: &[
                ("pipe", "named pipe, two processes"),
                ("socket pair", "socket pair, two processes"),
            ],
        },
    ],
};

/// Many sockets asked for.
pub static POLL: Timed = Timed {
    subject: "poll",
    title: "A thousand sockets asked for",
    about: "\
`servers/select.c` and `servers/poll.c` ask for 1,000 connected sockets, of which one or all have
data; none of the calls has to wait.  All three calls are given the whole list each time, so that
none of them can cost less than grows with its length; what we add to poll(2), which does the
asking, is to look up each handle and, for select, to find duplicates.",
    measure: &WALL,
    programs: &[
        (windows("select", "servers/select.c"), 2500),
        (native("poll", Kind::HandWritten, "servers/poll.c"), 2500),
    ],
    cases: &[
        Lines {
            title: "select, one of 1,000 is ready",
            lines: &[("select", "select, 1 ready"), ("poll", "poll, 1 ready")],
        },
        Lines {
            title: "WSAPoll, one of 1,000 is ready",
            lines: &[("select", "WSAPoll, 1 ready"), ("poll", "poll, 1 ready")],
        },
        Lines {
            title: "select, all 1,000 are ready",
            lines: &[("select", "select, 1000 ready"), ("poll", "poll, 1000 ready")],
        },
        Lines {
            title: "WSAPoll, all 1,000 are ready",
            lines: &[("select", "WSAPoll, 1000 ready"), ("poll", "poll, 1000 ready")],
        },
    ],
};

/// Many files listed.
pub static DIRECTORY: Timed = Timed {
    subject: "directory",
    title: "A directory of ten thousand files",
    about: "\
`servers/readdir.c` reads the names and asks for each what `servers/find_file.c` is told by
FindFirstFile and FindNextFile.  What we add is NTFS' order of the names.",
    measure: &WALL,
    programs: &[
        (windows("FindFirstFile", "servers/find_file.c"), 20),
        (native("readdir", Kind::HandWritten, "servers/readdir.c"), 20),
    ],
    cases: &[Lines {
        title: "listed once",
        lines: &[
            ("FindFirstFile", "FindFirstFile, 10000 files"),
            ("readdir", "readdir and stat, 10000 files"),
        ],
    }],
};

/// All of them.
#[cfg(test)]
pub static ALL: [&Timed; 5] = [&PORT, &WAIT, &PIPE, &POLL, &DIRECTORY];
