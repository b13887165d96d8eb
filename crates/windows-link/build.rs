//! On Linux: has liblapwing.so linked, and lays it where `cargo run` lets a program find it.
//!
//! It is the file that `LAPWING_LIBRARY` names, else what the source tree makes of itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-env-changed=LAPWING_LIBRARY");
    if env::var("CARGO_CFG_WINDOWS").is_ok() {
        return;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo's folder"));
    let library = match env::var_os("LAPWING_LIBRARY") {
        Some(path) => PathBuf::from(path),
        None => build(&out.join("lapwing")),
    };
    println!("cargo:rerun-if-changed={}", library.display());
    // One name for the linker, and the one that a program looks for when it starts.
    for name in ["liblapwing.so", "liblapwing.so.0"] {
        if let Err(error) = fs::copy(&library, out.join(name)) {
            panic!("{}: {error}", library.display());
        }
    }
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=dylib=lapwing");
}

/// Builds the library, not in the tree's own target folder: that may be in use.
fn build(target: &Path) -> PathBuf {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    println!("cargo:rerun-if-changed={}", tree.join("crates").display());
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["build", "--release", "--package", "lapwing-win32"]).current_dir(&tree);
    // What the outer cargo has told us is not for this one.
    for (name, _) in env::vars_os() {
        let own = ["CARGO", "CARGO_HOME"].iter().any(|own| name == *own);
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_")) && !own {
            cargo.env_remove(name);
        }
    }
    cargo.env_remove("RUSTFLAGS").env("CARGO_TARGET_DIR", target);
    let status = cargo.status().expect("cargo starts");
    assert!(status.success(), "liblapwing cannot be built in {}", tree.display());
    target.join("release/liblapwing_win32.so")
}
