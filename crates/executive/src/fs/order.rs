//! NTFS' order of names: by their upper case.

use super::pattern;
use crate::sys::name_list::NameList;
use core::ops::Range;

/// A name: in front its next letters in upper case, behind them its number.
type Keyed = u128;

/// Bytes of the letters in front.
const FRONT: usize = 8;

/// Sorts the names, all but the first few.
pub(super) fn sort(names: &mut NameList, first: usize) {
    let mut keyed: Vec<Keyed> = (first..names.len()).map(|index| index as Keyed).collect();
    match names.bytes().is_ascii() {
        true => sort_behind(0, &mut keyed, &Ascii(names), names),
        false => sort_behind(0, &mut keyed, &Unicode::new(names), names),
    }
    names.reorder((0..first).chain(keyed.into_iter().map(number)));
}

fn number(keyed: Keyed) -> usize {
    keyed as u32 as usize
}

/// What names are compared by: letters that in upper case are as bytes in the order of UTF-16, as
/// NTFS compares.
trait Letters {
    /// Bytes of a letter.
    const WIDTH: usize;

    /// What is behind the first bytes of a name.
    fn behind(&self, start: usize, keyed: Keyed) -> &[u8];

    /// Eight bytes of letters in upper case.
    fn raise(bytes: u64) -> u64;
}

/// The names themselves: a copy of them would be memory that each search touches anew.
struct Ascii<'names>(&'names NameList);

impl Letters for Ascii<'_> {
    const WIDTH: usize = 1;

    #[inline]
    fn behind(&self, start: usize, keyed: Keyed) -> &[u8] {
        self.0.behind(number(keyed), start)
    }

    #[inline]
    fn raise(bytes: u64) -> u64 {
        const EACH: u64 = u64::MAX / 0xFF;
        // No byte has its highest bit, so none carries into the next.
        let from_a = bytes + EACH * u64::from(0x80 - b'a');
        let above_z = bytes + EACH * u64::from(0x7F - b'z');
        // From bit 7, the answer, to bit 5, the case.
        bytes - ((from_a & !above_z & (EACH << 7)) >> 2)
    }
}

/// The names in upper case already.
struct Unicode {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Unicode {
    fn new(names: &NameList) -> Self {
        let mut bytes = Vec::with_capacity(2 * names.bytes().len());
        let places = (0..names.len()).map(|index| {
            let start = bytes.len();
            for letter in names.text(index).unwrap_or_default().chars() {
                let mut units = [0; 2];
                let units = pattern::upper(letter).encode_utf16(&mut units);
                bytes.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
            }
            start..bytes.len()
        });
        let places = places.collect();
        Unicode { bytes, places }
    }
}

impl Letters for Unicode {
    const WIDTH: usize = 2;

    fn behind(&self, start: usize, keyed: Keyed) -> &[u8] {
        let place = self.places[number(keyed)].clone();
        &self.bytes[(place.start + start).min(place.end)..place.end]
    }

