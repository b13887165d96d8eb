//! The command's options.

use crate::Failure;
use crate::programs::{self, MODELS, PEERS, Program};
use crate::subjects::{Effort, SUBJECTS, Subject};
use std::path::{Path, PathBuf};

/// What `--help` says at the end.
pub const HELP: &str = "\
Subjects:
  echo       an echo server: each model of ours, beside epoll, io_uring, libraries and Wine
  accept     the same: connections that come
  scale      the same: more threads, and connections that are quiet
  engine     the same: what a port could be built on, epoll or io_uring
  idle       bytes of memory for a connection that is quiet
  port       packets posted and taken     wait       objects set and waited for
  apc        routines queued and run      pipe       round trips through a pipe
  file       blocks read, a file sent     directory  many files listed
  poll       many sockets asked for
Without a subject all of them are measured briefly.

What is compared is measured in turns, round by round, in this run.  `Lapwing / it` is the median of
the rounds' ratios, and between which it lies with a probability of 95 %: below 1, Lapwing takes
less.  A peer whose library is not installed is named as missing.

Example:
  lapwing bench echo --connections 512 --html report.html";

/// What is done without a word of how much.
const ROUNDS: usize = 5;
/// The same where everything is measured.
const BRIEF_ROUNDS: usize = 3;
const BRIEF_DIVIDE: usize = 8;
/// The same for the page: it judges the goals, of which some are so near to what is found that few
/// rounds do not tell.
const PAGE_ROUNDS: usize = 3;
const CLOSE_PAGE_ROUNDS: usize = 9;
const QUICK_DIVIDE: usize = 20;
/// What disturbs a machine comes and goes within a second, so many short rounds tell more than few
/// long ones: where a program starts quickly, there are so many times more, each so much shorter.
const SHORTER: usize = 5;
/// Bytes of a connection that any socket's buffer takes.
const MOST_UNDER_WAY: u32 = 65_536;

/// The command's options.
#[derive(clap::Args, Default)]
pub struct Options {
    /// What to measure
    #[arg(value_name = "SUBJECT", value_parser = known_subject)]
    chosen: Vec<&'static Subject>,
    /// echo: connections
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub connections: Option<u16>,
    /// echo: bytes of a message
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub size: Option<u32>,
    /// echo: messages that each connection has under way
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub depth: Option<u8>,
    /// echo: the server's threads
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub threads: Option<u8>,
    /// echo: only these models (port, events, routines, select, crate)
    #[arg(long = "model", value_name = "NAME", num_args = 1.., value_parser = known_model)]
    pub models: Vec<&'static Program>,
    /// Only these peers (epoll, tokio, wine, ...)
    #[arg(long = "peer", value_name = "NAME", num_args = 1.., value_parser = known_peer)]
    pub peers: Vec<&'static Program>,
    /// Rounds, in each of which every program has its turn; Wine has at most 5 [default: 25 short
    /// ones of echo, scale and engine, of others 5; 3 without a subject; more with --write]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1000))]
    rounds: Option<u16>,
    /// Divide the number of messages and calls [default: 5 of echo, scale and engine, of others 1;
    /// 8 without a subject]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1000))]
    divide: Option<u16>,
    /// One round of few messages: a look, not a measurement
    #[arg(long, conflicts_with_all = ["rounds", "divide", "write"])]
    quick: bool,
    /// Write the figures as JSON; to standard output, in place of the tables, if FILE is -
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write a page with charts: one file, which needs no network
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Measure everything and write docs/performance.md of the source tree
    #[arg(long, conflicts_with_all = ["chosen", "models", "peers"])]
    pub write: bool,
}

fn known_subject(name: &str) -> Result<&'static Subject, String> {
    SUBJECTS.iter().find(|subject| subject.name == name).ok_or_else(|| {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        format!("the subjects are {}", names.join(", "))
    })
}

fn known_model(name: &str) -> Result<&'static Program, String> {
    programs::find(&MODELS, name)
}

fn known_peer(name: &str) -> Result<&'static Program, String> {
    programs::find(&PEERS, name)
}

