//! Windows: their numbers, families and ends.

use super::super::Alphabet;
use super::super::class::{ClassTerms, register, unregister};
use super::*;

fn class(name: &str, window_extra: usize) -> Name {
    let procedure = Procedure { address: 1, alphabet: Alphabet::Ansi };
    let name = Name::Text(name.into());
    let terms = ClassTerms { name: name.clone(), instance: 1, style: 0, procedure, window_extra };
    register(terms).unwrap();
    name
}

fn make(class: &Name, style: u32, parent: usize) -> Result<u32> {
    create(&WindowTerms { class, instance: 1, style, ex_style: 0, parent, id: 0 })
}

#[test]
fn a_number_is_even_and_ends_with_its_window() {
    let class = class("numbers", 0);
    let number = make(&class, 0, MESSAGE_PARENT).unwrap();
    assert!(number != 0 && number.is_multiple_of(4));
    assert!(lookup(number as usize).is_ok_and(|window| window.is_own()));
    assert!(lookup(number as usize | 1).is_err());
    forget(number);
    assert_eq!(lookup(number as usize).err(), Some(INVALID_WINDOW));
    assert_ne!(make(&class, 0, MESSAGE_PARENT), Ok(number));
}

#[test]
fn bad_terms_make_no_window() {
    let class = class("bad terms", 0);
    let unknown = Name::Text("an unknown class".into());
    assert_eq!(make(&unknown, 0, 0), Err(NO_SUCH_CLASS));
    assert_eq!(make(&class, CHILD, 0), Err(CHILD_WITHOUT_PARENT));
    assert_eq!(make(&class, 0, 1 << 20), Err(INVALID_WINDOW));
    assert_eq!(unregister(&class, 1), Ok(()), "no window is left over");
}

#[test]
fn a_family_is_known_from_both_sides() {
    let class = class("family", 0);
    let parent = make(&class, 0, 0).unwrap();
    let child = make(&class, CHILD, parent as usize).unwrap();
    let grandchild = make(&class, CHILD, child as usize).unwrap();
    let owned = make(&class, 0, parent as usize).unwrap();
    assert!(is_below(grandchild, parent) && is_below(child, parent) && !is_below(owned, parent));
    let window = lookup(parent as usize).unwrap();
    assert_eq!((window.children(), window.last_owned()), (vec![child], Some(owned)));
    assert!(at_level(0).contains(&owned) && !at_level(0).contains(&child));
    forget(child);
    assert!(window.children().is_empty());
    assert!(begin_destruction(&window) && !begin_destruction(&window));
    [grandchild, owned, parent].into_iter().for_each(forget);
}

#[test]
fn bytes_of_the_programs_own_have_an_end() {
    let class = class("extra", 12);
    let number = make(&class, 0, 0).unwrap();
    let window = lookup(number as usize).unwrap();
    assert_eq!(window.set_extra(Extra { offset: 4, size: 8 }, 0x1122_3344_5566_7788), Ok(0));
    assert_eq!(window.extra(Extra { offset: 8, size: 4 }), Ok(0x1122_3344));
    assert_eq!(window.extra(Extra { offset: 8, size: 8 }), Err(INVALID_INDEX));
    assert_eq!(window.extra(Extra { offset: usize::MAX, size: 8 }), Err(INVALID_INDEX));
    assert_eq!(window.set_property(Property::UserData, 7), 0);
    assert_eq!(window.property(Property::UserData), 7);
    forget(number);
}
