//! The `lapwing` command itself: what it hands to the compiler, what it says, what it keeps.

use lapwing_tests::command;
use lapwing_tests::place::{Place, run};
use lapwing_tests::tools::trial;
use libtest_mimic::{Arguments, Failed, Trial};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Uses Lapwing, prints a number, and exits with the number of its arguments.
const PROGRAM: &str = r#"
#include <windows.h>
#include <stdio.h>
#ifndef NUMBER
#define NUMBER 5
#endif
int main(int argc, char **argv)
{
    SetLastError(NUMBER);
    printf("last error %d\n", (int)GetLastError());
    return argc - 1;
}
"#;

fn main() {
    let c = ["gcc"].as_slice();
    let cxx = ["gcc", "g++"].as_slice();
    let trials: Vec<Trial> = vec![
        trial("the_compiler_s_exit_code_and_message_are_kept", c, compiler_errors),
        trial("options_pass_through", c, options_pass_through),
        trial("a_question_to_the_compiler_is_the_compiler_s", c, questions),
        trial("the_archive_is_linked_by_default", c, static_by_default),
        trial("two_dashes_shared_links_the_shared_library", c, shared_library),
        trial("a_shared_object_of_the_user_s_uses_the_shared_library", c, shared_object),
        trial("a_wholly_static_program_links", c, wholly_static),
        trial("windows_library_names_are_left_out", c, windows_libraries),
        trial("response_files_are_read", c, response_files),
        trial("headers_are_found_in_any_case", c, headers_in_any_case),
        trial("an_exact_name_wins_over_another_case", c, exact_name_wins),
        trial("the_suffix_of_cxx_in_any_case", cxx, cxx_suffix),
        trial("a_function_we_lack_is_the_compiler_s_error", c, unknown_function),
        trial("a_build_told_to_use_us_does_not_call_itself", c, no_recursion),
        trial("without_a_compiler_it_says_what_to_install", c, no_compiler),
        trial("a_32_bit_target_is_refused", c, target_of_32_bits),
        trial("run_passes_arguments_and_exit_code", c, run_arguments),
        trial("run_compiles_again_only_what_changed", c, run_cache),
        trial("run_shows_the_compiler_s_errors", c, run_errors),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn needed(program: &Path) -> String {
    run(Command::new("readelf").arg("-d").arg(program)).success().unwrap()
}

type Checked = Result<(), Failed>;

fn compiler_errors() -> Checked {
    let place = Place::new("driver/errors", &[("bad.c", "int main(void) { return x; }")]);
    for words in ["cc -c bad.c", "cc -o bad bad.c", "cc nofile.c", "cc -c nofile.c", "cc --oops"] {
        let ours = place.run(words);
        let theirs =
            run(Command::new("gcc").args(words.split(' ').skip(1)).current_dir(&place.folder));
        assert_eq!(ours.code, theirs.code, "{words}");
        assert_ne!(ours.code, Some(0));
        assert_eq!(ours.stderr, theirs.stderr, "{words}");
    }
    Ok(())
}

fn options_pass_through() -> Checked {
    let place = Place::new("driver/options", &[("p.c", PROGRAM)]);
    place.succeeds("cc -std=c99 -O2 -DNUMBER=77 -MMD -MF p.d -c -o p.o p.c");
    assert!(place.folder.join("p.d").exists());
    place.succeeds("cc -o p p.o");
    assert_eq!(place.program("p"), "last error 77\n");
    place.succeeds("cc -E -dM -o macros p.c");
    let macros = std::fs::read_to_string(place.folder.join("macros")).unwrap();
    assert!(macros.contains("#define _WIN32 1") && !macros.contains("__linux__"));
    Ok(())
}

fn questions() -> Checked {
    let place = Place::new("driver/questions", &[]);
    for words in ["--version", "-dumpmachine", "-print-search-dirs", "-v"] {
        let ours = place.run(&format!("cc {words}"));
        let theirs = run(Command::new("gcc").arg(words));
        assert_eq!((ours.code, ours.stdout), (theirs.code, theirs.stdout), "{words}");
    }
    assert!(place.succeeds("cc --help").contains("--shared"));
    Ok(())
}

fn static_by_default() -> Checked {
    let place = Place::new("driver/static", &[("p.c", PROGRAM)]);
    place.succeeds("cc -Wall -Wextra -Werror -Wno-unused-parameter -o p p.c");
    assert_eq!(place.program("p"), "last error 5\n");
    assert!(!needed(&place.folder.join("p")).contains("lapwing"));
    Ok(())
}

fn shared_library() -> Checked {
    let place = Place::new("driver/shared", &[("p.c", PROGRAM)]);
    place.succeeds("cc --shared -o p p.c");
    assert_eq!(place.program("p"), "last error 5\n");
    assert!(needed(&place.folder.join("p")).contains("liblapwing.so.0"));
    Ok(())
}

fn shared_object() -> Checked {
    let plugin = "#include <windows.h>\nvoid set(void) { SetLastError(9); }\n";
    let main = "#include <windows.h>\nvoid set(void);\n\
                int main(void) { set(); return GetLastError() != 9; }\n";
    let place = Place::new("driver/object", &[("plugin.c", plugin), ("main.c", main)]);
    place.succeeds("cc -shared -fPIC -o libplugin.so plugin.c");
    assert!(needed(&place.folder.join("libplugin.so")).contains("liblapwing.so.0"));
    place.succeeds("cc --shared -o main main.c -L. -lplugin -Wl,-rpath,$ORIGIN");
    place.program("main");
    Ok(())
}

fn wholly_static() -> Checked {
    let place = Place::new("driver/wholly-static", &[("p.c", PROGRAM)]);
    place.succeeds("cc -static -o p p.c");
    assert_eq!(place.program("p"), "last error 5\n");
    assert!(!needed(&place.folder.join("p")).contains("NEEDED"));
    Ok(())
}

fn windows_libraries() -> Checked {
    let place = Place::new("driver/libraries", &[("p.c", PROGRAM)]);
    place.succeeds("cc -o p p.c -lws2_32 -lKernel32 -l mswsock ws2_32.lib -lm");
    assert_eq!(place.program("p"), "last error 5\n");
    let other = place.run("cc -o p p.c -lno_such_library");
    assert!(other.code == Some(1) && other.stderr.contains("no_such_library"), "{other:?}");
    Ok(())
}

fn response_files() -> Checked {
    let words = "-DNUMBER=8 -o 'p q' p.c -lws2_32";
    let place = Place::new("driver/response", &[("p.c", PROGRAM), ("words", words)]);
    place.succeeds("cc @words");
    assert_eq!(place.program("p q"), "last error 8\n");
    Ok(())
}

fn headers_in_any_case() -> Checked {
    let source = "#include <WINDOWS.H>\n#include <StdIO.h>\n#include \"Sub\\Own.H\"\n\
                  #include <INC.h>\nint main(void) { SetLastError(OWN + INC);\n\
                  printf(\"%d\\n\", (int)GetLastError()); return 0; }\n";
    let own = "#include \"../UP/Base.h\"\r\n#define OWN (BASE + 1)\r\n";
    let files = [
        ("src/p.c", source),
        ("src/sub/own.h", own),
        ("src/up/base.h", "#define BASE 40\n"),
        ("inc/inc.h", "#define INC 1\n"),
    ];
    let place = Place::new("driver/case", &files);
    place.succeeds("cc -Wall -Werror -Iinc -o p src/p.c");
    assert_eq!(place.program("p"), "42\n");
    let gone = place.run("cc -o p src/p.c");
    assert!(gone.stderr.contains("INC.h"), "{}", gone.report());
    Ok(())
}

/// Two files whose names differ in case only are two files, also to us.
fn exact_name_wins() -> Checked {
    let source = "#include \"value.h\"\nint main(void) { return VALUE; }\n";
    let files =
        [("p.c", source), ("Value.h", "#define VALUE 1\n"), ("later/value.h", "#define VALUE 2\n")];
    let place = Place::new("driver/exact", &files);
    place.succeeds("cc -Ilater -o p p.c");
    assert_eq!(run(&mut Command::new(place.folder.join("p"))).code, Some(2));
    Ok(())
}

fn cxx_suffix() -> Checked {
    let source = "#include <Windows.h>\n#include <string>\n\
                  int main() {\n    SetLastError(3);\n    \
                  return std::string(\"abc\").size() != GetLastError();\n}\n";
    let place = Place::new("driver/suffix", &[("P.Cpp", source), ("q.cpp", source)]);
    place.succeeds("c++ -o p P.Cpp");
    place.program("p");
    place.succeeds("run P.Cpp");
    place.succeeds("run q.cpp");
    Ok(())
}

fn unknown_function() -> Checked {
    let source = "#include <windows.h>\nint main(void) { return NoSuchFunctionW(1); }\n";
    let place = Place::new("driver/unknown", &[("p.c", source)]);
    let outcome = place.run("cc -c p.c");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("NoSuchFunctionW"), "{}", outcome.stderr);
    Ok(())
}

fn no_recursion() -> Checked {
    let place = Place::new("driver/recursion", &[("p.c", PROGRAM)]);
    let own = command::path();
    let own = own.display();
    let first = run(place.lapwing("cc -o p p.c").env("CC", format!("{own} cc")));
    assert_eq!(first.code, Some(0), "{}", first.report());
    assert_eq!(place.program("p"), "last error 5\n");

    let wrapper = place.folder.join("wrapper");
    place.write("wrapper", &format!("#!/bin/sh\nexec {own} cc \"$@\"\n"));
    run(Command::new("chmod").arg("+x").arg(&wrapper)).success()?;
    let second = run(place.lapwing("cc -o p p.c").env("CC", &wrapper));
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains("leads back to lapwing"), "{}", second.stderr);
    Ok(())
}

