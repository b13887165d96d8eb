//! Security identifiers: S-1-authority-number-number...

/// An identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sid {
    /// Who has given it.
    pub authority: u64,
    /// The numbers behind.
    pub numbers: Vec<u32>,
}

/// The most numbers.
const MOST: usize = 15;

/// SDDL's letters for those who are the same on every computer.
const LETTERS: [(&str, u64, &[u32]); 21] = [
    ("AC", 15, &[2, 1]),
    ("AN", 5, &[7]),
    ("AU", 5, &[11]),
    ("BA", 5, &[32, 544]),
    ("BG", 5, &[32, 546]),
    ("BO", 5, &[32, 551]),
    ("BU", 5, &[32, 545]),
    ("CG", 3, &[1]),
    ("CO", 3, &[0]),
    ("ED", 5, &[9]),
    ("IU", 5, &[4]),
    ("LS", 5, &[19]),
    ("NS", 5, &[20]),
    ("NU", 5, &[2]),
    ("OW", 3, &[4]),
    ("PS", 5, &[10]),
    ("PU", 5, &[32, 547]),
    ("RC", 5, &[12]),
    ("SU", 5, &[6]),
    ("SY", 5, &[18]),
    ("WD", 1, &[0]),
];

impl Sid {
    /// From what stands in an ACL; None for what is none.
    pub fn decode(bytes: &[u8]) -> Option<Sid> {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let [revision, count, authority @ ..] = *head;
        let count = usize::from(count);
        let numbers = rest.get(..count * 4)?.chunks_exact(4);
        if revision != 1 || count > MOST {
            return None;
        }
        let authority = authority.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let number =
            |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        Some(Sid { authority, numbers: numbers.map(number).collect() })
    }

    /// As it stands in an ACL.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![1, self.numbers.len() as u8];
        bytes.extend_from_slice(&self.authority.to_be_bytes()[2..]);
        bytes.extend(self.numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    }

    /// From SDDL's two letters, or `S-1-...`.
    pub fn parse(text: &str) -> Option<Sid> {
        if let Some((_, authority, numbers)) = LETTERS.iter().find(|known| known.0 == text) {
            return Some(Sid { authority: *authority, numbers: numbers.to_vec() });
        }
        let mut parts = text.strip_prefix("S-1-")?.split('-');
        let authority = parts.next()?.parse().ok().filter(|authority| *authority < 1 << 48)?;
        let numbers: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
        let numbers = numbers.filter(|numbers| (1..=MOST).contains(&numbers.len()))?;
        Some(Sid { authority, numbers })
    }

    /// True for those to whom every user of the machine belongs: Everyone, Authenticated Users,
    /// Interactive, Users.
    pub fn is_everybody(&self) -> bool {
        matches!(
            (self.authority, self.numbers.as_slice()),
            (1, [0]) | (5, [11]) | (5, [4]) | (5, [32, 545])
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_the_same_identifier() {
        assert_eq!(Sid::parse("WD"), Sid::parse("S-1-1-0"));
        assert_eq!(Sid::parse("BU"), Sid::parse("S-1-5-32-545"));
        for wrong in ["", "XX", "S-1", "S-1-5", "S-2-5-1", "S-1-5-x", "S-1-5-4294967296"] {
            assert_eq!(Sid::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let users = Sid::parse("BU").unwrap();
        let bytes = users.encode();
        assert_eq!(bytes, [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x21, 2, 0, 0]);
        assert_eq!(Sid::decode(&bytes), Some(users));
        assert_eq!(Sid::decode(&bytes[..15]), None);
        assert_eq!(Sid::decode(&[2, 0, 0, 0, 0, 0, 0, 5]), None);
    }
}