/// The page that `--write` writes.
pub fn performance_page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md")
}

impl Options {
    /// Sees that the options fit together, and that what is to be written can be.
    pub fn check(&self) -> Result<(), Failure> {
        let shape = [
            ("--connections", self.connections.is_some()),
            ("--size", self.size.is_some()),
            ("--depth", self.depth.is_some()),
            ("--threads", self.threads.is_some()),
            ("--model", !self.models.is_empty()),
        ];
        let is_echo = self.chosen.iter().any(|subject| subject.name == "echo");
        if let Some((name, _)) = shape.iter().find(|(_, is_given)| *is_given && !is_echo) {
            return Err(format!("{name} belongs to `lapwing bench echo`"));
        }
        // The clients do not wait for room.
        if u32::from(self.depth.unwrap_or(1)) * self.size.unwrap_or(64) > MOST_UNDER_WAY {
            return Err(format!("--depth times --size is at most {MOST_UNDER_WAY}"));
        }
        if self.write && !performance_page().exists() {
            return Err("--write needs the source tree that this command was built from".into());
        }
        let files = [&self.json, &self.html].into_iter().flatten();
        for path in files.filter(|path| *path != Path::new("-")) {
            std::fs::File::options()
                .append(true)
                .create(true)
                .open(path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    /// Whether they say what an echo server is asked for.
    pub fn has_load(&self) -> bool {
        let Options { connections, size, depth, threads, .. } = self;
        [connections.is_some(), size.is_some(), depth.is_some(), threads.is_some()].contains(&true)
    }

    /// What is to be measured.
    pub fn subjects(&self) -> Vec<&'static Subject> {
        let is_chosen = |subject: &&Subject| {
            self.chosen.is_empty() || self.chosen.iter().any(|it| it.name == subject.name)
        };
        SUBJECTS.iter().filter(is_chosen).collect()
    }

    fn is_brief(&self) -> bool {
        self.chosen.is_empty() && !self.write
    }

    /// How many rounds of a subject.
    pub fn rounds(&self, subject: &Subject) -> usize {
        let usual = match subject.effort {
            _ if self.is_brief() => BRIEF_ROUNDS,
            Effort::Close if self.write => CLOSE_PAGE_ROUNDS,
            Effort::Short if self.write => CLOSE_PAGE_ROUNDS * SHORTER,
            Effort::Usual if self.write => PAGE_ROUNDS,
            Effort::Short => ROUNDS * SHORTER,
            Effort::Usual | Effort::Close => ROUNDS,
        };
        if self.quick { 1 } else { self.rounds_or(usual) }
    }

    /// The rounds that somebody has asked for, or so many.
    pub fn rounds_or(&self, usual: usize) -> usize {
        self.rounds.map_or(usual, usize::from)
    }

    /// Whether the nearest compete once more: where nothing is left out, nor only looked at.
    pub fn has_finals(&self) -> bool {
        let is_plain = self.models.is_empty() && self.peers.is_empty() && !self.has_load();
        is_plain && !self.quick && !self.is_brief()
    }

    /// Whether somebody has said how many rounds.
    pub fn asks_for_rounds(&self) -> bool {
        self.rounds.is_some()
    }

    /// How many times fewer messages or calls of a subject than in a long round.
    pub fn divide(&self, subject: &Subject) -> usize {
        let usual = if self.is_brief() { BRIEF_DIVIDE } else { 1 };
        self.divide_or(match subject.effort {
            _ if self.quick => QUICK_DIVIDE,
            Effort::Short => usual.max(SHORTER),
            Effort::Usual | Effort::Close => usual,
        })
    }

    /// How many times fewer somebody has asked for, or so many.
    pub fn divide_or(&self, usual: usize) -> usize {
        self.divide.map_or(usual, usize::from)
    }

    /// Whether this program is to be measured.
    pub fn wants(&self, program: &Program) -> bool {
        let peers = &self.peers;
        program.kind == programs::Kind::Lapwing
            || peers.is_empty()
            || peers.iter().any(|peer| peer.name == program.name)
    }
}
