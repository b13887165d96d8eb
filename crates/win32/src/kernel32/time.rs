//! Clocks and dates: tick counts, the performance counter, FILETIME and SYSTEMTIME.
//!
//! Waitable timers are elsewhere.  A FILETIME counts tenths of microseconds since 1601.
#![allow(unsafe_code)]

use crate::last_error;
use lapwing_abi::{BOOL, ERROR_INVALID_PARAMETER, FALSE, FILETIME, SYSTEMTIME, TRUE};

const TICKS_PER_SECOND: i64 = 10_000_000;
const TICKS_PER_MILLISECOND: i64 = 10_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// From 1 January 1601 to 1 January 1970.
const SECONDS_TO_1970: i64 = 11_644_473_600;
const DAYS_TO_1970: i64 = SECONDS_TO_1970 / SECONDS_PER_DAY;
const FIRST_YEAR: u16 = 1601;
const LAST_YEAR: u16 = 30_827;

/// A clock in tenths of microseconds.  Through the C library, not rustix: rustix looks for the
/// kernel's shared page by itself and dies of that under valgrind, which hides the page.
fn ticks(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the place is writable.  The clocks asked for here are always there.
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec * TICKS_PER_SECOND + time.tv_nsec / 100
}

/// The time as a FILETIME counts it.
fn now() -> i64 {
    ticks(libc::CLOCK_REALTIME) + SECONDS_TO_1970 * TICKS_PER_SECOND
}

fn to_file_time(ticks: i64) -> FILETIME {
    let ticks = ticks.cast_unsigned();
    FILETIME { dwLowDateTime: ticks as u32, dwHighDateTime: (ticks >> 32) as u32 }
}

/// Milliseconds since the system started, sleep included; begins anew after 49.7 days.
#[unsafe(no_mangle)]
pub extern "system" fn GetTickCount() -> u32 {
    GetTickCount64() as u32
}

/// Milliseconds since the system started, sleep included.
#[unsafe(no_mangle)]
pub extern "system" fn GetTickCount64() -> u64 {
    (ticks(libc::CLOCK_BOOTTIME) / TICKS_PER_MILLISECOND).cast_unsigned()
}

/// A clock that never goes back, in units of [`QueryPerformanceFrequency`].
///
/// # Safety
/// `count` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn QueryPerformanceCounter(count: *mut i64) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { count.write_unaligned(ticks(libc::CLOCK_MONOTONIC)) };
    TRUE
}

/// Ten million per second, as on Windows.
///
/// # Safety
/// `frequency` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn QueryPerformanceFrequency(frequency: *mut i64) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { frequency.write_unaligned(TICKS_PER_SECOND) };
    TRUE
}

/// The time in UTC.
///
/// # Safety
/// `time` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetSystemTimeAsFileTime(time: *mut FILETIME) {
    // SAFETY: the caller's promise.
    unsafe { time.write_unaligned(to_file_time(now())) }
}

/// The time in UTC; the same clock as [`GetSystemTimeAsFileTime`], which is as precise.
///
/// # Safety
/// `time` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetSystemTimePreciseAsFileTime(time: *mut FILETIME) {
    // SAFETY: the caller's promise.
    unsafe { GetSystemTimeAsFileTime(time) }
}

/// The date and time in UTC.
///
/// # Safety
/// `time` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetSystemTime(time: *mut SYSTEMTIME) {
    // SAFETY: the caller's promise.
    unsafe { time.write_unaligned(date_of(now())) }
}

/// The date and time in the local time zone (`TZ`, or the system's).
///
/// # Safety
/// `time` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetLocalTime(time: *mut SYSTEMTIME) {
    let utc = now();
    let seconds = utc / TICKS_PER_SECOND - SECONDS_TO_1970;
    // SAFETY: all zeroes is a valid `tm`.
    let mut local: libc::tm = unsafe { core::mem::zeroed() };
    // SAFETY: both point to live values.
    let known = unsafe { !libc::localtime_r(&raw const seconds, &raw mut local).is_null() };
    let offset = if known { local.tm_gmtoff } else { 0 };
    // SAFETY: the caller's promise.
    unsafe { time.write_unaligned(date_of(utc + offset * TICKS_PER_SECOND)) }
}

/// A FILETIME as date and time; `ERROR_INVALID_PARAMETER` beyond the year 30827.
///
/// # Safety
/// `file_time` must be readable and `system_time` writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FileTimeToSystemTime(
    file_time: *const FILETIME,
    system_time: *mut SYSTEMTIME,
) -> BOOL {
    // SAFETY: the caller's promise.
    let time = unsafe { file_time.read_unaligned() };
    let ticks = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    let Ok(ticks) = i64::try_from(ticks) else { return invalid() };
    // SAFETY: the caller's promise.
    unsafe { system_time.write_unaligned(date_of(ticks)) };
    TRUE
}

/// A date and time as FILETIME.  The day of the week is ignored; `ERROR_INVALID_PARAMETER` for a
/// date that does not exist or lies outside the years 1601 to 30827.
///
/// # Safety
/// `system_time` must be readable and `file_time` writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SystemTimeToFileTime(
    system_time: *const SYSTEMTIME,
    file_time: *mut FILETIME,
) -> BOOL {
    // SAFETY: the caller's promise.
    let Some(ticks) = ticks_of(&unsafe { system_time.read_unaligned() }) else {
        return invalid();
    };
    // SAFETY: the caller's promise.
    unsafe { file_time.write_unaligned(to_file_time(ticks)) };
    TRUE
}

