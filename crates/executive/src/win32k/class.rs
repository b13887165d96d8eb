//! Window classes: a name, a module, a window procedure.
//!
//! A class belongs to the module that registered it, unless it is global; two modules may have
//! classes of the same name.  A window keeps its class alive.

use super::atom::{self, Name};
use super::{
    CLASS_DOES_NOT_EXIST, CLASS_EXISTS, CLASS_HAS_WINDOWS, Procedure, atom::add as add_atom,
};
use crate::status::{Result, Status};
use crate::sync::Mutex;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// `CS_GLOBALCLASS`
const GLOBAL: u32 = 0x4000;

/// What a class is made of.
pub struct ClassTerms {
    /// Its name.
    pub name: Name,
    /// The module it belongs to.
    pub instance: usize,
    /// `CS_…`
    pub style: u32,
    /// The procedure of its windows.
    pub procedure: Procedure,
    /// Bytes of the program's own in each window.
    pub window_extra: usize,
}

/// A window class.
pub struct Class {
    atom: u16,
    terms: ClassTerms,
    windows: AtomicUsize,
}

static CLASSES: Mutex<Vec<Arc<Class>>> = Mutex::new(Vec::new());

impl Class {
    /// The number of its name.
    pub fn atom(&self) -> u16 {
        self.atom
    }

    /// Its name, in the spelling of its registration.
    pub fn name(&self) -> String {
        match &self.terms.name {
            Name::Text(text) => text.clone(),
            Name::Number(number) => format!("#{number}"),
        }
    }

    /// What it was made of.
    pub fn terms(&self) -> &ClassTerms {
        &self.terms
    }

    fn is_global(&self) -> bool {
        self.terms.style & GLOBAL != 0
    }

    /// One window more, or one less.
    pub(super) fn count_window(&self, more: bool) {
        if more {
            self.windows.fetch_add(1, Ordering::Relaxed);
        } else {
            self.windows.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Registers a class and returns the number of its name.
///
/// # Errors
/// `CLASS_EXISTS` when the module has a class of that name; what [`atom::add`] says about names.
pub fn register(terms: ClassTerms) -> Result<u16> {
    let atom = match &terms.name {
        Name::Text(text) => add_atom(text)?,
        Name::Number(0) => return Err(Status::INVALID_PARAMETER),
        Name::Number(number) => *number,
    };
    let class = Class { atom, terms, windows: AtomicUsize::new(0) };
    let mut classes = CLASSES.lock();
    let same = |other: &Arc<Class>| {
        other.atom == atom
            && other.terms.instance == class.terms.instance
            && other.is_global() == class.is_global()
    };
    if classes.iter().any(same) {
        return Err(CLASS_EXISTS);
    }
    classes.push(Arc::new(class));
    Ok(atom)
}

/// Forgets a class.
///
/// # Errors
/// `CLASS_DOES_NOT_EXIST`; `CLASS_HAS_WINDOWS` while it has windows.
pub fn unregister(name: &Name, instance: usize) -> Result<()> {
    let atom = atom::find(name).ok_or(CLASS_DOES_NOT_EXIST)?;
    let mut classes = CLASSES.lock();
    let place = position(&classes, atom, instance).ok_or(CLASS_DOES_NOT_EXIST)?;
    if classes[place].windows.load(Ordering::Relaxed) != 0 {
        return Err(CLASS_HAS_WINDOWS);
    }
    classes.remove(place);
    Ok(())
}

/// The class that a module means by a name: its own, or else a global one.  It is counted as the
/// class of one window more, so that it cannot be forgotten meanwhile.
pub(super) fn find_for_window(name: &Name, instance: usize) -> Option<Arc<Class>> {
    let atom = atom::find(name)?;
    let classes = CLASSES.lock();
    let class = classes[position(&classes, atom, instance)?].clone();
    class.count_window(true);
    Some(class)
}

fn position(classes: &[Arc<Class>], atom: u16, instance: usize) -> Option<usize> {
    let own = |class: &Arc<Class>| {
        class.atom == atom && !class.is_global() && class.terms.instance == instance
    };
    let global = |class: &Arc<Class>| class.atom == atom && class.is_global();
    classes.iter().position(own).or_else(|| classes.iter().position(global))
}

#[cfg(test)]
mod tests {
    use super::super::Alphabet;
    use super::*;

    fn terms(name: &str, instance: usize, style: u32) -> ClassTerms {
        let procedure = Procedure { address: 1, alphabet: Alphabet::Ansi };
        let name = Name::Text(name.into());
        ClassTerms { name, instance, style, procedure, window_extra: 0 }
    }

    #[test]
    fn a_module_has_one_class_of_a_name() {
        let name = Name::Text("class test".into());
        assert!(find_for_window(&name, 1).is_none());
        let atom = register(terms("Class Test", 1, 0)).unwrap();
        assert_eq!(register(terms("CLASS TEST", 1, 0)), Err(CLASS_EXISTS));
        assert_eq!(register(terms("Class Test", 2, 0)), Ok(atom));
        assert!(find_for_window(&name, 3).is_none());
        assert_eq!(unregister(&name, 3), Err(CLASS_DOES_NOT_EXIST));
        assert_eq!(unregister(&name, 2), Ok(()));
        let class = find_for_window(&Name::Number(atom), 1).unwrap();
        assert_eq!(class.name(), "Class Test");
        assert_eq!(unregister(&name, 1), Err(CLASS_HAS_WINDOWS));
        class.count_window(false);
        assert_eq!(unregister(&name, 1), Ok(()));
    }

    #[test]
    fn a_global_class_serves_every_module() {
        let name = Name::Text("global class test".into());
        register(terms("global class test", 1, GLOBAL)).unwrap();
        find_for_window(&name, 99).unwrap().count_window(false);
        assert_eq!(unregister(&name, 1), Ok(()));
    }
}
