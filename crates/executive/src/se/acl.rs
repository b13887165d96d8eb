//! Access control lists: who may do what.

use super::sid::Sid;
use crate::fs::rights;
use crate::status::{Result, Status};

/// `ACCESS_ALLOWED_ACE_TYPE`
pub const ALLOWED: u8 = 0;
/// `ACCESS_DENIED_ACE_TYPE`
pub const DENIED: u8 = 1;
/// `INHERIT_ONLY_ACE`: it is for objects inside.
const INHERIT_ONLY: u8 = 8;
/// The head of a list, and of an entry.
const HEAD: usize = 8;

/// What a descriptor says about access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dacl {
    /// Nothing, so the object is its owner's.
    #[default]
    Absent,
    /// Everybody may do everything: a list that is NULL.
    Null,
    /// A list as it is in memory.
    List(Vec<u8>),
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// [`ALLOWED`] or [`DENIED`].
    pub kind: u8,
    /// `..._ACE`
    pub flags: u8,
    /// The rights.
    pub mask: u32,
    /// Whose they are.
    pub sid: Sid,
}

fn short(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

/// The length that the head of a list says.
pub fn length(head: [u8; HEAD]) -> usize {
    short(&head, 2)
}

/// A list in memory.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = vec![2, 0, 0, 0, entries.len() as u8, (entries.len() >> 8) as u8, 0, 0];
    for Entry { kind, flags, mask, sid } in entries {
        let sid = sid.encode();
        bytes.extend([*kind, *flags]);
        bytes.extend(((HEAD + sid.len()) as u16).to_le_bytes());
        bytes.extend(mask.to_le_bytes());
        bytes.extend(sid);
    }
    let length = (bytes.len() as u16).to_le_bytes();
    bytes[2..4].copy_from_slice(&length);
    bytes
}

/// The entries that allow or deny; those of other types are passed over.
///
/// # Errors
/// `INVALID_ACL` (1336).
pub fn decode(list: &[u8]) -> Result<Vec<Entry>> {
    let wrong = Status::INVALID_ACL;
    let head = list.first_chunk::<HEAD>().ok_or(wrong)?;
    if !(2..=4).contains(&head[0]) {
        return Err(wrong);
    }
    let mut rest = list.get(HEAD..length(*head)).ok_or(wrong)?;
    let mut entries = Vec::new();
    for _ in 0..short(head, 4) {
        let size = if rest.len() < 4 { 0 } else { short(rest, 2) };
        if size < 4 || size > rest.len() {
            return Err(wrong);
        }
        let (entry, behind) = rest.split_at(size);
        rest = behind;
        if ![ALLOWED, DENIED].contains(&entry[0]) {
            continue;
        }
        let (head, sid) = entry.split_first_chunk::<HEAD>().ok_or(wrong)?;
        let [kind, flags, _, _, mask @ ..] = *head;
        let sid = Sid::decode(sid).ok_or(wrong)?;
        entries.push(Entry { kind, flags, mask: u32::from_le_bytes(mask), sid });
    }
    Ok(entries)
}

impl Dacl {
    /// The rights to a file of users who are not the owner: what an entry for everybody allows and
    /// no earlier one denies.
    ///
    /// # Errors
    /// `INVALID_ACL` (1336).
    pub fn rights_of_others(&self) -> Result<u32> {
        let list = match self {
            Dacl::Absent => return Ok(0),
            Dacl::Null => return Ok(u32::MAX),
            Dacl::List(list) => list,
        };
        let (mut allowed, mut denied) = (0, 0);
        for entry in decode(list)? {
            let mask = rights::granted(entry.mask);
            match entry.kind {
                _ if entry.flags & INHERIT_ONLY != 0 || !entry.sid.is_everybody() => {}
                ALLOWED => allowed |= mask & !denied,
                _ => denied |= mask & !allowed,
            }
        }
        Ok(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: u8, mask: u32, sid: &str) -> Entry {
        Entry { kind, flags: 0, mask, sid: Sid::parse(sid).unwrap() }
    }

    fn rights(entries: &[Entry]) -> u32 {
        Dacl::List(encode(entries)).rights_of_others().unwrap()
    }

    #[test]
    fn others_have_what_everybody_has() {
        assert_eq!(Dacl::Absent.rights_of_others(), Ok(0));
        assert_eq!(Dacl::Null.rights_of_others(), Ok(u32::MAX));
        assert_eq!(rights(&[]), 0);
        assert_eq!(rights(&[entry(ALLOWED, 3, "WD")]), 3);
        assert_eq!(rights(&[entry(ALLOWED, 3, "BA"), entry(ALLOWED, 3, "SY")]), 0);
        assert_eq!(rights(&[entry(ALLOWED, 0x1000_0000, "AU")]), 0x1F_01FF);
        let inherited = Entry { flags: INHERIT_ONLY, ..entry(ALLOWED, 3, "WD") };
        assert_eq!(rights(&[inherited]), 0);
    }

    #[test]
    fn the_first_entry_about_a_right_decides() {
        assert_eq!(rights(&[entry(DENIED, 1, "WD"), entry(ALLOWED, 3, "WD")]), 2);
        assert_eq!(rights(&[entry(ALLOWED, 3, "WD"), entry(DENIED, 1, "WD")]), 3);
        assert_eq!(rights(&[entry(DENIED, 3, "NU"), entry(ALLOWED, 3, "WD")]), 3);
    }

    #[test]
    fn a_list_that_is_cut_off_is_none() {
        let list = encode(&[entry(ALLOWED, 3, "WD"), entry(DENIED, 1, "BU")]);
        assert_eq!(decode(&list).map(|entries| entries.len()), Ok(2));
        for length in 0..list.len() {
            let mut short = list[..length].to_vec();
            assert_eq!(decode(&short), Err(Status::INVALID_ACL));
            if length >= HEAD {
                short[2..4].copy_from_slice(&(length as u16).to_le_bytes());
                assert_eq!(decode(&short), Err(Status::INVALID_ACL));
            }
        }
    }
}
