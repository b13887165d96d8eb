//! `timeGetTime` and the timer period.
#![allow(unsafe_code)]

use lapwing_abi::{TIMERR_NOCANDO, TIMERR_NOERROR};

/// Milliseconds since the system started.
#[unsafe(no_mangle)]
pub extern "system" fn timeGetTime() -> u32 {
    crate::kernel32::time::GetTickCount()
}

/// Asks for timers that are exact to `period` milliseconds, which they always are here: Linux
/// timers have no period.  0 is refused with `TIMERR_NOCANDO`.
#[unsafe(no_mangle)]
pub extern "system" fn timeBeginPeriod(period: u32) -> u32 {
    if period == 0 { TIMERR_NOCANDO } else { TIMERR_NOERROR }
}

/// Takes a [`timeBeginPeriod`] back.
#[unsafe(no_mangle)]
pub extern "system" fn timeEndPeriod(period: u32) -> u32 {
    timeBeginPeriod(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_of_zero_is_refused() {
        assert_eq!((timeBeginPeriod(1), timeEndPeriod(1)), (TIMERR_NOERROR, TIMERR_NOERROR));
        assert_eq!((timeBeginPeriod(0), timeEndPeriod(0)), (TIMERR_NOCANDO, TIMERR_NOCANDO));
        assert!(timeGetTime().wrapping_sub(crate::kernel32::time::GetTickCount()) < 60_000);
    }
}
