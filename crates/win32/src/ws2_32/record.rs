//! The records that the old resolver calls return: `hostent`, `servent`, `protoent`.
//!
//! Each thread has one block of memory for each kind, which holds the structure, its lists and its
//! strings.  A block is overwritten by the thread's next call of that kind and freed with the
//! thread.  The order inside is Windows': structure, aliases, addresses, then the bytes; programs
//! copy records by relying on it.  (T:protocol:test_dns)
#![allow(unsafe_code)]

use core::cell::UnsafeCell;

/// The kinds of records, each with a block of its own.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    /// `hostent`
    Host,
    /// `servent`
    Service,
    /// `protoent`
    Protocol,
}

/// Where a record goes.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Into the thread's block for its kind.
    Own(Slot),
    /// Into a buffer of the program's, of so many bytes.
    Buffer(*mut u8, usize),
}

thread_local! {
    /// Words, so that structures in them are aligned.
    static BLOCKS: UnsafeCell<[Vec<u64>; 3]> =
        const { UnsafeCell::new([Vec::new(), Vec::new(), Vec::new()]) };
}

/// Enough for nearly every record, so that its address stays the same.
const WORDS_AT_LEAST: usize = 128;
const POINTER: usize = size_of::<*mut i8>();

/// What a record says.
#[derive(Clone, Copy, Debug)]
pub struct Record<'record> {
    /// The official name.
    pub name: &'record [u8],
    /// Other names.
    pub aliases: &'record [&'record [u8]],
    /// Addresses, for hosts.
    pub addresses: &'record [&'record [u8]],
    /// One more string: a service's protocol.
    pub extra: &'record [u8],
}

/// Where the parts of a stored record are.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The terminated name.
    pub name: *mut u8,
    /// The NULL-terminated list of terminated aliases.
    pub aliases: *mut *mut i8,
    /// The NULL-terminated list of addresses.
    pub addresses: *mut *mut i8,
    /// The terminated extra string.
    pub extra: *mut u8,
}

/// Bytes that are written one after the other, into a block that is long enough.
struct Writer {
    next: *mut u8,
}

impl Writer {
    /// Takes `count` bytes.
    fn take(&mut self, count: usize) -> *mut u8 {
        let taken = self.next;
        // SAFETY: the block was made long enough for everything that is taken.
        self.next = unsafe { taken.add(count) };
        taken
    }

    /// Writes bytes, and a terminator behind a string.
    fn bytes(&mut self, bytes: &[u8], terminated: bool) -> *mut u8 {
        let at = self.take(bytes.len() + usize::from(terminated));
        // SAFETY: the place was just taken.
        unsafe {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len());
            if terminated {
                at.add(bytes.len()).write(0);
            }
        }
        at
    }

    /// Writes what a list points to, and the list with its NULL.
    fn fill(&mut self, list: *mut *mut i8, items: &[&[u8]], terminated: bool) {
        for (index, item) in items.iter().enumerate() {
            let at = self.bytes(item, terminated);
            // SAFETY: the list has a place for each item and the NULL.
            unsafe { list.add(index).write_unaligned(at.cast()) };
        }
        // SAFETY: as above.
        unsafe { list.add(items.len()).write_unaligned(core::ptr::null_mut()) };
    }
}

