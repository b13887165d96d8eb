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
    /// What it is told besides.
    pub words: &'static [&'static str],
}

/// A Windows program, with Lapwing.
pub const fn windows(name: &'static str, source: &'static str) -> Program {
    Program {
        name,
        kind: Kind::Lapwing,
        origin: Origin::Windows(source),
        has_threads: false,
        words: &[],
    }
}

/// A program of Linux'.
pub const fn native(name: &'static str, kind: Kind, source: &'static str) -> Program {
    Program { name, kind, origin: Origin::Native(source), has_threads: false, words: &[] }
}

const fn rust(name: &'static str) -> Program {
    let (kind, origin) = (Kind::Library, Origin::Rust(name));
    Program { name, kind, origin, has_threads: false, words: &[] }
}

const fn threaded(program: Program) -> Program {
    Program { has_threads: true, ..program }
}

/// A Windows program, under Wine.
pub const fn under_wine(source: &'static str) -> Program {
    Program {
        name: "wine",
        kind: Kind::Wine,
        origin: Origin::Wine(source),
        has_threads: false,
        words: &[],
    }
}

/// The same, told more.
pub const fn told(program: Program, words: &'static [&'static str]) -> Program {
    Program { words, ..program }
}

/// Our echo servers, one for each model; the first is what the others are compared with.
pub static MODELS: [Program; 4] = [
    threaded(windows("port", "servers/iocp_echo.c")),
    threaded(windows("events", "servers/events_echo.c")),
    threaded(windows("routines", "servers/routines_echo.c")),
    threaded(windows("select", "servers/select_echo.c")),
];

/// Our echo server on a port to which connections come too, for what a connection costs.
pub static ACCEPT_EX: Program = windows("AcceptEx", "servers/accept_echo.c");

/// The echo servers beside which ours are measured.
pub static PEERS: [Program; 9] = [
    threaded(native("epoll", Kind::HandWritten, "peers/epoll/epoll.c")),
    threaded(native("io_uring", Kind::HandWritten, "peers/io_uring/io_uring.c")),
    threaded(native("asio", Kind::Library, "peers/asio/asio.cpp")),
    threaded(native("libuv", Kind::Library, "peers/libuv/libuv.c")),
    threaded(rust("tokio")),
    threaded(rust("compio")),
    threaded(rust("compio-deferred")),
    threaded(rust("monoio")),
    under_wine("servers/iocp_echo.c"),
];

/// The model or peer of this name.
pub fn find(programs: &'static [Program], name: &str) -> Result<&'static Program, String> {
    programs.iter().find(|program| program.name == name).ok_or_else(|| {
        let names: Vec<&str> = programs.iter().map(|program| program.name).collect();
        format!("there are {}", names.join(", "))
    })
}
