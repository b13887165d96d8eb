//! Many names of files, one behind the other: no allocation for each, and each ready for a system
//! call and for the program without being looked through again.
#![allow(unsafe_code)]

use core::ffi::CStr;
use core::ops::Range;
use rustix::io::Errno;
use std::borrow::Cow;

/// Where a name lies, without its terminator.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: u32,
    length: u32,
}

impl Place {
    fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.length as usize
    }
}

/// Names, in an order that may be another than that in which they were added.
#[derive(Debug, Default)]
pub struct NameList {
    /// Each name with a terminator, which is the only one in it.
    bytes: Vec<u8>,
    /// Made only by [`NameList::add`].
    places: Vec<Place>,
    /// Only true if each name by itself is UTF-8.
    is_utf8: bool,
}

impl NameList {
    /// Adds a name behind the others.
    ///
    /// # Errors
    /// `NOMEM` for more than four gigabytes.
    #[inline]
    pub fn add(&mut self, name: &CStr) -> Result<(), Errno> {
        let start = u32::try_from(self.bytes.len()).map_err(|_| Errno::NOMEM)?;
        let length = u32::try_from(name.count_bytes()).map_err(|_| Errno::NOMEM)?;
        self.is_utf8 = false;
        self.bytes.extend_from_slice(name.to_bytes_with_nul());
        self.places.push(Place { start, length });
        Ok(())
    }

    /// How many.
    #[inline]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Forgets all but the first ones.
    pub fn truncate(&mut self, count: usize) {
        self.places.truncate(count);
    }

    /// All names as they were added, each with its terminator; [`NameList::range`] leads into it.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a name lies, without its terminator.
    #[inline]
    pub fn range(&self, index: usize) -> Option<Range<usize>> {
        self.places.get(index).map(|place| place.range())
    }

    /// What is behind the first bytes of a name.
    #[inline]
    pub fn behind(&self, index: usize, first: usize) -> &[u8] {
        let Some(range) = self.range(index) else { return &[] };
        self.bytes.get(range.start + first..range.end).unwrap_or_default()
    }

    /// Gives the names another order: these of them, each by its number till now.
    pub fn reorder(&mut self, order: impl Iterator<Item = usize>) {
        self.places = order.filter_map(|index| self.places.get(index).copied()).collect();
    }

    /// Looks once whether all is UTF-8, which spares [`NameList::text`] to look at each.
    pub fn look_through(&mut self) {
        // The terminators stand for themselves, so what is between them does too.
        self.is_utf8 = core::str::from_utf8(&self.bytes).is_ok();
    }

    /// A name for Linux.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&CStr> {
        let Range { start, end } = self.range(index)?;
        let bytes = self.bytes.get(start..=end)?;
        // SAFETY: a place was made of a whole CStr, and what lies there never changes.
        Some(unsafe { CStr::from_bytes_with_nul_unchecked(bytes) })
    }

    /// A name as text; what is not UTF-8 in it is U+FFFD.
    #[inline]
    pub fn text(&self, index: usize) -> Option<Cow<'_, str>> {
        let bytes = self.bytes.get(self.range(index)?)?;
        Some(match self.is_utf8 {
            // SAFETY: all of the bytes are, and before and behind these is a whole letter's end.
            true => Cow::Borrowed(unsafe { core::str::from_utf8_unchecked(bytes) }),
            false => String::from_utf8_lossy(bytes),
        })
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_in_the_order_that_they_are_given() {
        let mut list = NameList::default();
        for name in [c"a", c"", c"\xFF", c"\xC3\xA4"] {
            list.add(name).unwrap();
        }
        list.look_through();
        assert_eq!(list.text(2).unwrap(), "\u{FFFD}");
        list.reorder([3, 0, 1, 9].into_iter());
        list.look_through();
        assert_eq!((list.len(), list.text(0).unwrap().as_ref()), (3, "ä"));
        assert_eq!((list.get(1), list.get(2), list.get(3)), (Some(c"a"), Some(c""), None));
        list.add(c"b").unwrap();
        list.truncate(4);
        assert_eq!((list.get(3), list.text(3).unwrap().as_ref()), (Some(c"b"), "b"));
    }

    #[test]
    fn what_is_utf8_is_not_looked_at_again() {
        let mut list = NameList::default();
        list.add(c"\xC3\xA4 b").unwrap();
        list.add(c"c").unwrap();
        list.look_through();
        assert!(list.is_utf8 && matches!(list.text(0), Some(Cow::Borrowed("ä b"))));
    }
}