fn invalid() -> BOOL {
    last_error::set(ERROR_INVALID_PARAMETER);
    FALSE
}

/// The date and time of a moment since 1601.
fn date_of(ticks: i64) -> SYSTEMTIME {
    let ticks = ticks.max(0);
    let days = ticks / (SECONDS_PER_DAY * TICKS_PER_SECOND);
    let milliseconds = ticks % (SECONDS_PER_DAY * TICKS_PER_SECOND) / TICKS_PER_MILLISECOND;
    let (year, month, day) = civil(days - DAYS_TO_1970);
    SYSTEMTIME {
        wYear: year as u16,
        wMonth: month as u16,
        // 1 January 1601 was a Monday.
        wDayOfWeek: ((days + 1) % 7) as u16,
        wDay: day as u16,
        wHour: (milliseconds / 3_600_000) as u16,
        wMinute: (milliseconds / 60_000 % 60) as u16,
        wSecond: (milliseconds / 1000 % 60) as u16,
        wMilliseconds: (milliseconds % 1000) as u16,
    }
}

/// The moment since 1601 of a date that exists.
fn ticks_of(date: &SYSTEMTIME) -> Option<i64> {
    let in_range = (FIRST_YEAR..=LAST_YEAR).contains(&date.wYear)
        && date.wHour < 24
        && date.wMinute < 60
        && date.wSecond < 60
        && date.wMilliseconds < 1000;
    let (year, month) = (i64::from(date.wYear), i64::from(date.wMonth));
    let days = days_of(year, month, i64::from(date.wDay));
    // A date that does not exist comes back as another one.
    if !in_range || civil(days) != (year, month, i64::from(date.wDay)) {
        return None;
    }
    let hours = (days + DAYS_TO_1970) * 24 + i64::from(date.wHour);
    let seconds = (hours * 60 + i64::from(date.wMinute)) * 60 + i64::from(date.wSecond);
    let milliseconds = seconds * 1000 + i64::from(date.wMilliseconds);
    milliseconds.checked_mul(TICKS_PER_MILLISECOND)
}

/// Year, month and day of a number of days since 1970.  (Howard Hinnant's `civil_from_days`: years
/// begin in March, so that the leap day is the last.)
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The number of days since 1970 of a date; the inverse of [`civil`].
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u16, day: u16) -> SYSTEMTIME {
        SYSTEMTIME { wYear: year, wMonth: month, wDay: day, ..SYSTEMTIME::default() }
    }

    #[test]
    fn known_moments_have_their_dates() {
        let known = [
            (0, (1601, 1, 1, 1)),
            (116_444_736_000_000_000, (1970, 1, 1, 4)),
            (125_962_560_000_000_000, (2000, 2, 29, 2)),
            (134_394_336_000_000_000, (2026, 11, 18, 3)),
        ];
        for (ticks, (year, month, day, weekday)) in known {
            let found = date_of(ticks);
            let seen = (found.wYear, found.wMonth, found.wDay, found.wDayOfWeek);
            assert_eq!(seen, (year, month, day, weekday), "{ticks}");
            assert_eq!(ticks_of(&found), Some(ticks));
        }
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        for days in 0..(800 * 365) {
            let ticks = days * SECONDS_PER_DAY * TICKS_PER_SECOND + 12_345 * TICKS_PER_SECOND;
            assert_eq!(ticks_of(&date_of(ticks)), Some(ticks));
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        let bad = [
            date(1600, 12, 31),
            date(30_828, 1, 1),
            date(2023, 2, 29),
            date(2023, 13, 1),
            date(2023, 0, 1),
            date(2023, 4, 31),
            date(2023, 4, 0),
            SYSTEMTIME { wHour: 24, ..date(2023, 4, 1) },
            SYSTEMTIME { wSecond: 60, ..date(2023, 4, 1) },
        ];
        for bad in bad {
            let mut time = FILETIME { dwLowDateTime: 7, dwHighDateTime: 8 };
            // SAFETY: both are live values.
            let done = unsafe { SystemTimeToFileTime(&raw const bad, &raw mut time) };
            assert_eq!((done, last_error::get()), (FALSE, ERROR_INVALID_PARAMETER));
            assert_eq!((time.dwLowDateTime, time.dwHighDateTime), (7, 8));
        }
        let late = FILETIME { dwLowDateTime: 0, dwHighDateTime: 0x8000_0000 };
        let mut date = SYSTEMTIME::default();
        // SAFETY: both are live values.
        let done = unsafe { FileTimeToSystemTime(&raw const late, &raw mut date) };
        assert_eq!(done, FALSE);
    }

    #[test]
    fn clocks_go_forward_and_agree() {
        let (mut before, mut after, mut frequency) = (0, 0, 0);
        // SAFETY: all are live values.
        unsafe {
            assert_eq!(QueryPerformanceCounter(&raw mut before), TRUE);
            assert_eq!(QueryPerformanceCounter(&raw mut after), TRUE);
            assert_eq!(QueryPerformanceFrequency(&raw mut frequency), TRUE);
        }
        assert!(after >= before);
        assert_eq!(frequency, 10_000_000);
        let ticks = GetTickCount64();
        assert!(GetTickCount().wrapping_sub(ticks as u32) < 60_000);
    }
}
