//! Gives the shared library its name at run time; `lapwing cc --shared` and `lapwing install` lay
//! it down as `liblapwing.so.0`.

fn main() {
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,liblapwing.so.0");
    println!("cargo::rerun-if-changed=build.rs");
}
