//! Rounds, in each of which every program has its turn.  Who cannot be built or fails is named, and
//! the others go on.

use crate::options::Options;
use crate::programs::{Kind, Program};
use crate::report::{Entry, Missing, Report, Section};
use crate::subjects::Subject;
use crate::toolbox::{Built, Toolbox};
use crate::{Failure, Host, child};
use indicatif::{ProgressBar, ProgressStyle};
use lapwing_measure::machine::{self, Processors};
use lapwing_measure::process;
use std::process::Command;
use std::time::{Duration, Instant};

/// No further round of a case begins when it would end later, unless somebody has asked for it.
const TIME_FOR_A_CASE: Duration = Duration::from_secs(120);
/// Wine takes long to start, and nothing about it is close.
pub const ROUNDS_OF_WINE: usize = 5;
/// Descriptors that this command and a server need besides their connections.
const SPARE_DESCRIPTORS: usize = 64;
/// `cc --version` and its like.
const A_MOMENT: Duration = Duration::from_secs(10);

/// A program of a case: what it is called there, what it is, and where it is.
#[derive(Clone)]
pub struct Contender {
    /// Its name.
    pub name: String,
    /// What it is.
    pub program: &'static Program,
    /// Where it is.
    pub built: Built,
}

/// What programs do in a round.
pub trait Play {
    /// A program that has begun, and what its turns have brought.
    type Actor;
    /// How many turns each has.
    fn turns(&self) -> usize;

    /// It begins.
    fn begin(&mut self, bench: &Bench, contender: &Contender) -> Result<Self::Actor, Failure>;

    /// It has a turn, while the others wait.
    fn turn(
        &mut self,
        bench: &Bench,
        contender: &Contender,
        actor: &mut Self::Actor,
    ) -> Result<(), Failure>;

    /// It ends; its samples go to the entry.
    fn end(
        &mut self,
        bench: &Bench,
        contender: &Contender,
        actor: Self::Actor,
        entry: &mut Entry,
    ) -> Result<(), Failure>;
}

/// A program that does everything in one.
struct Whole<F>(F);

impl<F: FnMut(&Bench, &Contender, &mut Entry) -> Result<(), Failure>> Play for Whole<F> {
    type Actor = ();

    fn turns(&self) -> usize {
        0
    }

    fn begin(&mut self, _: &Bench, _: &Contender) -> Result<(), Failure> {
        Ok(())
    }

    fn turn(&mut self, _: &Bench, _: &Contender, (): &mut ()) -> Result<(), Failure> {
        Ok(())
    }

    fn end(
        &mut self,
        bench: &Bench,
        contender: &Contender,
        (): (),
        entry: &mut Entry,
    ) -> Result<(), Failure> {
        self.0(bench, contender, entry)
    }
}

/// What all subjects share.
pub struct Bench<'a> {
    /// The command's options.
    pub options: &'a Options,
    /// Who runs where.
    pub processors: Processors,
    /// Rounds.
    pub rounds: usize,
    /// So many times fewer messages than in a long round.
    pub divide: usize,
    toolbox: Toolbox<'a>,
    missing: Vec<Missing>,
    bar: ProgressBar,
}

impl<'a> Bench<'a> {
    /// Ready to measure.
    pub fn new(host: &'a Host, options: &'a Options) -> Result<Self, Failure> {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Ok(Bench {
            options,
            processors: Processors::divide(),
            rounds: 1,
            divide: 1,
            toolbox: Toolbox::new(host)?,
            missing: Vec::new(),
            bar,
        })
    }

    /// Measures a subject.
    pub fn measure(&mut self, subject: &Subject) -> Section {
        self.rounds = self.options.rounds(subject);
        self.divide = self.options.divide(subject);
        (subject.measure)(self)
    }

    /// Says what is being done.
    pub fn say(&self, what: impl Into<String>) {
        self.bar.set_message(what.into());
    }

    /// A file of our own in the cache.
    pub fn scratch(&self, name: &str) -> std::path::PathBuf {
        self.toolbox.scratch(name)
    }

    /// Those of the programs that are wanted and can be built; the others are named as missing.
    pub fn build(
        &mut self,
        programs: impl IntoIterator<Item = &'static Program>,
    ) -> Vec<Contender> {
        let mut contenders = Vec::new();
        for program in programs {
            if !self.options.wants(program) {
                continue;
            }
            self.say(format!("building {}", program.name));
            // What is built first starts Wine's server, which is at its best beside its program.
            match program.kind {
                Kind::Wine => self.processors.for_one(),
                _ => self.processors.anywhere(),
            }
            match self.toolbox.get(program) {
                Ok(built) => {
                    contenders.push(Contender { name: program.name.to_owned(), program, built })
                }
                Err(why) => {
                    // Without the source tree that is no failure of ours.
                    let is_ours = program.kind == Kind::Lapwing && self.toolbox.has_source(program);
                    self.note(program.name, is_ours, None, why);
                }
            }
        }
        contenders
    }

    /// A program that others need, built.
    pub fn helper(&mut self, program: &Program) -> Result<Built, Failure> {
        self.toolbox.get(program)
    }

    /// So many connections, or as many as can be open at both ends; if these are fewer, it is said.
    pub fn connections(&mut self, what: &str, wanted: usize) -> usize {
        let limit = process::raise_descriptor_limit_to(wanted + SPARE_DESCRIPTORS);
        let possible = limit.saturating_sub(SPARE_DESCRIPTORS).clamp(1, wanted);
        if possible < wanted {
            let why = format!(
                "the limit of open files, {limit}, allows {possible} connections (ulimit -Hn)"
            );
            self.miss(&format!("{wanted} connections"), Kind::HandWritten, Some(what), why);
        }
        possible
    }

