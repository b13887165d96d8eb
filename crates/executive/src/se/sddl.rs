//! The security descriptor definition language: `D:(A;;GRGW;;;WD)`.

use super::acl::{self, ALLOWED, DENIED, Entry};
use super::sid::Sid;
use crate::status::{Result, Status};

/// `SE_DACL_PRESENT`
const DACL_PRESENT: u16 = 4;
/// `SE_DACL_AUTO_INHERIT_REQ`, `SE_DACL_AUTO_INHERITED`, `SE_DACL_PROTECTED`
const DACL_FLAGS: [(&str, u16); 3] = [("AR", 0x100), ("AI", 0x400), ("P", 0x1000)];
/// `SE_SELF_RELATIVE`
const SELF_RELATIVE: u16 = 0x8000;
/// The head of a descriptor whose parts follow it.
const HEAD: usize = 20;

const RIGHTS: [(&str, u32); 26] = [
    ("GA", 0x1000_0000),
    ("GR", 0x8000_0000),
    ("GW", 0x4000_0000),
    ("GX", 0x2000_0000),
    ("RC", 0x2_0000),
    ("SD", 0x1_0000),
    ("WD", 0x4_0000),
    ("WO", 0x8_0000),
    ("FA", 0x1F_01FF),
    ("FR", 0x12_0089),
    ("FW", 0x12_0116),
    ("FX", 0x12_00A0),
    ("KA", 0xF_003F),
    ("KR", 0x2_0019),
    ("KW", 0x2_0006),
    ("KX", 0x2_0019),
    ("CC", 0x1),
    ("DC", 0x2),
    ("LC", 0x4),
    ("SW", 0x8),
    ("RP", 0x10),
    ("WP", 0x20),
    ("DT", 0x40),
    ("LO", 0x80),
    ("CR", 0x100),
    ("NR", 0x2),
];
const FLAGS: [(&str, u32); 5] = [("OI", 1), ("CI", 2), ("NP", 4), ("IO", 8), ("ID", 16)];

/// Words from a table, one behind the other; None for another word.
fn words<T: Copy + Into<u32>>(mut text: &str, table: &[(&str, T)]) -> Option<u32> {
    let mut sum = 0;
    while !text.is_empty() {
        let (word, value) = table.iter().find(|(word, _)| text.starts_with(word))?;
        sum |= (*value).into();
        text = &text[word.len()..];
    }
    Some(sum)
}

fn mask(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if text.starts_with(|first: char| first.is_ascii_digit()) => text.parse().ok(),
        None => words(text, &RIGHTS),
    }
}

fn entry(text: &str) -> Result<Entry> {
    let wrong = Status::INVALID_ACL;
    let [kind, flags, rights, "", "", sid] = *text.split(';').collect::<Vec<_>>() else {
        return Err(wrong);
    };
    let kind = match kind {
        "A" => ALLOWED,
        "D" => DENIED,
        _ => return Err(wrong),
    };
    let flags = words(flags, &FLAGS).ok_or(wrong)? as u8;
    let mask = mask(rights).ok_or(wrong)?;
    let sid = Sid::parse(sid).ok_or(Status::INVALID_SID)?;
    Ok(Entry { kind, flags, mask, sid })
}

/// The flags and the entries of a list.
fn list(text: &str) -> Result<(u16, Vec<Entry>)> {
    let (flags, mut rest) = text.split_at(text.find('(').unwrap_or(text.len()));
    let flags = words(flags, &DACL_FLAGS).ok_or(Status::INVALID_ACL)? as u16;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let inside = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let (inside, behind) = inside.ok_or(Status::INVALID_ACL)?;
        entries.push(entry(inside)?);
        rest = behind;
    }
    Ok((flags, entries))
}

/// Where the next part begins: a letter and a colon, outside of parentheses.
fn part(text: &str) -> Result<(char, &str, &str)> {
    let mut letters = text.chars();
    let (Some(letter), Some(':')) = (letters.next(), letters.next()) else {
        return Err(Status::INVALID_PARAMETER);
    };
    let body = letters.as_str();
    let end = body.find(':').map_or(body.len(), |colon| colon.saturating_sub(1));
    if !body.is_char_boundary(end) {
        return Err(Status::INVALID_PARAMETER);
    }
    let (own, rest) = body.split_at(end);
    Ok((letter, own, rest))
}

