//! The sockets of an [`crate::EventSet`] or a [`crate::MessageLoop`], each with something of the
//! program's own.

use crate::readiness::non_blocking::{NonBlocking, Selectable};
use std::sync::Arc;

/// Which socket of a set or a loop; never used again for another there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub(crate) u64);

pub(crate) struct Member<T, W> {
    pub(crate) key: Key,
    pub(crate) item: T,
    pub(crate) socket: Arc<dyn Selectable>,
    /// By what it is watched.
    pub(crate) watch: W,
}

/// In the order of their keys.
pub(crate) struct Members<T, W> {
    all: Vec<Member<T, W>>,
    last_key: u64,
}

impl<T, W> Members<T, W> {
    pub(crate) fn new() -> Self {
        Members { all: Vec::new(), last_key: 0 }
    }

    /// The key of the next.
    pub(crate) fn next_key(&self) -> Key {
        Key(self.last_key + 1)
    }

    /// Adds a socket that is watched already.
    pub(crate) fn add<S: Selectable>(
        &mut self,
        socket: S,
        watch: W,
        make: impl FnOnce(NonBlocking<S>) -> T,
    ) -> Key {
        let (key, socket) = (self.next_key(), Arc::new(socket));
        let item = make(NonBlocking::of_watched(&socket));
        self.last_key = key.0;
        self.all.push(Member { key, item, socket, watch });
        key
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<Member<T, W>> {
        Some(self.all.remove(self.position(key)?))
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Member<T, W>> {
        Some(&self.all[self.position(key)?])
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Member<T, W>> {
        let position = self.position(key)?;
        Some(&mut self.all[position])
    }

    pub(crate) fn all(&self) -> &[Member<T, W>] {
        &self.all
    }

    fn position(&self, key: Key) -> Option<usize> {
        self.all.binary_search_by_key(&key.0, |member| member.key.0).ok()
    }
}

/// How a program finds its items in what has `members`.
macro_rules! has_items {
    ($owner:ident<T $(, $parameter:ident)?>) => {
        impl<T $(, $parameter)?> $owner<T $(, $parameter)?> {
            /// How many sockets there are.
            pub fn len(&self) -> usize {
                self.members.all().len()
            }

            /// True if there is none.
            pub fn is_empty(&self) -> bool {
                self.members.all().is_empty()
            }

            /// An item.
            pub fn get(&self, key: Key) -> Option<&T> {
                self.members.get(key).map(|member| &member.item)
            }

            /// An item, to be changed.
            pub fn get_mut(&mut self, key: Key) -> Option<&mut T> {
                self.members.get_mut(key).map(|member| &mut member.item)
            }

            /// All items.
            pub fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
                self.members.all().iter().map(|member| (member.key, &member.item))
            }
        }

        impl<T $(, $parameter)?> core::ops::Index<Key> for $owner<T $(, $parameter)?> {
            type Output = T;

            /// # Panics
            /// If nothing here has the key.
            fn index(&self, key: Key) -> &T {
                self.get(key).expect("something has the key")
            }
        }

        impl<T $(, $parameter)?> core::ops::IndexMut<Key> for $owner<T $(, $parameter)?> {
            /// # Panics
            /// If nothing here has the key.
            fn index_mut(&mut self, key: Key) -> &mut T {
                self.get_mut(key).expect("something has the key")
            }
        }

        impl<T: core::fmt::Debug $(, $parameter)?> core::fmt::Debug for $owner<T $(, $parameter)?> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_map().entries(self.iter()).finish()
            }
        }
    };
}

pub(crate) use has_items;
