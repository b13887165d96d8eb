//! What Visual C++ takes, `lapwing cc` and `lapwing c++` take: beginnings of programs, options,
//! libraries, words of the language.

use lapwing_tests::place::{Place, run};
use lapwing_tests::tools::{self, trial};
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::Command;

fn main() {
    let c = ["gcc"].as_slice();
    let cxx = ["gcc", "g++"].as_slice();
    let trials: Vec<Trial> = vec![
        trial("void_main_in_cxx", cxx, void_main),
        trial("void_main_with_each_list_of_parameters", cxx, parameters_of_void_main),
        trial("wmain_gets_wide_arguments", cxx, wide_main),
        trial("winmain_gets_the_command_line", c, window_main),
        trial("wide_winmain_in_cxx", cxx, wide_window_main),
        trial("a_program_without_any_beginning_does_not_link", c, no_main),
        trial("options_of_visual_c", c, options),
        trial("an_unknown_option_is_named", c, unknown_option),
        trial("words_of_visual_c", cxx, words),
        trial("min_and_max_beside_those_of_the_standard_library", cxx, min_and_max),
        trial("what_leaves_a_try_without_its_finally_is_refused", cxx, exits_of_exception_blocks),
        trial("pragma_comment_names_libraries_in_vain", cxx, pragma_comment),
        trial("a_source_as_windows_editors_save_it", cxx, source_of_windows),
        trial("a_long_for_a_dword_is_explained", cxx, advice_on_long),
        trial("a_function_we_lack_is_explained", cxx, advice_on_names),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

type Checked = Result<(), Failed>;

/// Every C++ compiler of this host.
fn cxx_compilers() -> impl Iterator<Item = &'static str> {
    ["g++", "clang++"].into_iter().filter(|name| tools::missing(&[name]).is_empty())
}

/// Compiles with the C++ compiler, runs `./p one "two three"`; the output and the exit code.
fn outcome(place: &Place, compiler: &str, words: &str) -> (String, Option<i32>) {
    run(place.lapwing(&format!("c++ -o p {words}")).env("CXX", compiler)).success().unwrap();
    let ended = run(Command::new(place.folder.join("p")).args(["one", "two three"]));
    (ended.stdout, ended.code)
}

fn void_main() -> Checked {
    let source = "#include <stdio.h>\r\n#pragma comment(lib, \"ws2_32.lib\")\r\n\
                  void __cdecl main (int argc, char *argv[])\r\n{\r\n\tif (argc == 3) {\r\n\
                  \t\tprintf(\"%s\\n\", argv[2]);\r\n\t\treturn;\r\n\t}\r\n\
                  \tprintf(\"no\\n\");\r\n}";
    let place = Place::new("visual_c/void", &[("p.cpp", source)]);
    for compiler in cxx_compilers() {
        assert_eq!(outcome(&place, compiler, "p.cpp"), ("two three\n".into(), Some(0)));
        run(place.lapwing("c++ -c -o p.o p.cpp").env("CXX", compiler)).success()?;
        assert_eq!(outcome(&place, compiler, "p.o"), ("two three\n".into(), Some(0)));
        assert_eq!(outcome(&place, compiler, "--shared p.o").1, Some(0));
    }
    Ok(())
}

fn parameters_of_void_main() -> Checked {
    for parameters in
        ["", "void", "int n, char **v", "int n, const char **v", "int n, char **v, char **e"]
    {
        let text =
            format!("#include <cstdio>\nvoid main({parameters}) {{ std::printf(\"yes\\n\"); }}");
        let place = Place::new("visual_c/parameters", &[("p.cpp", &text)]);
        let seen = outcome(&place, "g++", "p.cpp");
        assert_eq!(seen, ("yes\n".into(), Some(0)), "{parameters}");
    }
    Ok(())
}

fn wide_main() -> Checked {
    let source = "#include <tchar.h>\n#include <stdio.h>\n\
                  int _tmain(int argc, _TCHAR *argv[]) {\n\
                  printf(\"%d \" FORMAT \"\\n\", argc, argv[2]);\n return 7; }\n";
    let files = [("p.cpp", source), ("p.c", source)];
    let place = Place::new("visual_c/wide", &files);
    let expected = ("3 two three\n".to_string(), Some(7));
    for file in ["p.cpp", "-x c p.c -x none"] {
        let wide = format!("-D_UNICODE -DUNICODE -DFORMAT=\"%ls\" {file}");
        assert_eq!(outcome(&place, "g++", &wide), expected);
        assert_eq!(outcome(&place, "g++", &format!("-DFORMAT=\"%s\" {file}")), expected);
    }
    let ended = run(Command::new(place.folder.join("p")).args(["x", "ö"]));
    assert_eq!(ended.stdout, "3 ö\n");
    Ok(())
}

fn window_main() -> Checked {
    let source = "#include <windows.h>\n#include <stdio.h>\n\
                  int WINAPI WinMain(HINSTANCE instance, HINSTANCE before, LPSTR line, int show)\n\
                  {\n printf(\"%s\\n\", line);\n \
                  return instance == GetModuleHandle(NULL) && !before ? show : -1;\n}\n";
    let place = Place::new("visual_c/window", &[("p.c", source)]);
    place.succeeds("cc -o p p.c");
    let ended = run(Command::new(place.folder.join("p")).args(["one", "two three"]));
    assert_eq!((ended.stdout.as_str(), ended.code), ("one \"two three\"\n", Some(10)));
    Ok(())
}

/// `_tWinMain`, which is `wWinMain` with `UNICODE`, in C++.
fn wide_window_main() -> Checked {
    let source = "#include <windows.h>\n#include <tchar.h>\n#include <stdio.h>\n\
                  int APIENTRY _tWinMain(_In_ HINSTANCE, _In_opt_ HINSTANCE, _In_ LPTSTR line, \
                  _In_ int)\n{\n return _tcscmp(line, _T(\"one \\\"two three\\\"\")) ? 1 : 7;\n}\n";
    let place = Place::new("visual_c/wide_window", &[("p.cpp", source)]);
    for compiler in cxx_compilers() {
        for words in ["p.cpp", "-DUNICODE -D_UNICODE p.cpp"] {
            assert_eq!(outcome(&place, compiler, words).1, Some(7), "{compiler} {words}");
        }
    }
    Ok(())
}

fn no_main() -> Checked {
    let place = Place::new("visual_c/none", &[("p.c", "int x;\n")]);
    let said = place.run("cc -o p p.c");
    assert!(said.code == Some(1) && said.stderr.contains("main"), "{}", said.report());
    Ok(())
}

fn options() -> Checked {
    let source = "#include \"n.h\"\n#include <windows.h>\nint main(void) { return N + MORE; }\n";
    let place = Place::new("visual_c/options", &[("p.c", source), ("inc/n.h", "#define N 40\n")]);
    place.succeeds(
        "cc /nologo /W3 /WX /O2 /MT /Zi /I inc /DMORE=2 p.c /Fe:out.exe /link /SUBSYSTEM:CONSOLE \
         Ws2_32.lib",
    );
    assert_eq!(run(&mut Command::new(place.folder.join("out.exe"))).code, Some(42));
    place.succeeds("cc /c /Iinc /D MORE=3 /Fo:p.obj p.c");
    place.succeeds("cc p.obj kernel32.lib /link /OUT:p.exe");
    assert_eq!(run(&mut Command::new(place.folder.join("p.exe"))).code, Some(43));
    Ok(())
}

fn unknown_option() -> Checked {
    let place = Place::new("visual_c/unknown", &[("p.c", "int main(void) { return 0; }\n")]);
    for word in ["/clr", "/Qpar"] {
        let said = place.run(&format!("cc {word} p.c"));
        assert!(said.code == Some(1) && said.stderr.contains(word), "{}", said.report());
    }
    let full = place.folder.join("p.c");
    place.succeeds(&format!("cc -o p {}", full.display()));
    Ok(())
}

fn words() -> Checked {
    let source = r#"
#include <windows.h>
#include <stdio.h>
__pragma(pack(push, 1))
struct packed { char c; int i; };
__pragma(pack(pop))
__declspec(thread) static int own;
__declspec(align(64)) static char line[3];
__declspec(deprecated("say other()")) int old(void);
__declspec(deprecated) int older(void);
__declspec(noinline) static int plain(void) { return 1; }
__declspec(noreturn) void ends(void);
__declspec(selectany) int one = 1;
static __forceinline __int64 __stdcall forced(unsigned __int64 x) { __assume(x); return x; }
int main(void)
{
    printf("%s %d %d\n", __FUNCTION__, (int)sizeof(struct packed), (int)_countof(line));
    if (!plain()) __debugbreak();
    return own || (ULONG_PTR)line % 64 || forced(1) != 1 || one != 1;
}
"#;
    let place = Place::new("visual_c/words", &[("p.c", source), ("p.cpp", source)]);
    place.succeeds("cc -Wall -Werror -o p p.c");
    assert_eq!(place.program("p"), "main 5 3\n");
    for compiler in cxx_compilers() {
        run(place.lapwing("c++ -Wall -Werror -o p p.cpp").env("CXX", compiler)).success()?;
        assert_eq!(place.program("p"), "main 5 3\n");
    }
    Ok(())
}

/// The SDK's are macros in C++ too, and break `std::min`; ours do not.
fn min_and_max() -> Checked {
    let c = "#include <windows.h>\nint main(void) {\n DWORD two = 2;\n \
             return !(min(two, 3) == 2 && max(1, two) == 2 && max(1.5, 1) > 1.4);\n}\n";
    let cxx = "#include <windows.h>\n#include <algorithm>\n#include <limits>\n#include <string>\n\
               struct Range { int min; int max() { return min; } };\n\
               static int own() { using namespace std; return min(4, 5) + max(1, 2); }\n\
               template <class T> T max(T a, T b, T c) { return max(a, max(b, c)); }\n\
               int main() {\n DWORD two = 2;\n const char *text = \"a\";\n\
               static_assert(min(3, 2) == 2, \"\");\n int many[max(2, 3)] = {0};\n\
               if (min(text + 1, text) != text || sizeof many / sizeof *many != 3) return 1;\n \
               if (max(std::string(\"a\"), std::string(\"b\")) != \"b\") return 2;\n \
               if (max(1, 5, 3) != 5) return 4;\n \
               if ((std::min)(two, 3u) != 2 || own() != 6 || Range{7}.max() != 7) return 3;\n \
               return !(min(two, 3) == 2 && max(1, two) == 2 && max(1.5, 1) > 1.4\n  \
               && std::numeric_limits<int>::max() > 1);\n}\n";
    let place = Place::new("visual_c/min", &[("p.c", c), ("p.cpp", cxx)]);
    for (compiler, ours, variable) in compilers() {
        let file = if ours == "cc" { "p.c" } else { "p.cpp" };
        let words = format!("{ours} -Werror -o p {file}");
        run(place.lapwing(&words).env(variable, compiler)).success()?;
        place.program("p");
    }
    Ok(())
}

/// `return` and its like would leave the block's `__finally` undone: so they are an error, also
/// where a macro, or a header of the user's, hides them.
fn exits_of_exception_blocks() -> Checked {
    let refused = |source: &str, header: &str, place_of_it: &str, word: &str| {
        let place = Place::new("visual_c/exits", &[("p.c", source), ("own.h", header)]);
        place.write("p.cpp", source);
        for (words, suffix) in [("cc -c p.c", "c"), ("c++ -c -o p.o p.cpp", "cpp")] {
            let said = place.run(words);
            assert!(said.code == Some(1), "{}", said.report());
            let expected = format!("{}: `{word}` leaves the __try", place_of_it);
            let expected = expected.replace("p.c:", &format!("p.{suffix}:"));
            assert!(said.stderr.contains(&expected), "{expected}: {}", said.report());
            assert!(said.stderr.contains("__leave"), "{}", said.report());
            assert!(!place.folder.join("p.o").exists());
        }
    };
    let head = "#include <windows.h>\n#include \"own.h\"\nint f(int x) { __try {\n";
    let tail = "\n} __finally { x = 0; } return x; }\n";
    for (body, word) in [
        ("if (x) return 1;", "return"),
        ("for (;;) { if (x) break; return 2; }", "return"),
        ("if (x) goto out;\n} __finally { x = 1; }\nout: {", "goto"),
        ("__try { return 3; } __except (1) { x = 2; }", "return"),
        ("FAIL(x)", "return"),
    ] {
        let header = "#pragma once\n#define FAIL(x) do { if (x) return 4; } while (0);\n";
        refused(&format!("{head}{body}{tail}"), header, "p.c:4", word);
    }
    let header = "static inline void g(void) {\n for (;;) {\n  __try {\n   break;\n  } \
                  __finally {\n  }\n }\n}\n";
    refused("#include <windows.h>\n#include \"own.h\"\n", header, "own.h:4", "break");
    Ok(())
}

/// As Visual C++ takes it: in any case, as a word of the language, with a stray semicolon, in a
/// header too.  What is wrong elsewhere is still said by the file's own name.
fn pragma_comment() -> Checked {
    let source = "#include <winsock2.h>\n#pragma comment(lib, \"ws2_32.lib\")\n\
                  #pragma comment (lib, \"WS2_32\");\n#include \"own.h\"\n\
                  __pragma(comment(lib, \"mswsock.lib\"))\n#pragma warning (disable:4127)\n\
                  #pragma warning(push)\n#pragma region Name\n#pragma endregion\n\
                  int main(void) {\n WSADATA data;\n return WSAStartup(0x202, &data);\n}\n";
    let own = "#pragma once\n#pragma comment(lib,\"kernel32.lib\") ; /* \u{e4} */\n";
    let files = [("p.c", source), ("p.cpp", source), ("own.h", own)];
    let place = Place::new("visual_c/pragma", &files);
    for (compiler, ours, variable) in compilers() {
        let file = if ours == "cc" { "p.c" } else { "p.cpp" };
        let words = format!("{ours} -Wall -Werror -o p {file}");
        run(place.lapwing(&words).env(variable, compiler)).success()?;
        place.program("p");
        let wrong = run(place.lapwing(&format!("{words} -Dmain=oops(")).env(variable, compiler));
        assert!(wrong.stderr.contains(&format!("{file}:1")), "{}", wrong.report());
    }
    Ok(())
}

/// A byte order mark, `\r\n` (also behind a backslash), tabs, comments in Chinese.
fn source_of_windows() -> Checked {
    let source = "\u{feff}#include <windows.h>\r\n#include\t<stdio.h>\r\n\
                  #include \"Own.H\"\r\n#define TWO(a, b) \\\r\n\t((a) + \\\r\n\t(b))\r\n\
                  \r\nint\tmain(void)\t/* 中文 */\r\n{\r\n\tputs(\"one\\\r\ntwo\");\r\n\
                  \treturn TWO(OWN,\t-1);\r\n}\r\n";
    let own = "\u{feff}#define OWN \\\r\n\t1\r\n";
    let place = Place::new("visual_c/crlf", &[("p.c", source), ("p.cpp", source), ("own.h", own)]);
    for (compiler, ours, variable) in compilers() {
        let file = if ours == "cc" { "p.c" } else { "p.cpp" };
        let words = format!("{ours} -Wall -Werror -o p {file}");
        run(place.lapwing(&words).env(variable, compiler)).success()?;
        assert_eq!(place.program("p"), "onetwo\n");
    }
    Ok(())
}

/// Every compiler of this host, and the command of ours that calls it.
fn compilers() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let all = [("gcc", "cc", "CC"), ("clang", "cc", "CC"), ("g++", "c++", "CXX")];
    let all = all.into_iter().chain([("clang++", "c++", "CXX")]);
    all.filter(|(name, _, _)| tools::missing(&[name]).is_empty())
}

