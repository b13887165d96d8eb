//! What the kernel accounts to a running process.

use nix::time::{ClockId, clock_getcpuclockid};
use nix::unistd::Pid;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The processor time of all threads of a process so far, those that have ended among them.
pub fn processor_time(process: u32) -> io::Result<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(process.cast_signed()))?;
    Ok(clock.now()?.into())
}

/// The processor time of the calling thread so far.
pub fn own_thread_time() -> io::Result<Duration> {
    Ok(ClockId::CLOCK_THREAD_CPUTIME_ID.now()?.into())
}

/// A process's threads: number and name of each.
pub fn threads(process: u32) -> io::Result<Vec<(u32, String)>> {
    let folder = PathBuf::from(format!("/proc/{process}/task"));
    let mut threads = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A thread may end while we look.
        let Ok(name) = fs::read_to_string(entry.path().join("comm")) else { continue };
        if let Some(number) = entry.file_name().to_str().and_then(|number| number.parse().ok()) {
            threads.push((number, name.trim_end().to_owned()));
        }
    }
    Ok(threads)
}

/// True when all threads of a process sleep.
pub fn is_asleep(process: u32) -> io::Result<bool> {
    for (thread, _) in threads(process)? {
        // One that ends while we look is awake.
        let stat = fs::read_to_string(format!("/proc/{process}/task/{thread}/stat"));
        // A name may have any signs in it, and stands before the state, in brackets.
        let state = stat.as_ref().ok().and_then(|stat| stat.rsplit_once(") "));
        if !state.is_some_and(|(_, state)| state.starts_with('S')) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets this process, and those it starts, open as many descriptors as it may; how many these are.
pub fn raise_descriptor_limit() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The same where more than `wanted` are not needed; an administrator's process may raise even what
/// it may not pass, and does if `wanted` needs it.
pub fn raise_descriptor_limit_to(wanted: usize) -> usize {
    let limit = raise_descriptor_limit();
    if limit < wanted {
        let wanted = Some(wanted as u64);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: wanted, maximum: wanted });
    }
    raise_descriptor_limit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_s_own_threads_and_time_are_seen() {
        let own = std::process::id();
        let seen = std::thread::Builder::new()
            .name("named".to_owned())
            .spawn(move || threads(own).unwrap())
            .unwrap();
        let seen = seen.join().unwrap();
        assert!(seen.iter().any(|(number, _)| *number == own));
        assert!(seen.iter().any(|(_, name)| name == "named"));
        let before = processor_time(own).unwrap();
        while processor_time(own).unwrap() == before {}
        assert!(own_thread_time().unwrap() <= processor_time(own).unwrap());
        assert!(!is_asleep(own).unwrap(), "this thread looks");
    }
}
