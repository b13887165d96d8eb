//! A thread's priority, processors and name, as far as Linux has them.

use super::thread::Thread;
use crate::status::{Result, Status};
use rustix::process::{Pid, setpriority_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Windows' relative priorities and the nice values that stand for them here.
const NICE: [(i32, i32); 7] = [(-15, 19), (-2, 10), (-1, 5), (0, 0), (1, -5), (2, -10), (15, -15)];

/// The kernel's name for the thread, which a thread that has ended has no more.
fn kernel_id(thread: &Thread) -> Result<Pid> {
    let alive = (!thread.has_ended()).then(|| thread.id().cast_signed());
    alive.and_then(Pid::from_raw).ok_or(Status::THREAD_IS_TERMINATING)
}

/// Sets a thread's priority.  That Linux lets only some users raise it is no error: Windows'
/// priorities promise no effect either.
///
/// # Errors
/// `INVALID_PARAMETER` for a priority that does not exist.
pub fn set(thread: &Thread, priority: i32) -> Result<()> {
    let known = NICE.iter().find(|(windows, _)| *windows == priority);
    let (_, nice) = known.ok_or(Status::INVALID_PARAMETER)?;
    thread.note_priority(priority);
    if let Ok(id) = kernel_id(thread) {
        let _not_allowed = setpriority_process(Some(id), *nice);
    }
    Ok(())
}

/// Binds a thread to the processors of a mask.  Returns the mask before.
///
/// # Errors
/// `INVALID_PARAMETER` for a mask without a processor that the process may use.
pub fn set_affinity(thread: &Thread, mask: u64) -> Result<u64> {
    let id = Some(kernel_id(thread)?);
    let before = sched_getaffinity(id).map_err(|_| Status::UNSUCCESSFUL)?;
    let mut wanted = CpuSet::new();
    (0..64).filter(|bit| mask >> bit & 1 != 0).for_each(|bit| wanted.set(bit));
    // Linux drops processors that are not there; a mask of none is an error to both.
    sched_setaffinity(id, &wanted).map_err(|_| Status::INVALID_PARAMETER)?;
    Ok((0..64).filter(|&bit| before.is_set(bit)).fold(0, |mask, bit| mask | 1 << bit))
}

/// Names a thread in the kernel; what does not fit into 15 bytes is cut off.
///
/// # Errors
/// `THREAD_IS_TERMINATING` when the thread has ended.
pub fn describe(thread: &Thread, description: &str) -> Result<()> {
    let id = kernel_id(thread)?;
    let mut length = description.len().min(15);
    while !description.is_char_boundary(length) {
        length -= 1;
    }
    let path = format!("/proc/self/task/{}/comm", id.as_raw_nonzero());
    std::fs::write(path, &description[..length]).map_err(|_| Status::UNSUCCESSFUL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_windows_priorities_are_taken() {
        std::thread::spawn(|| {
            let thread = Thread::current();
            assert_eq!(thread.priority(), 0);
            assert_eq!(set(&thread, -1), Ok(()));
            assert_eq!(thread.priority(), -1);
            assert_eq!(set(&thread, 3), Err(Status::INVALID_PARAMETER));
            assert_eq!(thread.priority(), -1);
        })
        .join()
        .unwrap();
    }

    #[test]
    fn an_affinity_mask_needs_a_processor_that_is_there() {
        std::thread::spawn(|| {
            let thread = Thread::current();
            assert_eq!(set_affinity(&thread, 0), Err(Status::INVALID_PARAMETER));
            let before = set_affinity(&thread, u64::MAX).unwrap();
            let lowest = before & before.wrapping_neg();
            assert_eq!(set_affinity(&thread, lowest), Ok(before));
            assert_eq!(set_affinity(&thread, before), Ok(lowest));
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_description_is_cut_between_characters() {
        std::thread::spawn(|| {
            let thread = Thread::current();
            describe(&thread, "fourteen bytesüber").unwrap();
            let path = format!("/proc/self/task/{}/comm", thread.id());
            assert_eq!(std::fs::read_to_string(path).unwrap(), "fourteen bytes\n");
        })
        .join()
        .unwrap();
        let ended = std::thread::spawn(Thread::current).join().unwrap();
        crate::ke::wait::wait_for_single(
            ended.dispatcher(),
            false,
            crate::ke::deadline::Deadline::Never,
        );
        assert_eq!(describe(&ended, "late"), Err(Status::THREAD_IS_TERMINATING));
    }
}
