//! The one table of the programs that are measured.  Their sources are in `servers/` and `peers/`.

/// What a program is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Windows program, with Lapwing.
    Lapwing,
    /// Written by hand over the kernel's own calls.
    HandWritten,
    /// With a library that others use in its place.
    Library,
    /// The Windows program under Wine.
    Wine,
}

impl Kind {
    /// All of them, in the order of the charts' colours.
    pub const ALL: [Kind; 4] = [Kind::Lapwing, Kind::HandWritten, Kind::Library, Kind::Wine];

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Lapwing => "Lapwing",
            Kind::HandWritten => "hand-written",
            Kind::Library => "library",
            Kind::Wine => "Wine",
        }
    }

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Lapwing => "lapwing",
            Kind::HandWritten => "hand-written",
            Kind::Library => "library",
            Kind::Wine => "wine",
        }
    }
}

/// Where a program comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A Windows source, compiled by `lapwing cc`.
    Windows(&'static str),
    /// The same, compiled by mingw-w64, to be run under Wine.
    Wine(&'static str),
    /// A source that says in its first comment how it is built and what it needs.
    Native(&'static str),
    /// A program of the cargo workspace `peers/rust`.
    Rust(&'static str),
    /// A package of our own cargo workspace, with one program that has its name.
    Package(&'static str),
}

/// A program.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name, on the command line too.
    pub name: &'static str,
    /// What it is made of.
    pub kind: Kind,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether its server takes a number of threads.
    pub has_threads: bool,
    /// Whether what it sends leaves only with its next wait.  A Windows program may not do that:
    /// its data leaves when it calls WSASend.
    pub sends_late: bool,
    /// Whether it runs on any processor where the others have one.
    pub anywhere: bool,
    /// What it is told besides, behind everything else.
    pub words: &'static [&'static str],
}

const fn program(name: &'static str, kind: Kind, origin: Origin) -> Program {
    let (has_threads, sends_late, anywhere) = (false, false, false);
    Program { name, kind, origin, has_threads, sends_late, anywhere, words: &[] }
}

/// A Windows program, with Lapwing.
pub const fn windows(name: &'static str, source: &'static str) -> Program {
    program(name, Kind::Lapwing, Origin::Windows(source))
}

/// A program of Linux'.
pub const fn native(name: &'static str, kind: Kind, source: &'static str) -> Program {
    program(name, kind, Origin::Native(source))
}

const fn rust(name: &'static str) -> Program {
    program(name, Kind::Library, Origin::Rust(name))
}

const fn threaded(program: Program) -> Program {
    Program { has_threads: true, ..program }
}

/// The same, whose data leaves with its next wait.
pub const fn late(program: Program) -> Program {
    Program { sends_late: true, ..program }
}

/// A Windows program, under Wine, on one processor: there Wine is at its best.
pub const fn under_wine(source: &'static str) -> Program {
    program("wine", Kind::Wine, Origin::Wine(source))
}

/// The same as it comes, on any processor.
pub const fn under_wine_anywhere(source: &'static str) -> Program {
    Program { name: "wine-anywhere", anywhere: true, ..under_wine(source) }
}

/// The same, told more.
pub const fn told(program: Program, words: &'static [&'static str]) -> Program {
    Program { words, ..program }
}

/// Our echo servers, one for each model; the first is what the others are compared with.  The last
/// is written in Rust, with the crate `lapwing`.
pub static MODELS: [Program; 5] = [
    threaded(windows("port", "servers/iocp_echo.c")),
    threaded(windows("events", "servers/events_echo.c")),
    threaded(windows("routines", "servers/routines_echo.c")),
    threaded(windows("select", "servers/select_echo.c")),
    threaded(program("crate", Kind::Lapwing, Origin::Package("lapwing-echo"))),
];

/// Our echo server on a port to which connections come too, for what a connection costs.
pub static ACCEPT_EX: Program = windows("AcceptEx", "servers/accept_echo.c");

/// The hand-written server whose threads share what they wait for, as a port's workers do.
pub static ONE_SET: Program =
    threaded(native("one epoll set", Kind::HandWritten, "peers/epoll/one_set.c"));

const QUEUE_OVER_EPOLL: Program = native(QUEUE, Kind::HandWritten, "peers/epoll/queue.c");

/// A queue by hand, with nothing else around it.
pub const QUEUE: &str = "queue over epoll";
/// The same in a process that has a second thread.
pub const QUEUE_AND_THREAD: &str = "queue over epoll, idle thread";
/// The least that keeps a port's promises, in such a process.
pub const QUEUE_AND_HANDLES: &str = "queue over epoll, handles";
/// What a port is by hand, from the least on.
pub const QUEUES: [&str; 3] = [QUEUE, QUEUE_AND_THREAD, QUEUE_AND_HANDLES];

const IDLE_THREAD: &[&str] = &["idle-thread"];

/// The echo servers beside which ours are measured.
pub static PEERS: [Program; 13] = [
    threaded(native("epoll", Kind::HandWritten, "peers/epoll/epoll.c")),
    QUEUE_OVER_EPOLL,
    told(Program { name: QUEUE_AND_THREAD, ..QUEUE_OVER_EPOLL }, IDLE_THREAD),
    told(native(QUEUE_AND_HANDLES, Kind::HandWritten, "peers/epoll/handles.c"), IDLE_THREAD),
    late(threaded(native("io_uring", Kind::HandWritten, "peers/io_uring/io_uring.c"))),
    threaded(native("asio", Kind::Library, "peers/asio/asio.cpp")),
    threaded(native("libuv", Kind::Library, "peers/libuv/libuv.c")),
    threaded(rust("tokio")),
    late(threaded(rust("compio"))),
    late(threaded(rust("compio-deferred"))),
    late(threaded(rust("monoio"))),
    under_wine("servers/iocp_echo.c"),
    under_wine_anywhere("servers/iocp_echo.c"),
];

/// The model or peer of this name.
pub fn find(programs: &'static [Program], name: &str) -> Result<&'static Program, String> {
    programs.iter().find(|program| program.name == name).ok_or_else(|| {
        let names: Vec<&str> = programs.iter().map(|program| program.name).collect();
        format!("there are {}", names.join(", "))
    })
}