impl Record<'_> {
    /// The bytes that follow the structure.
    fn length(&self) -> usize {
        let pointers = self.aliases.len() + self.addresses.len() + 2;
        let strings = [self.name, self.extra].into_iter().chain(self.aliases.iter().copied());
        let strings: usize = strings.map(|string| string.len() + 1).sum();
        let addresses: usize = self.addresses.iter().map(|address| address.len()).sum();
        pointers * POINTER + strings + addresses
    }

    /// Stores the record; `head` makes the structure.  `Err` has the bytes that it needs, when the
    /// buffer is too small.
    ///
    /// # Safety
    /// A buffer must be writable.
    pub unsafe fn store<T>(
        &self,
        place: Place,
        head: impl FnOnce(Parts) -> T,
    ) -> Result<*mut T, usize> {
        let length = size_of::<T>() + self.length();
        match place {
            Place::Own(slot) => {
                const { assert!(align_of::<T>() <= align_of::<u64>()) };
                let words = length.div_ceil(size_of::<u64>());
                BLOCKS.with(|blocks| {
                    // SAFETY: the blocks are the thread's own, and nothing here calls back.
                    let block = unsafe { &mut (*blocks.get())[slot as usize] };
                    if block.len() < words {
                        *block = vec![0; words.max(WORDS_AT_LEAST)];
                    }
                    Ok(self.write(block.as_mut_ptr().cast(), head))
                })
            }
            Place::Buffer(start, capacity) if length <= capacity => Ok(self.write(start, head)),
            Place::Buffer(..) => Err(length),
        }
    }

    /// Writes the record where there is room for it.
    fn write<T>(&self, start: *mut u8, head: impl FnOnce(Parts) -> T) -> *mut T {
        const { assert!(size_of::<T>().is_multiple_of(POINTER)) };
        let mut writer = Writer { next: start };
        let structure = writer.take(size_of::<T>()).cast::<T>();
        let aliases = writer.take((self.aliases.len() + 1) * POINTER).cast::<*mut i8>();
        let addresses = writer.take((self.addresses.len() + 1) * POINTER).cast::<*mut i8>();
        writer.fill(addresses, self.addresses, false);
        let name = writer.bytes(self.name, true);
        writer.fill(aliases, self.aliases, true);
        let extra = writer.bytes(self.extra, true);
        // SAFETY: the place was taken first; a program's buffer need not be aligned.
        unsafe { structure.write_unaligned(head(Parts { name, aliases, addresses, extra })) };
        structure
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lapwing_abi::HOSTENT;

    fn head(parts: Parts) -> HOSTENT {
        HOSTENT {
            h_name: parts.name,
            h_aliases: parts.aliases,
            h_addrtype: 2,
            h_length: 4,
            h_addr_list: parts.addresses,
        }
    }

    fn store(record: &Record<'_>) -> *mut HOSTENT {
        // SAFETY: no buffer.
        unsafe { record.store(Place::Own(Slot::Host), head) }.unwrap()
    }

    #[test]
    fn a_buffer_of_the_programs_holds_all_or_nothing() {
        let record = Record { name: b"host", aliases: &[], addresses: &[&[1; 4]], extra: b"" };
        let mut buffer = [7_u8; 200];
        // An odd address, as a program may give one.
        let start = buffer.as_mut_ptr().wrapping_add(1);
        // SAFETY: the buffer has so many bytes from there.
        let needed = unsafe { record.store(Place::Buffer(start, 10), head) }.unwrap_err();
        assert!(buffer.iter().all(|&byte| byte == 7));
        // SAFETY: as above.
        let stored = unsafe { record.store(Place::Buffer(start, needed), head) }.unwrap();
        assert_eq!(stored.cast(), start);
        assert!(buffer[1 + needed..].iter().all(|&byte| byte == 7));
    }

    #[test]
    fn a_record_has_windows_order_and_stays_in_its_place() {
        let record = Record {
            name: b"host",
            aliases: &[b"one", b"two"],
            addresses: &[&[127, 0, 0, 1], &[10, 0, 0, 1]],
            extra: b"",
        };
        let first = store(&record);
        // SAFETY: the record is this thread's and was just stored.
        unsafe {
            let host = &*first;
            assert_eq!(host.h_aliases.cast::<HOSTENT>(), first.add(1));
            assert_eq!(host.h_addr_list, host.h_aliases.add(3));
            assert_eq!(host.h_addr_list.read().cast::<*mut i8>(), host.h_addr_list.add(3));
            assert_eq!(core::ffi::CStr::from_ptr(host.h_name.cast()).to_bytes(), b"host");
            let two = host.h_aliases.add(1).read();
            assert_eq!(core::ffi::CStr::from_ptr(two).to_bytes(), b"two");
            assert!(host.h_aliases.add(2).read().is_null());
            assert_eq!(host.h_addr_list.add(1).read().cast::<[u8; 4]>().read(), [10, 0, 0, 1]);
        }
        assert_eq!(store(&record), first);
        let other = std::thread::spawn(move || store(&record).addr()).join();
        assert_ne!(other.ok(), Some(first.addr()));
    }
}
