//! Control data: Linux' records to Windows' and back.
//!
//! On 64 bits a record looks the same on both: its length with the head, the level, the type, then
//! the data, and the next one at a multiple of eight.  Levels are the same; types and some of the
//! data are not.

use crate::status::{Result, Status};
use crate::sys::datagram::Control;
use lapwing_abi::{
    IP_HOPLIMIT, IP_PKTINFO, IP_TOS, IP_TTL, IPV6_HOPLIMIT, IPV6_PKTINFO, IPV6_TCLASS, MSG_BCAST,
    MSG_MCAST,
};

const HEAD: usize = 16;
const IP: i32 = libc::IPPROTO_IP;
const IPV6: i32 = libc::IPPROTO_IPV6;

/// One record.
struct Record<'data> {
    level: i32,
    kind: i32,
    data: &'data [u8],
}

const fn align(length: usize) -> usize {
    length.next_multiple_of(8)
}

fn int(data: &[u8]) -> Option<i32> {
    data.first_chunk::<4>().map(|bytes| i32::from_ne_bytes(*bytes))
}

/// Takes the first record off; None at the end, `INVALID_PARAMETER` for a length that cannot be.
fn next<'data>(records: &mut &'data [u8]) -> Option<Result<Record<'data>>> {
    let (head, _) = records.split_first_chunk::<HEAD>()?;
    let length = usize::from_ne_bytes(head[..8].try_into().ok()?);
    let (level, kind) = (int(&head[8..])?, int(&head[12..])?);
    let Some(data) = records.get(HEAD..length) else {
        return Some(Err(Status::INVALID_PARAMETER));
    };
    *records = records.get(align(length)..).unwrap_or_default();
    Some(Ok(Record { level, kind, data }))
}

/// What control data looks like to the program.
pub struct Translated {
    /// Windows' records.
    pub control: Control,
    /// What the destination says of the message: `MSG_BCAST`, `MSG_MCAST`.
    pub flags: u32,
}

