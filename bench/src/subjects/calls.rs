//! The subjects whose programs time themselves: which programs, and which of their lines are
//! compared.

use super::timed::{Lines, Timed};
use crate::programs::{Kind, Program, native, under_wine, windows};
use crate::report::{NANOSECONDS, WALL};

const COUNT: usize = 1_000_000;
const FUTEX: (Program, usize) =
    (native("futex", Kind::HandWritten, "servers/futex_ping_pong.c"), COUNT);

/// Packets.
pub static PORT: Timed = Timed {
    subject: "port",
    title: "Packets",
    about: "\
`servers/port.c`: packets posted to a completion port and taken from it, where nobody sleeps without
a system call.  Beside it are `servers/locked_queue.c`, a queue under a mutex, and where two threads
answer each other `servers/futex_ping_pong.c`, in which each sleeps on a futex.",
    measure: &NANOSECONDS,
    programs: &[
        (windows("port", "servers/port.c"), COUNT),
        (native("queue", Kind::HandWritten, "servers/locked_queue.c"), COUNT),
        FUTEX,
        (under_wine("servers/port.c"), COUNT),
    ],
    cases: &[
        Lines {
            title: "a packet posted and taken, one thread",
            lines: &[("port", "post+get"), ("queue", "put+take"), ("wine", "post+get")],
        },
        Lines {
            title: "a packet of 64 that are taken at once, one thread",
            lines: &[("port", "64 at once"), ("wine", "64 at once")],
        },
        Lines {
            title: "a packet to another thread, and its answer",
            lines: &[
                ("port", "ping-pong"),
                ("futex", "ping-pong by futexes"),
                ("wine", "ping-pong"),
            ],
        },
        Lines {
            title: "a packet, where two threads each post and take",
            lines: &[
                ("port", "2 threads"),
                ("queue", "put+take, 2 threads"),
                ("wine", "2 threads"),
            ],
        },
        Lines {
            title: "a packet, where four threads each post and take",
            lines: &[
                ("port", "4 threads"),
                ("queue", "put+take, 4 threads"),
                ("wine", "4 threads"),
            ],
        },
        Lines {
            title: "a packet, where eight threads each post and take",
            lines: &[
                ("port", "8 threads"),
                ("queue", "put+take, 8 threads"),
                ("wine", "8 threads"),
            ],
        },
    ],
};

/// Objects.
pub static WAIT: Timed = Timed {
    subject: "wait",
    title: "Waits",
    about: "\
`servers/wait.c`: objects that are set and waited for; beside it, where two threads answer each
other, `servers/futex_ping_pong.c`.",
    measure: &NANOSECONDS,
    programs: &[
        (windows("wait", "servers/wait.c"), COUNT),
        FUTEX,
        (under_wine("servers/wait.c"), COUNT),
    ],
    cases: &[
        Lines {
            title: "an event set and waited for, one thread",
            lines: &[("wait", "set+wait"), ("wine", "set+wait")],
        },
        Lines {
            title: "a semaphore released and waited for, one thread",
            lines: &[("wait", "semaphore"), ("wine", "semaphore")],
        },
        Lines {
            title: "a mutex waited for and released, one thread",
            lines: &[("wait", "mutex"), ("wine", "mutex")],
        },
        Lines {
            title: "an event set for another thread, and its answer",
            lines: &[
                ("wait", "ping-pong"),
                ("futex", "ping-pong by futexes"),
                ("wine", "ping-pong"),
            ],
        },
        Lines {
            title: "one of 64 events set, and any waited for",
            lines: &[("wait", "any of 64"), ("wine", "any of 64")],
        },
        Lines {
            title: "64 events set, and all waited for",
            lines: &[("wait", "all of 64"), ("wine", "all of 64")],
        },
    ],
};

/// Procedure calls.
pub static APC: Timed = Timed {
    subject: "apc",
    title: "Asynchronous procedure calls",
    about: "`servers/apc.c`: QueueUserAPC to its own thread, and SleepEx, which makes the call.",
    measure: &NANOSECONDS,
    programs: &[(windows("apc", "servers/apc.c"), COUNT), (under_wine("servers/apc.c"), COUNT)],
    cases: &[
        Lines {
            title: "a call queued and made",
            lines: &[("apc", "queue+sleep"), ("wine", "queue+sleep")],
        },
        Lines {
            title: "a call of 64 that are made at once",
            lines: &[("apc", "64 at once"), ("wine", "64 at once")],
        },
    ],
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
pub static ALL: [&Timed; 6] = [&PORT, &WAIT, &APC, &PIPE, &POLL, &DIRECTORY];
