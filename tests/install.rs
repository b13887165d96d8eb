//! `lapwing install`, and other projects' builds against what it laid down: CMake, pkg-config, the
//! installed command.  The prefix is moved once, since nothing in it may name its own path.

use lapwing_tests::program::{self, Outcome};
use lapwing_tests::{command, scratch_folder, source_tree, tools};
use libtest_mimic::{Arguments, Failed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const SAYS: &str = "OVERLAPPED has 32 bytes\n";

fn main() {
    let trials = vec![
        tools::trial("everything_is_laid_down", &[], everything_is_there),
        tools::trial("installing_again_replaces", &["gcc"], installing_again),
        tools::trial("the_installed_command_compiles", &["gcc"], installed_command),
        tools::trial("a_cmake_project_finds_it", &["cmake", "make", "gcc"], cmake_package),
        tools::trial("cmake_takes_our_command_for_a_compiler", &["cmake", "make"], cmake_compiler),
        tools::trial("pkg_config_finds_it", &["pkg-config", "gcc"], pkg_config),
        tools::trial("a_prefix_that_cannot_be_written_is_an_error", &[], bad_prefix),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// An installed Lapwing that was moved after it was installed.
fn prefix() -> PathBuf {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    let lay_down = || {
        let (first, moved) = (fresh("prefix-first"), fresh("prefix"));
        install(&first).success().unwrap();
        std::fs::remove_dir(&moved).unwrap();
        std::fs::rename(first, &moved).unwrap();
        moved
    };
    PREFIX.get_or_init(lay_down).clone()
}

fn fresh(name: &str) -> PathBuf {
    let folder = scratch_folder("install").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn install(prefix: &Path) -> Outcome {
    run(Command::new(command::path()).arg("install").arg("--prefix").arg(prefix))
}

fn run(command: &mut Command) -> Outcome {
    command.env_remove("CC").env_remove("CXX").env_remove("DESTDIR");
    program::run(command, Duration::from_secs(300))
}

fn consumer() -> PathBuf {
    source_tree().join("tests/cmake/consumer.c")
}

fn everything_is_there() -> Result<(), Failed> {
    let files = [
        "bin/lapwing",
        "bin/lapwing-cc",
        "bin/lapwing-c++",
        "include/lapwing/winsock2.h",
        "include/lapwing/lapwing-cc.h",
        "include/lapwing/crt/sys/select.h",
        "lib/liblapwing.a",
        "lib/liblapwing.so",
        "lib/liblapwing.so.0",
        "lib/pkgconfig/lapwing.pc",
        "lib/pkgconfig/lapwing-static.pc",
        "lib/cmake/Lapwing/LapwingConfig.cmake",
        "lib/cmake/Lapwing/LapwingConfigVersion.cmake",
    ];
    for file in files {
        assert!(prefix().join(file).exists(), "{file}");
    }
    let version = run(Command::new(prefix().join("bin/lapwing")).arg("--version")).success()?;
    assert_eq!(version.trim(), concat!("lapwing ", env!("CARGO_PKG_VERSION")));
    Ok(())
}

/// A header that an earlier version had and this one has not must be gone afterwards.
fn installing_again() -> Result<(), Failed> {
    let prefix = fresh("again");
    install(&prefix).success()?;
    let old = prefix.join("include/lapwing/no-longer.h");
    std::fs::write(&old, "")?;
    install(&prefix).success()?;
    assert!(!old.exists());
    // Over itself: the headers it would copy are those it would remove.
    let own = prefix.join("bin/lapwing");
    run(Command::new(&own).arg("install").arg("--prefix").arg(&prefix)).success()?;
    assert!(prefix.join("include/lapwing/winsock2.h").exists());
    Ok(())
}

fn installed_command() -> Result<(), Failed> {
    let folder = fresh("command");
    for (name, words) in [("lapwing", ["cc"].as_slice()), ("lapwing-cc", &["--shared"])] {
        let program = folder.join(name);
        let mut compiler = Command::new(prefix().join("bin").join(name));
        run(compiler.args(words).arg("-o").arg(&program).arg(consumer())).success()?;
        assert_eq!(run(&mut Command::new(&program)).success()?, SAYS);
    }
    Ok(())
}

fn cmake(folder: &Path, options: &[String]) -> Result<(), Failed> {
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(source_tree().join("tests/cmake")).arg("-B").arg(folder);
    run(configure.args(options)).success()?;
    run(Command::new("cmake").arg("--build").arg(folder)).success()?;
    for program in ["consumer_static", "consumer_shared"] {
        assert_eq!(run(&mut Command::new(folder.join(program))).success()?, SAYS);
    }
    Ok(())
}

fn cmake_package() -> Result<(), Failed> {
    cmake(&fresh("cmake"), &[format!("-DCMAKE_PREFIX_PATH={}", prefix().display())])
}

/// CMake tries a compiler in many ways before it believes in it.
fn cmake_compiler() -> Result<(), Failed> {
    let compiler = format!("-DCMAKE_C_COMPILER={}/bin/lapwing-cc", prefix().display());
    let place = format!("-DCMAKE_PREFIX_PATH={}", prefix().display());
    cmake(&fresh("cmake-compiler"), &[compiler, place])
}

fn pkg_config() -> Result<(), Failed> {
    let folder = fresh("pkg-config");
    for package in ["lapwing", "lapwing-static"] {
        let mut ask = Command::new("pkg-config");
        ask.env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig"));
        let options = run(ask.args(["--cflags", "--libs", package])).success()?;
        let program = folder.join(package);
        let mut compiler = Command::new("gcc");
        compiler.arg("-Wall").arg("-Werror").arg("-o").arg(&program).arg(consumer());
        run(compiler.args(options.split_whitespace())).success()?;
        let mut start = Command::new(&program);
        if package == "lapwing" {
            start.env("LD_LIBRARY_PATH", prefix().join("lib"));
        }
        assert_eq!(run(&mut start).success()?, SAYS);
    }
    Ok(())
}

fn bad_prefix() -> Result<(), Failed> {
    let file = fresh("bad").join("file");
    std::fs::write(&file, "")?;
    let outcome = install(&file);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("cannot install below"), "{}", outcome.stderr);
    Ok(())
}
