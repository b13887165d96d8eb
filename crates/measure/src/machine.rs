//! The machine: its processors, how clients and server share them, what to say of it.

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::fs;

/// Which processors the clients run on, and which the server.
pub struct Processors {
    all: CpuSet,
    clients: CpuSet,
    server: CpuSet,
    /// Whether the two are apart.
    pub are_apart: bool,
}

impl Processors {
    /// The clients get one to themselves, if there are two.
    pub fn divide() -> Self {
        let all = sched_getaffinity(None).unwrap_or_default();
        let (mut clients, mut server) = (CpuSet::new(), all);
        let are_apart = all.count() > 1;
        match numbers(&all).next() {
            Some(first) if are_apart => {
                clients.set(first);
                server.unset(first);
            }
            _ => clients = all,
        }
        Processors { all, clients, server, are_apart }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.count() as usize
    }

    /// Pins this thread where the clients run.
    pub fn for_clients(&self) {
        let _ = sched_setaffinity(None, &self.clients);
    }

    /// Pins this thread where the server runs, for what it starts now.
    pub fn for_server(&self) {
        let _ = sched_setaffinity(None, &self.server);
    }

    /// The same for a server that is to have only one.
    pub fn for_one(&self) {
        let _ = sched_setaffinity(None, &self.one());
    }

    fn one(&self) -> CpuSet {
        let mut one = CpuSet::new();
        numbers(&self.server).next().into_iter().for_each(|number| one.set(number));
        one
    }

    /// Moves a process of one thread to where a server runs that has only one, or lets it run
    /// anywhere.
    pub fn place(&self, process: u32, anywhere: bool) {
        let process = Pid::from_raw(process.cast_signed());
        if process.is_some() {
            let _ = sched_setaffinity(process, &if anywhere { self.all } else { self.one() });
        }
    }

    /// Lets this thread, and what it starts now, run anywhere.
    pub fn anywhere(&self) {
        let _ = sched_setaffinity(None, &self.all);
    }
}

fn numbers(set: &CpuSet) -> impl Iterator<Item = usize> {
    (0..CpuSet::MAX_CPU).filter(|&number| set.is_set(number))
}

/// How many processors there are, and what they are.
pub fn processors() -> String {
    let listed = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = listed.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |model| model.trim_start_matches([' ', '\t', ':']));
    let count = listed.lines().filter(|line| line.starts_with("processor")).count();
    let is_virtual = listed.lines().any(|line| line.contains(" hypervisor"));
    let machine = if is_virtual { ", a virtual machine" } else { "" };
    format!("{count} processor{} ({model}{machine})", if count == 1 { "" } else { "s" })
}

/// The kernel's name and release.
pub fn kernel() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("Linux {}", release.trim())
}

/// The mean number of threads that wanted to run in the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("unknown").to_owned()
}
