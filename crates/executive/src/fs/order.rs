//! NTFS' order of names: by their upper case.

use super::pattern;
use crate::sys::name_list::NameList;
use core::ops::Range;

/// A name of the list: in front its next eight letters, behind them its number.
type Keyed = u128;

/// Letters of a key.
const LETTERS: usize = 8;

/// Sorts the names, all but the first few.
pub(super) fn sort(names: &mut NameList, first: usize) {
    let order = match names.bytes().is_ascii() {
        true => ascii(names, first),
        false => wide(names, first),
    };
    names.reorder((0..first).chain(order));
}

/// All are ASCII, in which a byte is a letter.
fn ascii(names: &NameList, first: usize) -> Vec<usize> {
    let mut keyed: Vec<Keyed> = (first..names.len()).map(|index| index as Keyed).collect();
    sort_behind(names, &mut keyed, 0);
    keyed.into_iter().map(number).collect()
}

fn number(keyed: Keyed) -> usize {
    keyed as u32 as usize
}

/// Sorts names of which the first letters are the same, as many as `start` says.
fn sort_behind(names: &NameList, keyed: &mut [Keyed], start: usize) {
    let bytes = names.bytes();
    let whole = |keyed: Keyed| names.range(number(keyed)).unwrap_or_default();
    let place = |keyed: Keyed| -> Range<usize> {
        let place = whole(keyed);
        (place.start + start).min(place.end)..place.end
    };
    let Some(&one) = keyed.first() else { return };
    let one = &bytes[place(one)];
    let mut common = one.len();
    for &other in keyed.iter() {
        let other = &bytes[place(other)];
        let wanted = &one[..common];
        // Mostly they are the same in case too, which is quicker to see.
        let is_same = |it: &[u8]| it == wanted || it.eq_ignore_ascii_case(wanted);
        if !other.get(..common).is_some_and(is_same) {
            let pairs = wanted.iter().zip(other);
            common = pairs.take_while(|(l, r)| l.eq_ignore_ascii_case(r)).count();
        }
    }
    for it in keyed.iter_mut() {
        let place = place(*it);
        *it = Keyed::from(key(bytes, place.start + common..place.end)) << 64 | number(*it) as Keyed;
    }
    keyed.sort_unstable();
    let letters = |keyed: &Keyed| (keyed >> 64) as u64;
    for same in keyed.chunk_by_mut(|left, right| letters(left) == letters(right)) {
        if same.len() == 1 {
            continue;
        }
        match letters(&same[0]) as u8 {
            // They end there: only case may differ.
            0 => same.sort_unstable_by_key(|&it| &bytes[whole(it)]),
            _ => sort_behind(names, same, start + common + LETTERS),
        }
    }
}

/// The first letters in upper case, the very first foremost; behind the end there are none.
fn key(bytes: &[u8], place: Range<usize>) -> u64 {
    let behind = &bytes[place.start..];
    let letters = behind.first_chunk().copied().unwrap_or_else(|| {
        let mut letters = [0; LETTERS];
        letters[..behind.len()].copy_from_slice(behind);
        letters
    });
    let missing = LETTERS.saturating_sub(place.len()) as u32;
    let letters = u64::from_be_bytes(letters) & u64::MAX.checked_shl(8 * missing).unwrap_or(0);
    upper(letters)
}

/// Eight letters of ASCII in upper case.
fn upper(letters: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The highest bit of each byte says whether it is at least an `a`, and whether it is above `z`.
    let from_a = letters + EACH * (0x80 - b'a' as u64);
    let above_z = letters + EACH * (0x7F - b'z' as u64);
    let small = (from_a ^ above_z) & (EACH * 0x80);
    letters - (small >> 2)
}

/// In UTF-16, as NTFS compares.
fn wide(names: &NameList, first: usize) -> Vec<usize> {
    let upper = |index: usize| -> (Vec<u16>, usize) {
        let name = names.text(index).unwrap_or_default();
        let name: String = name.chars().map(pattern::upper).collect();
        (name.encode_utf16().collect(), index)
    };
    let mut keyed: Vec<_> = (first..names.len()).map(upper).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, index)| index).collect()
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
        let mut expected = names.clone();
        expected.sort_by_key(|name| (name.to_ascii_uppercase(), name.clone()));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(sorted(&names), expected);
    }

    #[test]
    fn eight_letters_at_once() {
        for letter in 0..128_u8 {
            let expected = u64::from_be_bytes([letter.to_ascii_uppercase(); 8]);
            assert_eq!(upper(u64::from_be_bytes([letter; 8])), expected);
        }
    }
}