fn append(control: &mut Control, level: i32, kind: i32, parts: &[&[u8]]) -> Option<()> {
    let length: usize = HEAD + parts.iter().map(|part| part.len()).sum::<usize>();
    let room = control.extend(align(length))?;
    room.fill(0);
    room[..8].copy_from_slice(&length.to_ne_bytes());
    room[8..12].copy_from_slice(&level.to_ne_bytes());
    room[12..16].copy_from_slice(&kind.to_ne_bytes());
    let mut at = HEAD;
    for part in parts {
        room[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    Some(())
}

/// Where an IPv4 datagram went, from Linux' `in_pktinfo`: interface, own address, destination.
fn flags_of_destination(own: &[u8], destination: &[u8]) -> u32 {
    match destination {
        [224..=239, ..] => MSG_MCAST,
        _ if own != destination => MSG_BCAST,
        _ => 0,
    }
}

/// Windows' records for what has come with a datagram.  What Windows does not have is left out.
pub fn to_windows(linux: &[u8]) -> Translated {
    let mut translated = Translated { control: Control::default(), flags: 0 };
    let mut records = linux;
    while let Some(Ok(Record { level, kind, data })) = next(&mut records) {
        let control = &mut translated.control;
        // Windows' records are never longer than Linux', so there is room.
        let _room = match (level, kind, data.len()) {
            (IP, libc::IP_PKTINFO, 12..) => {
                translated.flags |= flags_of_destination(&data[4..8], &data[8..12]);
                append(control, IP, IP_PKTINFO, &[&data[8..12], &data[..4]])
            }
            (IP, libc::IP_TTL, 4..) => append(control, IP, IP_TTL, &[&data[..4]]),
            (IP, libc::IP_TOS, 1..) => append(control, IP, IP_TOS, &[&[data[0], 0, 0, 0]]),
            (IPV6, libc::IPV6_PKTINFO, 20..) => {
                translated.flags |= if data[0] == 0xFF { MSG_MCAST } else { 0 };
                append(control, IPV6, IPV6_PKTINFO, &[&data[..20]])
            }
            (IPV6, libc::IPV6_HOPLIMIT, 4..) => append(control, IPV6, IPV6_HOPLIMIT, &[&data[..4]]),
            (IPV6, libc::IPV6_TCLASS, 4..) => append(control, IPV6, IPV6_TCLASS, &[&data[..4]]),
            _ => None,
        };
    }
    translated
}

/// Linux' records for what a program sends with a datagram.
///
/// # Errors
/// `INVALID_PARAMETER` for a record that is broken or that we do not know, or too many of them.
pub fn to_linux(windows: &[u8]) -> Result<Control> {
    let mut control = Control::default();
    let mut records = windows;
    while let Some(record) = next(&mut records) {
        let Record { level, kind, data } = record?;
        let appended = match (level, kind, data.len()) {
            (IP, IP_PKTINFO, 8..) => {
                let (address, interface) = (&data[..4], &data[4..8]);
                append(&mut control, IP, libc::IP_PKTINFO, &[interface, address, address])
            }
            (IP, IP_TTL | IP_HOPLIMIT, 4..) => {
                append(&mut control, IP, libc::IP_TTL, &[&data[..4]])
            }
            (IP, IP_TOS, 4..) => append(&mut control, IP, libc::IP_TOS, &[&data[..4]]),
            (IPV6, IPV6_PKTINFO, 20..) => {
                append(&mut control, IPV6, libc::IPV6_PKTINFO, &[&data[..20]])
            }
            (IPV6, IPV6_HOPLIMIT, 4..) => {
                append(&mut control, IPV6, libc::IPV6_HOPLIMIT, &[&data[..4]])
            }
            (IPV6, IPV6_TCLASS, 4..) => {
                append(&mut control, IPV6, libc::IPV6_TCLASS, &[&data[..4]])
            }
            _ => None,
        };
        appended.ok_or(Status::INVALID_PARAMETER)?;
    }
    Ok(control)
}

/// How many of Windows' records, in bytes, fit into so much room: whole ones only.
pub fn fitting(control: &[u8], room: usize) -> usize {
    let (mut fit, mut records) = (0, control);
    while let Some(Ok(_)) = next(&mut records) {
        let end = control.len() - records.len();
        if end > room {
            break;
        }
        fit = end;
    }
    fit
}

/// The network's answer to a datagram of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// Nobody listens there.
    PortUnreachable,
    /// It has passed too many routers.
    TimeToLiveExpired,
    /// Something that Windows does not tell.
    Other,
}

/// Reads an entry of Linux' error queue.
pub fn network_error(control: &[u8]) -> NetworkError {
    let mut records = control;
    while let Some(Ok(Record { level, kind, data })) = next(&mut records) {
        // A sock_extended_err: errno, then origin, type and code as bytes.
        let of_errors = [(IP, libc::IP_RECVERR), (IPV6, libc::IPV6_RECVERR)];
        if let [_, _, _, _, origin, icmp_type, code, ..] = *data
            && of_errors.contains(&(level, kind))
        {
            return match (origin, icmp_type, code) {
                (libc::SO_EE_ORIGIN_ICMP, 3, 3) | (libc::SO_EE_ORIGIN_ICMP6, 1, 4) => {
                    NetworkError::PortUnreachable
                }
                (libc::SO_EE_ORIGIN_ICMP, 11, _) | (libc::SO_EE_ORIGIN_ICMP6, 3, _) => {
                    NetworkError::TimeToLiveExpired
                }
                _ => NetworkError::Other,
            };
        }
    }
    NetworkError::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(list: &[(i32, i32, &[u8])]) -> Control {
        let mut control = Control::default();
        for (level, kind, data) in list {
            append(&mut control, *level, *kind, &[data]).expect("room");
        }
        control
    }

    fn seen(control: &[u8]) -> Vec<(i32, i32, Vec<u8>)> {
        let (mut seen, mut rest) = (Vec::new(), control);
        while let Some(record) = next(&mut rest) {
            let record = record.expect("whole records");
            seen.push((record.level, record.kind, record.data.to_vec()));
        }
        seen
    }

    #[test]
    fn what_arrives_has_windows_types_and_order() {
        let linux = records(&[
            (IP, libc::IP_PKTINFO, &[3, 0, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]),
            (IP, libc::IP_TTL, &[64, 0, 0, 0]),
            (IP, libc::IP_TOS, &[0xE0]),
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMP, &[0; 16]),
            (IPV6, libc::IPV6_TCLASS, &[1, 0, 0, 0]),
        ]);
        let translated = to_windows(linux.bytes());
        assert_eq!(translated.flags, 0);
        assert_eq!(
            seen(translated.control.bytes()),
            [
                (IP, IP_PKTINFO, vec![127, 0, 0, 1, 3, 0, 0, 0]),
                (IP, IP_TTL, vec![64, 0, 0, 0]),
                (IP, IP_TOS, vec![0xE0, 0, 0, 0]),
                (IPV6, IPV6_TCLASS, vec![1, 0, 0, 0]),
            ]
        );
    }

    #[test]
    fn the_destination_says_whether_others_had_it_too() {
        let to = |destination: [u8; 4]| {
            let data = [&[1, 0, 0, 0, 10, 0, 0, 1][..], &destination].concat();
            to_windows(records(&[(IP, libc::IP_PKTINFO, &data)]).bytes()).flags
        };
        assert_eq!(to([10, 0, 0, 1]), 0);
        assert_eq!(to([10, 0, 0, 255]), MSG_BCAST);
        assert_eq!(to([239, 1, 2, 3]), MSG_MCAST);
    }

    #[test]
    fn what_is_sent_has_linux_types_and_comes_back_the_same() {
        let windows = records(&[
            (IP, IP_PKTINFO, &[127, 0, 0, 1, 2, 0, 0, 0]),
            (IP, IP_TTL, &[9, 0, 0, 0]),
            (IPV6, IPV6_HOPLIMIT, &[7, 0, 0, 0]),
        ]);
        let linux = to_linux(windows.bytes()).expect("known records");
        assert_eq!(seen(linux.bytes())[0].2, [2, 0, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        assert_eq!(seen(to_windows(linux.bytes()).control.bytes()), seen(windows.bytes()));
    }

    #[test]
    fn broken_and_unknown_records_are_refused() {
        assert_eq!(to_linux(&[]).expect("nothing").bytes(), [0_u8; 0]);
        let unknown = records(&[(IP, 77, &[0; 4])]);
        assert_eq!(to_linux(unknown.bytes()).err(), Some(Status::INVALID_PARAMETER));
        let short = records(&[(IP, IP_TTL, &[1])]);
        assert_eq!(to_linux(short.bytes()).err(), Some(Status::INVALID_PARAMETER));
        for length in [0_usize, 15, 25, usize::MAX] {
            let mut broken = [0_u8; 24];
            broken[..8].copy_from_slice(&length.to_ne_bytes());
            assert_eq!(to_linux(&broken).err(), Some(Status::INVALID_PARAMETER), "{length}");
        }
    }

    #[test]
    fn only_whole_records_fit() {
        let control = records(&[(IP, IP_TTL, &[1, 0, 0, 0]), (IP, IP_TOS, &[2, 0, 0, 0])]);
        let fits = |room| fitting(control.bytes(), room);
        assert_eq!([fits(0), fits(23), fits(24), fits(47), fits(48)], [0, 0, 24, 24, 48]);
    }

    #[test]
    fn the_networks_answers() {
        let answer = |level, kind, origin: u8, icmp_type: u8, code: u8| {
            let data = [111, 0, 0, 0, origin, icmp_type, code, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            network_error(records(&[(level, kind, &data)]).bytes())
        };
        assert_eq!(answer(IP, libc::IP_RECVERR, 2, 3, 3), NetworkError::PortUnreachable);
        assert_eq!(answer(IP, libc::IP_RECVERR, 2, 3, 1), NetworkError::Other);
        assert_eq!(answer(IP, libc::IP_RECVERR, 2, 11, 0), NetworkError::TimeToLiveExpired);
        assert_eq!(answer(IP, libc::IP_RECVERR, 1, 3, 3), NetworkError::Other);
        assert_eq!(answer(IPV6, libc::IPV6_RECVERR, 3, 1, 4), NetworkError::PortUnreachable);
        assert_eq!(answer(IPV6, libc::IPV6_RECVERR, 3, 3, 0), NetworkError::TimeToLiveExpired);
        assert_eq!(network_error(&[]), NetworkError::Other);
    }
}