/// What is said when each compiler compiles this, after its own words.
fn said(place: &Place, source: &str) -> Vec<String> {
    compilers()
        .map(|(compiler, ours, variable)| {
            let suffix = if ours == "cc" { "c" } else { "cpp" };
            let file = format!("p.{suffix}");
            place.write(&file, source);
            let words = format!("{ours} -Wall -c -o p.o {file}");
            let said = run(place.lapwing(&words).env(variable, compiler)).stderr;
            let own: Vec<&str> =
                said.lines().filter_map(|line| line.strip_prefix("lapwing: ")).collect();
            assert!(own.len() <= 1 || source.contains("two"), "{compiler}: {said}");
            own.join("\n")
        })
        .collect()
}

fn advice_on_long() -> Checked {
    let place = Place::new("visual_c/long", &[]);
    let receive = "#include <winsock2.h>\nint f(SOCKET s, WSABUF *b) {\n \
                   unsigned long n, flags = 0;\n \
                   return WSARecv(s, b, 1, &n, &flags, 0, 0);\n}\n";
    for sentence in said(&place, receive) {
        assert!(sentence.contains("64 bits") && sentence.contains("as DWORD"), "{sentence}");
        assert!(sentence.starts_with("p.c"), "{sentence}");
    }
    let print =
        "#include <windows.h>\n#include <stdio.h>\nvoid f(DWORD n) { printf(\"%lu\", n); }\n";
    for sentence in said(&place, print) {
        assert!(sentence.contains("%u"), "{sentence}");
    }
    let clean = "#include <windows.h>\nint f(void) { return (int)GetLastError(); }\n";
    assert_eq!(said(&place, clean).concat(), "");
    Ok(())
}

fn advice_on_names() -> Checked {
    let place = Place::new("visual_c/names", &[]);
    let lacking = "#include <windows.h>\nint f(void) { return WaitForDebugEvent(0, 0); }\n";
    for sentence in said(&place, lacking) {
        assert!(sentence.contains("does not have WaitForDebugEvent"), "{sentence}");
        assert!(sentence.contains("docs/api.md"), "{sentence}");
    }
    let not_included = "int f(void) { return timeGetTime() != 0; }\n";
    for sentence in said(&place, not_included) {
        assert!(sentence.contains("timeGetTime is declared in <"), "{sentence}");
    }
    let own = "int f(void) { return frobnicate(0); }\n";
    assert_eq!(said(&place, own).concat(), "");
    Ok(())
}
