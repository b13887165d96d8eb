//! The subjects whose programs time themselves: which programs, and which of their lines are
//! compared.

use super::timed::{Lines, Timed};
use crate::programs::{Kind, Program, native, under_wine, under_wine_anywhere, windows};
use crate::report::{NANOSECONDS, WALL};

/// How often the programs do what they do; what sleeps, they do less often.
const COUNT: usize = 400_000;
const FUTEX: (Program, usize) =
    (native("futex", Kind::HandWritten, "servers/futex_ping_pong.c"), COUNT);

/// A line of ours with what stands over it, what it is compared with, and the same under Wine.
macro_rules! with_wine {
    ($ours:literal, $line:literal, $title:literal $(, $other:expr)*) => {
        Lines { title: $title, lines: &[($ours, $line) $(, $other)*, ("wine", $line)] }
    };
}

/// Packets.
pub static PORT: Timed = Timed {
    subject: "port",
    title: "Packets",
    about: "\
`servers/port.c`: a packet posted to a completion port and got, by one thread, one by one and 64 at
once; a round trip between two threads, each of which waits until the other's packet is there; and a
packet where 1 to 8 threads each post one and get one, all by one port.  Beside it a queue under a
mutex (`servers/locked_queue.c`), a round trip by futexes, where both sleep and where both look
(`servers/futex_ping_pong.c`), and the same program under Wine: on one processor, where Wine is at
its best (`wine`), and as it comes (`wine-anywhere`).",
    measure: &NANOSECONDS,
    programs: &[
        (windows("port", "servers/port.c"), COUNT),
        (native("locked queue", Kind::HandWritten, "servers/locked_queue.c"), COUNT),
        FUTEX,
        (under_wine("servers/port.c"), COUNT),
        (under_wine_anywhere("servers/port.c"), COUNT),
    ],
    cases: &[
        with_wine!(
            "port",
            "post+get",
            "a packet posted and got, one thread",
            ("locked queue", "put+take"),
            ("wine-anywhere", "post+get")
        ),
        with_wine!("port", "64 at once", "the same, 64 at once"),
        with_wine!(
            "port",
            "ping-pong",
            "a round trip between two threads",
            ("futex", "ping-pong by futexes"),
            ("futex", "ping-pong, both looking")
        ),
        with_wine!(
            "port",
            "1 threads",
            "a packet posted and got, 1 thread, one port",
            ("locked queue", "put+take, 1 threads")
        ),
        with_wine!(
            "port",
            "2 threads",
            "a packet posted and got, 2 threads, one port",
            ("locked queue", "put+take, 2 threads")
        ),
        with_wine!(
            "port",
            "4 threads",
            "a packet posted and got, 4 threads, one port",
            ("locked queue", "put+take, 4 threads")
        ),
        with_wine!(
            "port",
            "8 threads",
            "a packet posted and got, 8 threads, one port",
            ("locked queue", "put+take, 8 threads")
        ),
    ],
};

/// Objects.
pub static WAIT: Timed = Timed {
    subject: "wait",
    title: "Waits",
    about: "\
`servers/wait.c`: an event, a semaphore or a mutex given and taken by one thread; a round trip
between two threads, each of which waits for the other's event; and 64 events, of which one is set
and any is waited for, or all are set and waited for.  Beside it the least that gives a thread what
it takes, two instructions that lock a word; the same by two functions that are given a handle and
see whether it may be used so, but do not keep others from closing it meanwhile; and a round trip by
futexes (`servers/futex_ping_pong.c`).",
    measure: &NANOSECONDS,
    programs: &[
        (windows("wait", "servers/wait.c"), COUNT),
        FUTEX,
        (under_wine("servers/wait.c"), COUNT),
    ],
    cases: &[
        with_wine!(
            "wait",
            "set+wait",
            "an event set and waited for, one thread",
            ("futex", "give+take"),
            ("futex", "give+take by handle")
        ),
        with_wine!("wait", "semaphore", "a semaphore released and taken"),
        with_wine!("wait", "mutex", "a mutex taken and released"),
        with_wine!(
            "wait",
            "ping-pong",
            "a round trip between two threads",
            ("futex", "ping-pong by futexes"),
            ("futex", "ping-pong, both looking")
        ),
        with_wine!("wait", "any of 64", "any of 64 events, one of which is set"),
        with_wine!("wait", "all of 64", "all of 64 events set and waited for"),
    ],
};

/// Routines.
pub static APC: Timed = Timed {
    subject: "apc",
    title: "Asynchronous procedure calls",
    about: "\
`servers/apc.c`: a routine that a thread queues to itself and lets run, by QueueUserAPC and
SleepEx(0, TRUE), one by one and 64 at once.",
    measure: &NANOSECONDS,
    programs: &[(windows("apc", "servers/apc.c"), COUNT), (under_wine("servers/apc.c"), COUNT)],
    cases: &[
        with_wine!("apc", "queue+sleep", "a routine queued and run, one thread"),
        with_wine!("apc", "64 at once", "the same, 64 at once"),
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
FindFirstFile and FindNextFile; once with stat alone and once with what it takes to know all of it:
when a file was made, and attributes that Linux' mode does not have (hidden, system), which are kept
where Wine and Samba keep them.  What we add to that is NTFS' order of the names.  Each lists many
times in a row, and the mean counts.  The first time the kernel's share is larger for all of them:
a program that lists once, or on a machine whose memory is slower, finds a lower ratio.",
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
            ("readdir", "readdir, statx and listxattr, 10000 files"),
        ],
    }],
};

/// All of them.
#[cfg(test)]
pub static ALL: [&Timed; 6] = [&PORT, &WAIT, &APC, &PIPE, &POLL, &DIRECTORY];