    fn raise(bytes: u64) -> u64 {
        bytes
    }
}

/// How many bytes two names have in common in front.
fn in_common<L: Letters>(left: &[u8], right: &[u8]) -> usize {
    let raised = |byte: u8| L::raise(u64::from(byte));
    left.iter().zip(right).take_while(|&(&left, &right)| raised(left) == raised(right)).count()
}

/// Sorts names of which the first bytes are the same, as many as `start` says.
fn sort_behind<L: Letters>(start: usize, keyed: &mut [Keyed], letters: &L, names: &NameList) {
    let Some(&one) = keyed.first() else { return };
    let one = letters.behind(start, one);
    let mut common = one.len();
    for &other in keyed.iter() {
        let other = letters.behind(start, other);
        if !other.starts_with(&one[..common]) {
            common = in_common::<L>(&one[..common], other);
        }
    }
    let start = start + common / L::WIDTH * L::WIDTH;
    for it in keyed.iter_mut() {
        *it = Keyed::from(front::<L>(letters.behind(start, *it))) << 64 | number(*it) as Keyed;
    }
    keyed.sort_unstable();
    let front = |keyed: &Keyed| (keyed >> 64) as u64;
    for same in keyed.chunk_by_mut(|left, right| front(left) == front(right)) {
        if same.len() == 1 {
            continue;
        }
        match front(&same[0]) << (64 - 8 * L::WIDTH) {
            // The last letter is none: they end there, and only case may differ.
            0 => same.sort_unstable_by_key(|&it| names.get(number(it))),
            _ => sort_behind(start + FRONT, same, letters, names),
        }
    }
}

/// The first letters, the very first foremost; behind the end there are zeros.
#[inline]
fn front<L: Letters>(letters: &[u8]) -> u64 {
    if let Some(&whole) = letters.first_chunk() {
        return L::raise(u64::from_be_bytes(whole));
    }
    let mut front = [0; FRONT];
    front[..letters.len()].copy_from_slice(letters);
    L::raise(u64::from_be_bytes(front))
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use std::ffi::CString;

    fn sorted_behind(names: &[&str], first: usize) -> Vec<String> {
        let mut all = NameList::default();
        for name in names {
            all.add(&CString::new(*name).unwrap()).unwrap();
        }
        sort(&mut all, first);
        (0..names.len()).map(|at| all.text(at).unwrap().into_owned()).collect()
    }

    fn sorted(names: &[&str]) -> Vec<String> {
        sorted_behind(names, 0)
    }

    #[test]
    fn names_are_in_the_order_of_their_upper_case() {
        assert_eq!(sorted(&["b", "C", "a", "aa", "A b"]), ["a", "A b", "aa", "b", "C"]);
        assert_eq!(sorted(&["x_1", "xA", "x", "x1"]), ["x", "x1", "xA", "x_1"]);
        let long = ["a common beginning, 10", "a common beginning, 1", "A common beginning, 2"];
        assert_eq!(sorted(&long), [long[1], long[0], long[2]]);
        assert_eq!(sorted(&["ö", "Z", "Ä", "ä", "z"]), ["Z", "z", "Ä", "ä", "ö"]);
        assert_eq!(sorted(&[]), Vec::<String>::new());
    }

    #[test]
    fn eight_letters_are_raised_at_once() {
        let all: Vec<u8> = (0..0x80).collect();
        for bytes in all.windows(FRONT) {
            let bytes: [u8; FRONT] = bytes.try_into().unwrap();
            let raised = Ascii::raise(u64::from_be_bytes(bytes)).to_be_bytes();
            assert_eq!(raised, bytes.map(|byte| byte.to_ascii_uppercase()));
        }
    }

    #[test]
    fn the_first_ones_stay() {
        assert_eq!(sorted_behind(&["z", "y", "c", "B", "a"], 2), ["z", "y", "a", "B", "c"]);
        assert_eq!(sorted_behind(&["z", "ö", "ä"], 1), ["z", "ä", "ö"]);
    }

    #[test]
    fn every_letter_decides() {
        let mut names = vec![];
        for beginning in ["", "a", "A2345678", "a23456789", "A2345678_1234567", "[", "{", "@"] {
            for end in ["", "x", "X", "Xx", "xX_", ".text", "2345678", "23456789"] {
                names.push(format!("{beginning}{end}"));
            }
        }
        agrees(&names);
        // Letters of which one byte is none, and some that two units stand for.
        for beginning in ["ä", "Ä", "\u{100}", "\u{101}", "1\u{100}3", "123\u{100}", "\u{FF41}"] {
            for end in ["", "\u{100}", "\u{10400}", "\u{10428}", "x", "X", "\u{E000}"] {
                names.push(format!("{beginning}{end}"));
            }
        }
        agrees(&names);
    }

    fn agrees(names: &[String]) {
        let mut expected = names.to_vec();
        expected.sort_by_cached_key(|name| {
            let upper: String = name.chars().map(pattern::upper).collect();
            (upper.encode_utf16().collect::<Vec<u16>>(), name.clone())
        });
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(sorted(&names), expected);
    }
}