/// The descriptor that a text describes, its parts behind its head (`SE_SELF_RELATIVE`).
///
/// # Errors
/// `INVALID_PARAMETER` (87) for what is no such text, `INVALID_ACL` (1336), `INVALID_SID` (1337)
/// for somebody unknown.  What is to be audited, and integrity levels (`S:`), are passed over: we
/// have neither.
pub fn parse(text: &str) -> Result<Vec<u8>> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut rest = text.as_str();
    let (mut control, mut owner, mut group, mut dacl) = (SELF_RELATIVE, None, None, None);
    while !rest.is_empty() {
        let (letter, own, behind) = part(rest)?;
        rest = behind;
        match letter {
            'O' => owner = Some(Sid::parse(own).ok_or(Status::INVALID_SID)?.encode()),
            'G' => group = Some(Sid::parse(own).ok_or(Status::INVALID_SID)?.encode()),
            'D' => {
                control |= DACL_PRESENT;
                // The word for a list that is NULL.
                let own = own.strip_prefix("NO_ACCESS_CONTROL").map_or(Some(own), |_| None);
                if let Some(own) = own {
                    let (flags, entries) = list(own)?;
                    control |= flags;
                    dacl = Some(acl::encode(&entries));
                }
            }
            'S' => {}
            _ => return Err(Status::INVALID_PARAMETER),
        }
    }
    let mut bytes = vec![0; HEAD];
    bytes[0] = 1;
    bytes[2..4].copy_from_slice(&control.to_le_bytes());
    for (at, part) in [(4, owner), (8, group), (16, dacl)] {
        if let Some(part) = part {
            let offset = (bytes.len() as u32).to_le_bytes();
            bytes[at..at + 4].copy_from_slice(&offset);
            bytes.extend(part);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::acl::Dacl;
    use super::*;

    fn rights(text: &str) -> Result<u32> {
        let bytes = parse(text)?;
        assert_eq!(bytes[16..20], (HEAD as u32).to_le_bytes());
        Dacl::List(bytes[HEAD..].to_vec()).rights_of_others()
    }

    #[test]
    fn texts_that_programs_use() {
        assert_eq!(rights("D:(A;;GA;;;WD)"), Ok(0x1F_01FF));
        assert_eq!(rights("D:(A;;GRGW;;;WD)"), Ok(0x12_019F));
        assert_eq!(rights("D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x12019b;;;AU)"), Ok(0x12_019B));
        assert_eq!(rights("D:(D;;FA;;;NU)(A;OICI;GRGW;;;BU)"), Ok(0x12_019F));
        assert_eq!(rights("D:(A;;GA;;;BA)"), Ok(0));
        assert_eq!(rights("D:"), Ok(0));
    }

    #[test]
    fn owner_and_group_stand_before_the_list() {
        let bytes = parse("O:BAG:SYD:(A;;GA;;;WD)").unwrap();
        assert_eq!(bytes[..4], [1, 0, 4, 0x80]);
        assert_eq!(bytes[4..12], [20, 0, 0, 0, 36, 0, 0, 0]);
        assert_eq!(bytes[16..20], [48, 0, 0, 0]);
        let null = parse("D:NO_ACCESS_CONTROL").unwrap();
        assert_eq!((null[2], &null[16..]), (4, &[0; 4][..]));
    }

    #[test]
    fn what_is_no_such_text() {
        assert_eq!(parse("nonsense"), Err(Status::INVALID_PARAMETER));
        assert_eq!(parse("X:"), Err(Status::INVALID_PARAMETER));
        assert_eq!(parse("O:XX"), Err(Status::INVALID_SID));
        for wrong in ["D:(A;;GA;;WD)", "D:(A;;ZZ;;;WD)", "D:(Q;;GA;;;WD)", "D:(A;;GA;;;WD"] {
            assert_eq!(parse(wrong), Err(Status::INVALID_ACL), "{wrong}");
        }
        assert_eq!(parse("D:(A;;GA;;;QQ)"), Err(Status::INVALID_SID));
    }
}