fn no_compiler() -> Checked {
    let place = Place::new("driver/no-compiler", &[("p.c", PROGRAM)]);
    let empty = place.folder.join("bin");
    std::fs::create_dir_all(&empty)?;
    symlink("/bin/true", empty.join("true"))?;
    let outcome = run(place.lapwing("cc -o p p.c").env("PATH", &empty));
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("apt install gcc"), "{}", outcome.stderr);
    let outcome = run(place.lapwing("cc -o p p.c").env("CC", "no-such-cc -O2"));
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("no program `no-such-cc`"), "{}", outcome.stderr);
    Ok(())
}

fn target_of_32_bits() -> Checked {
    let place = Place::new("driver/bits", &[("p.c", PROGRAM)]);
    let outcome = place.run("cc -m32 -o p p.c");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("64-bit") && outcome.stderr.contains("leave it out"));
    Ok(())
}

fn run_arguments() -> Checked {
    let place = Place::new("driver/run", &[("p.c", PROGRAM)]);
    let outcome = place.run("run -DNUMBER=12 p.c -- one --two -O3");
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("last error 12\n", Some(3)));
    let outcome = place.run("run p.c");
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("last error 5\n", Some(0)));
    Ok(())
}

fn run_cache() -> Checked {
    let source = "#include \"n.h\"\nint main(void) { return N; }\n";
    let place = Place::new("driver/cache", &[("p.c", source), ("n.h", "#define N 1\n")]);
    let programs = || std::fs::read_dir(place.folder.join("cache/programs")).unwrap().count();
    assert_eq!(place.run("run p.c").code, Some(1));
    assert_eq!(place.run("run p.c").code, Some(1));
    assert_eq!(programs(), 1);
    place.write("n.h", "#define N 2\n");
    assert_eq!(place.run("run p.c").code, Some(2));
    assert_eq!(programs(), 2);
    place.write("n.h", "#define N 1\n");
    assert_eq!(place.run("run p.c").code, Some(1));
    assert_eq!(programs(), 2);
    Ok(())
}

fn run_errors() -> Checked {
    let place = Place::new("driver/run-errors", &[("bad.c", "int main(void) { return x; }")]);
    for words in ["run bad.c", "run nofile.c", "run -O2"] {
        let outcome = place.run(words);
        assert_eq!(outcome.code, Some(1), "{}", outcome.report());
        assert!(outcome.stderr.contains("error:"), "{}", outcome.report());
    }
    Ok(())
}
