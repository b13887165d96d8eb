//! Who is there, of those that something must be told when its owner goes away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Weak references, by the address of what they lead to.
pub(crate) struct Registry<T: ?Sized>(Mutex<Option<HashMap<usize, Weak<T>>>>);

impl<T: ?Sized> Default for Registry<T> {
    fn default() -> Self {
        Registry(Mutex::new(Some(HashMap::new())))
    }
}

impl<T: ?Sized> Registry<T> {
    fn all(&self) -> MutexGuard<'_, Option<HashMap<usize, Weak<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one, which removes itself at its end; false when the registry is closed.
    pub(crate) fn add(&self, address: usize, one: Weak<T>) -> bool {
        self.all().as_mut().map(|all| all.insert(address, one)).is_some()
    }

    pub(crate) fn remove(&self, address: usize) {
        let _weak = self.all().as_mut().and_then(|all| all.remove(&address));
    }

    /// Those that are there; nobody is added any more.
    pub(crate) fn close(&self) -> Vec<Arc<T>> {
        let all = self.all().take().unwrap_or_default();
        all.into_values().filter_map(|weak| weak.upgrade()).collect()
    }
}
