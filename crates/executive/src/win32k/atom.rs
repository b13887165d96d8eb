//! Atoms: small numbers for names.  Class names and registered messages share one table, as in NT.
//!
//! Names are compared without regard to case and keep the spelling of their first use.  Numbers
//! below [`FIRST`] stand for themselves.  Nothing is ever taken out: a program has few names.

use crate::status::{Result, Status};
use crate::sync::Mutex;
use std::collections::BTreeMap;

/// The first number that stands for a name.
pub const FIRST: u16 = 0xC000;
/// The longest name, in characters.
const LONGEST: usize = 255;

static ATOMS: Mutex<BTreeMap<String, u16>> = Mutex::new(BTreeMap::new());

/// A name as programs give it: by its text or by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The text.
    Text(String),
    /// `MAKEINTATOM`
    Number(u16),
}

/// The number of a name, which gets one if it has none.
///
/// # Errors
/// `INVALID_PARAMETER` for a name that is empty or longer than 255 characters, `NO_MEMORY` when
/// all 16,384 numbers are given.
pub fn add(name: &str) -> Result<u16> {
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(Status::INVALID_PARAMETER);
    }
    let mut atoms = ATOMS.lock();
    let next = u16::try_from(atoms.len()).ok().and_then(|taken| FIRST.checked_add(taken));
    let key = name.to_lowercase();
    match (atoms.get(&key), next) {
        (Some(&number), _) => Ok(number),
        (None, Some(number)) => {
            atoms.insert(key, number);
            Ok(number)
        }
        (None, None) => Err(Status::NO_MEMORY),
    }
}

/// The number of a name that has one.
pub fn find(name: &Name) -> Option<u16> {
    match name {
        Name::Text(text) => ATOMS.lock().get(&text.to_lowercase()).copied(),
        Name::Number(number) => Some(*number).filter(|&number| number != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_once_whatever_their_case() {
        let number = add("Atom Test").unwrap();
        assert!(number >= FIRST);
        assert_eq!(add("ATOM TEST"), Ok(number));
        assert_eq!(find(&Name::Text("atom test".into())), Some(number));
        assert_ne!(add("another atom"), Ok(number));
        assert_eq!(find(&Name::Text("an unknown atom".into())), None);
        assert_eq!(find(&Name::Number(7)), Some(7));
        assert_eq!(find(&Name::Number(0)), None);
        assert_eq!(add(""), Err(Status::INVALID_PARAMETER));
        assert_eq!(add(&"x".repeat(256)), Err(Status::INVALID_PARAMETER));
    }
}