    /// Notes that a program is missing, everywhere or in a case; once for each.
    pub fn miss(&mut self, name: &str, kind: Kind, case: Option<&str>, why: Failure) {
        self.note(name, kind == Kind::Lapwing, case, why);
    }

    fn note(&mut self, name: &str, is_ours: bool, case: Option<&str>, why: Failure) {
        let case = case.map(str::to_owned);
        if !self.missing.iter().any(|it| it.name == name && it.case == case) {
            let name = name.to_owned();
            self.missing.push(Missing { name, case, why, is_ours });
        }
    }

    /// In each round, everybody's turn: `pass` adds its samples to the entry.  Who fails is named,
    /// and is not in what comes back.
    pub fn take_turns(
        &mut self,
        case: &str,
        contenders: &[Contender],
        pass: impl FnMut(&Bench, &Contender, &mut Entry) -> Result<(), Failure>,
    ) -> Vec<Entry> {
        self.play(case, contenders, Whole(pass))
    }

    /// In each round all begin, have their turns, one after the other and again, and end.
    pub fn play(
        &mut self,
        case: &str,
        contenders: &[Contender],
        mut play: impl Play,
    ) -> Vec<Entry> {
        let entry = |it: &Contender| {
            let entry = Entry::new(it.name.as_str(), it.program.kind);
            Some(Entry { sends_late: it.program.sends_late, ..entry })
        };
        let mut entries: Vec<Option<Entry>> = contenders.iter().map(entry).collect();
        let started = Instant::now();
        for round in 0..self.rounds {
            if !self.options.asks_for_rounds() && !is_time_for_another(round, started.elapsed()) {
                break;
            }
            self.play_round(case, contenders, &mut play, round, &mut entries);
        }
        entries.into_iter().flatten().collect()
    }

    fn play_round<P: Play>(
        &mut self,
        case: &str,
        contenders: &[Contender],
        play: &mut P,
        round: usize,
        entries: &mut [Option<Entry>],
    ) {
        let mut actors: Vec<Option<P::Actor>> = contenders.iter().map(|_| None).collect();
        let turns = play.turns();
        for step in 0..turns + 2 {
            for turn in 0..contenders.len() {
                // Nobody is always behind the same one.
                let number = (round + step + turn) % contenders.len();
                let (contender, slot) = (&contenders[number], &mut entries[number]);
                let (Some(entry), actor) = (slot.as_mut(), &mut actors[number]) else { continue };
                if contender.program.kind == Kind::Wine && round >= ROUNDS_OF_WINE {
                    continue;
                }
                self.say(format!("{case}, round {}: {}", round + 1, contender.name));
                let done = match (step, actor.take()) {
                    (0, _) => play.begin(self, contender).map(|begun| *actor = Some(begun)),
                    (_, None) => Ok(()),
                    (step, Some(mut it)) if step <= turns => {
                        play.turn(self, contender, &mut it).map(|()| *actor = Some(it))
                    }
                    (_, Some(it)) => play.end(self, contender, it, entry),
                };
                if let Err(why) = done {
                    *slot = None;
                    self.miss(&contender.name, contender.program.kind, Some(case), why);
                }
            }
        }
    }

    /// Whether so many connections can be open at once at this end.
    pub fn can_hold(&self, connections: usize) -> bool {
        let wanted = connections + SPARE_DESCRIPTORS;
        process::raise_descriptor_limit_to(wanted) >= wanted
    }

    /// Everything that was found.
    pub fn finish(self, sections: Vec<Section>) -> Report {
        self.bar.finish_and_clear();
        self.processors.anywhere();
        let machine = describe(&self.processors);
        Report { machine, sections, missing: self.missing }
    }
}

/// Whether, after `done` rounds, the next one, if it takes as long as those before, is over in
/// time; the first always has time.
fn is_time_for_another(done: usize, so_far: Duration) -> bool {
    let each = so_far.checked_div(u32::try_from(done).unwrap_or(u32::MAX));
    each.is_none_or(|each| so_far + each <= TIME_FOR_A_CASE)
}

fn describe(processors: &Processors) -> Vec<(&'static str, String)> {
    let first = |program: &str, argument: &str| {
        let said = child::output(Command::new(program).arg(argument), A_MOMENT);
        let line = said.ok().and_then(|said| said.lines().next().map(str::to_owned));
        line.unwrap_or_else(|| "not installed".to_owned())
    };
    let apart = match processors.are_apart {
        true => "on different processors, unless said otherwise",
        false => "on the same processor, which blurs every figure",
    };
    vec![
        ("processors", machine::processors()),
        ("clients and server", apart.to_owned()),
        ("kernel", machine::kernel()),
        ("load at the end", machine::load()),
        ("lapwing", env!("CARGO_PKG_VERSION").to_owned()),
        ("cc", first("cc", "--version")),
        ("rustc", first("rustc", "--version")),
        ("wine", first("wine", "--version")),
        ("valgrind", first("valgrind", "--version")),
        ("strace", first("strace", "--version")),
        ("date", first("date", "+%Y-%m-%d")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_end_in_time() {
        let seconds = Duration::from_secs;
        assert!(is_time_for_another(0, seconds(130)));
        assert!(is_time_for_another(1, seconds(60)));
        assert!(!is_time_for_another(1, seconds(61)));
        assert!(is_time_for_another(50, seconds(117)));
        assert!(!is_time_for_another(3, seconds(100)));
    }
}
