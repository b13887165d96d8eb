//! A port's packets: first in, first out, in a ring that grows.

use crate::status::Status;

/// Room for so many packets is kept when there are fewer.
const ROOM: usize = 512;
/// Room for so many is there when the first comes.
const FIRST_ROOM: usize = 16;

/// What a port carries: the result of a request, or what a program posted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// The key given when the handle was associated, or with the post.
    pub key: usize,
    /// The address of the program's OVERLAPPED; any value when posted.
    pub overlapped: usize,
    /// How the request ended; success for a posted packet.
    pub status: Status,
    /// Bytes transferred.
    pub information: usize,
}

/// The packets that are queued.
#[derive(Default)]
pub(super) struct Packets {
    /// As many places as a power of two, or none.
    places: Box<[Packet]>,
    /// How many have been taken, and how many put in, since the beginning.
    taken: usize,
    put: usize,
}

impl Packets {
    /// How many are queued.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.put - self.taken
    }

    /// How many have been taken since the beginning.
    #[inline]
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Puts one behind the others.
    #[inline(always)]
    pub(super) fn put(&mut self, packet: Packet) {
        if self.len() == self.places.len() {
            self.move_to(FIRST_ROOM.max(2 * self.places.len()));
        }
        let place = self.place(self.put);
        self.places[place] = packet;
        self.put += 1;
    }

    /// Takes the first.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Packet> {
        if self.taken == self.put {
            return None;
        }
        let packet = self.places[self.place(self.taken)];
        self.taken += 1;
        Some(packet)
    }

    /// Takes as many as there are and fit; how many that is.
    #[inline]
    pub(super) fn take_some(&mut self, packets: &mut [Packet]) -> usize {
        let count = self.len().min(packets.len());
        for (place, number) in packets.iter_mut().zip(self.taken..self.taken + count) {
            *place = self.places[self.place(number)];
        }
        self.taken += count;
        count
    }

    /// Takes the one that so many others are before, if there are more.
    pub(super) fn take_behind(&mut self, others: usize) -> Option<Packet> {
        if others >= self.len() {
            return None;
        }
        let packet = self.places[self.place(self.taken + others)];
        for other in (0..others).rev() {
            let (from, to) = (self.taken + other, self.taken + other + 1);
            self.places[self.place(to)] = self.places[self.place(from)];
        }
        self.taken += 1;
        Some(packet)
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.taken = self.put;
    }

    /// A burst is over: the room for it goes back to the program.
    pub(super) fn give_room_back(&mut self) {
        if self.places.len() > ROOM && self.len() < ROOM / 4 {
            self.move_to(ROOM);
        }
    }

    /// Where the packet with this number is.
    #[inline]
    fn place(&self, number: usize) -> usize {
        number & self.places.len().wrapping_sub(1)
    }

    /// Gets another room, which is a power of two and large enough.
    #[cold]
    fn move_to(&mut self, room: usize) {
        debug_assert!(room.is_power_of_two() && room >= self.len());
        let mut places = vec![Packet::default(); room].into_boxed_slice();
        for number in self.taken..self.put {
            places[number & (room - 1)] = self.places[self.place(number)];
        }
        self.places = places;
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    fn packet(key: usize) -> Packet {
        Packet { key, ..Packet::default() }
    }

    #[test]
    fn they_come_out_as_from_a_plain_queue() {
        let (mut packets, mut plain) = (Packets::default(), VecDeque::new());
        assert_eq!((packets.take(), packets.take_behind(0)), (None, None));
        for step in 0..20_000_usize {
            // More are put in at first, and more taken out later.
            let is_put = step % 7 < if step < 10_000 { 5 } else { 2 };
            if is_put {
                packets.put(packet(step));
                plain.push_back(packet(step));
            } else if step % 13 == 0 {
                let mut some = [packet(0); 4];
                let count = packets.take_some(&mut some);
                assert_eq!(count, plain.len().min(4));
                assert!(plain.drain(..count).eq(some[..count].iter().copied()));
            } else if step % 5 == 0 {
                assert_eq!(packets.take_behind(step % 11), plain.remove(step % 11));
            } else {
                assert_eq!(packets.take(), plain.pop_front());
            }
            assert_eq!(packets.len(), plain.len());
            if step % 100 == 0 {
                packets.give_room_back();
            }
        }
        while let Some(next) = plain.pop_front() {
            assert_eq!(packets.take(), Some(next));
        }
        assert_eq!(packets.take(), None);
    }

    #[test]
    fn the_room_of_a_burst_goes_back() {
        let mut packets = Packets::default();
        (0..10 * ROOM).for_each(|key| packets.put(packet(key)));
        packets.give_room_back();
        assert_eq!(packets.places.len(), 16 * ROOM);
        (1..10 * ROOM).for_each(|key| assert_eq!(packets.take(), Some(packet(key - 1))));
        packets.give_room_back();
        assert_eq!(packets.places.len(), ROOM);
        assert_eq!(packets.take(), Some(packet(10 * ROOM - 1)));
        packets.put(packet(1));
        packets.clear();
        assert_eq!(packets.take(), None);
    }
}
