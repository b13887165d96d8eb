//! The signature of each declared function against Microsoft's metadata, in the form of
//! `crates/abi/src/signature.rs`.
//!
//! Neither knows the other's types, so both are reduced to shapes: a parameter is a pointer, or an
//! integer of some size and sign, or a structure of some size.  C++ templates do that to the
//! declared functions; the text of the generated file is read for the others.

use crate::ask::EVERYTHING;
use crate::compiler::{Compiler, Language, compile};
use lapwing_tests::{source_tree, surface, tools};
use libtest_mimic::{Failed, Trial};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The templates that turn a function's type into its shape.
const SHAPES: &str = r#"
#include <type_traits>
struct pointer {};
template <unsigned Size, bool Signed> struct integer {};
template <unsigned Size> struct structure {};
template <class T> struct shape {
    // Microsoft's enumerations are ints, whatever their values are.
    static constexpr bool counts = std::is_enum<T>::value;
    static constexpr bool whole = std::is_integral<T>::value || counts;
    using known = integer<sizeof(T), std::is_signed<T>::value || counts>;
    using type = typename std::conditional<whole, known, structure<sizeof(T)>>::type;
};
template <class T> struct shape<T *> { using type = pointer; };
template <> struct shape<void> { using type = void; };
// A union of two halves and the whole to the SDK, the whole to the metadata.
template <> struct shape<LARGE_INTEGER> { using type = integer<8, true>; };
template <class R, class... A> struct shape<R(A...)> {
    using type = typename shape<R>::type(typename shape<A>::type...);
};
template <class Declared, class Wanted> constexpr bool agree() {
    return std::is_same<typename shape<Declared>::type, Wanted>::value;
}
"#;

pub fn trials() -> Vec<Trial> {
    vec![tools::trial("signatures", &["g++"], compare)]
}

fn compare() -> Result<(), Failed> {
    let by = Compiler::usual(Language::Cxx);
    let assertions = assertions()?;
    assert!(assertions.len() > 100, "only {} signatures were read", assertions.len());
    let text = format!("{EVERYTHING}{SHAPES}{}\n", assertions.join("\n"));
    let source = by.write("signatures", "signatures", &text);
    compile(by.command().arg("-fsyntax-only").arg(source))
}

/// One `static_assert` for each function that is declared and in the metadata.
fn assertions() -> Result<Vec<String>, Failed> {
    let folder = source_tree().join("crates/abi/src");
    let types = types(&fs::read_to_string(folder.join("types.rs"))?);
    let signatures = types_of(&fs::read_to_string(folder.join("signature.rs"))?);
    let mut found = Vec::new();
    let names: BTreeSet<String> = surface::declared().into_iter().map(|f| f.name).collect();
    // In C++ ioctlsocket is overloaded for `unsigned long *`, so its name has no type.
    for name in names.into_iter().filter(|name| name != "ioctlsocket") {
        let Some(signature) = signatures.get(&name) else { continue };
        let shape = shape_of_function(signature, &types).ok_or(format!("{name}: {signature}"))?;
        found.push(format!("static_assert(agree<decltype({name}), {shape}>(), \"{name}\");"));
    }
    Ok(found)
}

/// `pub type NAME = …;`, the right side in one line.
fn types_of(text: &str) -> BTreeMap<String, String> {
    let definitions = text.split("pub type ").skip(1);
    let pairs = definitions.filter_map(|definition| {
        let (name, rest) = definition.split_once('=')?;
        let value = rest.split(';').next()?;
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        Some((name.trim().to_owned(), value))
    });
    pairs.collect()
}

/// The same for `types.rs`, with the one structure that Winsock passes by value, and the types that
/// the metadata has as integers and the SDK as pointers.
fn types(text: &str) -> BTreeMap<String, String> {
    let mut types = types_of(text);
    types.insert(String::from("IN_ADDR"), String::from("structure<4>"));
    types.insert(String::from("WSAEVENT"), String::from("*mut void"));
    for object in ["CALLBACK_INSTANCE", "CLEANUP_GROUP", "IO", "POOL", "TIMER", "WAIT", "WORK"] {
        types.insert(format!("PTP_{object}"), String::from("*mut void"));
    }
    types
}

/// `unsafe extern "system" fn(a: A, b: B) -> R`
fn shape_of_function(text: &str, types: &BTreeMap<String, String>) -> Option<String> {
    let (_, rest) = text.split_once("fn(")?;
    let (parameters, result) = rest.rsplit_once(')')?;
    let result = match result.trim().strip_prefix("-> ") {
        Some(result) => shape(result, types)?,
        None => String::from("void"),
    };
    // A comma inside `Option<fn(…)>` does not occur: such types have names.
    let parameters = parameters.split(',').filter(|parameter| !parameter.trim().is_empty());
    let shapes: Option<Vec<String>> =
        parameters.map(|parameter| shape(parameter.split_once(':')?.1, types)).collect();
    Some(format!("{result}({})", shapes?.join(", ")))
}

fn shape(text: &str, types: &BTreeMap<String, String>) -> Option<String> {
    let text = text.trim();
    let integer = |size, signed| Some(format!("integer<{size}, {signed}>"));
    match text {
        "bool" | "u8" => integer(1, false),
        "u16" => integer(2, false),
        "u32" => integer(4, false),
        "u64" | "usize" => integer(8, false),
        "i8" => integer(1, true),
        "i16" => integer(2, true),
        "i32" => integer(4, true),
        "i64" | "isize" => integer(8, true),
        "!" => Some(String::from("void")),
        _ if text.starts_with('*') || text.starts_with("Option<") => Some(String::from("pointer")),
        _ if text.starts_with("structure<") => Some(text.to_owned()),
        _ => shape(types.get(text.rsplit("::").next()?)?, types),
    }
}
