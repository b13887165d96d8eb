//! What a compiler command line asks for, as far as we have to know: which files are compiled,
//! where their headers are looked for, and whether the compiler links.
//!
//! Everything we do not know is handed on untouched.

use super::windows_library::is_windows_library;
use crate::Failure;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Options whose value is the next argument (gcc and clang), so that the value is not taken for a
/// file.  Those whose value may also be joined on (`-Ldir`) are here in their divided form.
const WITH_VALUE: &[&str] = &[
    "-o",
    "-I",
    "-L",
    "-l",
    "-x",
    "-D",
    "-U",
    "-include",
    "-imacros",
    "-isystem",
    "-iquote",
    "-idirafter",
    "-iprefix",
    "-iwithprefix",
    "-iwithprefixbefore",
    "-isysroot",
    "-imultilib",
    "--include-directory",
    "--sysroot",
    "-MF",
    "-MT",
    "-MQ",
    "-MJ",
    "-T",
    "-u",
    "-z",
    "-e",
    "-A",
    "-B",
    "-b",
    "-V",
    "-G",
    "-h",
    "-aux-info",
    "--param",
    "-param",
    "-wrapper",
    "-dumpdir",
    "-dumpbase",
    "-dumpbase-ext",
    "-Xlinker",
    "-Xassembler",
    "-Xpreprocessor",
    "-Xclang",
    "-mllvm",
    "-target",
    "-ivfsoverlay",
    "-include-pch",
    "-arch",
    "-framework",
    "-fplugin-arg",
];

/// Whether the argument behind this one is its value.
pub fn takes_value(option: &OsStr) -> bool {
    option.to_str().is_some_and(|text| WITH_VALUE.contains(&text))
}

/// Options after which the compiler stops before it links.
const STOPS_BEFORE_LINKING: &[&str] =
    &["-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "-r", "--precompile", "-emit-ast"];

/// Suffixes of C++ sources; gcc knows some of them in one case only.
const CXX_SUFFIXES: &[&str] = &["cpp", "cxx", "cc", "c++", "cp"];
const CXX_SUFFIXES_OF_GCC: &[&str] = &["cpp", "cxx", "cc", "c++", "cp", "CPP", "C", "ii"];
const C_SUFFIXES: &[&str] = &["c", "i", "m", "S", "sx"];
const HEADER_SUFFIXES: &[&str] = &["h", "hh", "hpp", "hxx", "h++", "hp", "H", "tcc"];

/// What is linked at the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Linking {
    /// The compiler stops earlier, or the user brings every library himself.
    None,
    /// liblapwing.a
    StaticLapwing,
    /// liblapwing.so
    SharedLapwing,
}

/// A command line, understood.
#[derive(Debug)]
pub struct CommandLine {
    /// What the compiler is given: the user's arguments without ours and without Windows' import
    /// libraries, and with the language of sources whose suffix it would not know.
    pub arguments: Vec<OsString>,
    /// The files that are preprocessed, as given.
    pub sources: Vec<PathBuf>,
    /// The files that are only linked.
    pub objects: Vec<PathBuf>,
    /// A source without a suffix of its own language is C++: this is `lapwing c++`.
    pub is_cxx: bool,
    /// Folders for `#include "…"` alone.
    pub quote_folders: Vec<PathBuf>,
    /// Folders of the user's, for both kinds of `#include`.
    pub include_folders: Vec<PathBuf>,
    /// Which Lapwing is linked, if any.
    pub linking: Linking,
    /// `-static` or `-static-pie`.
    pub fully_static: bool,
    /// An `-x` of the user's is in force at the end, so a library put there would be compiled.
    pub ends_with_language: bool,
    /// There is an `-x` of the user's.
    names_a_language: bool,
    reads_standard_input: bool,
}

/// What is collected while the arguments are read one by one.
#[derive(Default)]
struct Reader {
    arguments: Vec<OsString>,
    sources: Vec<PathBuf>,
    objects: Vec<PathBuf>,
    quote_folders: Vec<PathBuf>,
    include_folders: Vec<PathBuf>,
    language: Option<OsString>,
    names_a_language: bool,
    inputs: usize,
    headers: usize,
    stops: bool,
    wants_shared: bool,
    makes_shared_object: bool,
    without_libraries: bool,
    fully_static: bool,
    reads_standard_input: bool,
}

impl CommandLine {
    /// Understands the arguments of `lapwing cc` or `lapwing c++`.  Fails for a target that Lapwing
    /// is not for.
    pub fn read(is_cxx: bool, arguments: Vec<OsString>) -> Result<CommandLine, Failure> {
        let mut reader = Reader::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy().into_owned();
            if text == "-" {
                reader.reads_standard_input = true;
                reader.inputs += 1;
                reader.arguments.push(argument);
            } else if takes_value(&argument) {
                reader.option_with_value(argument, arguments.next());
            } else if text.starts_with('-') {
                reader.option(argument, &text)?;
            } else {
                reader.file(argument);
            }
        }
        Ok(reader.finish(is_cxx))
    }

    /// Whether every source is C by its suffix.
    pub fn is_all_c(&self) -> bool {
        let is_c = |path: &PathBuf| path.extension().is_some_and(|suffix| suffix == "c");
        !self.names_a_language && self.sources.iter().all(is_c)
    }

    /// Whether anything passes through the preprocessor, so that our headers matter.
    pub fn preprocesses(&self) -> bool {
        self.reads_standard_input || !self.sources.is_empty()
    }
}

impl Reader {
    fn option_with_value(&mut self, option: OsString, value: Option<OsString>) {
        let given = value.is_some();
        let value = value.unwrap_or_default();
        match option.to_str() {
            Some("-I" | "--include-directory" | "-isystem") => {
                self.include_folders.push(PathBuf::from(&value));
            }
            Some("-iquote") => self.quote_folders.push(PathBuf::from(&value)),
            Some("-x") => self.set_language(&value),
            Some("-l") if is_windows_library(&value.to_string_lossy()) => return,
            Some("-l") => self.inputs += 1,
            _ => {}
        }
        self.arguments.push(option);
        // An option without its value is an error of the user's; the compiler names it.
        if given {
            self.arguments.push(value);
        }
    }

    fn option(&mut self, argument: OsString, text: &str) -> Result<(), Failure> {
        match text {
            "--shared" => {
                self.wants_shared = true;
                return Ok(());
            }
            "-shared" => self.makes_shared_object = true,
            "-static" | "-static-pie" | "--static" => self.fully_static = true,
            "-nostdlib" | "-nodefaultlibs" => self.without_libraries = true,
            "-m32" | "-mx32" | "-m16" => return Err(not_64_bits(text)),
            _ if STOPS_BEFORE_LINKING.contains(&text) => self.stops = true,
            _ => {}
        }
        if let Some(folder) = text.strip_prefix("-I").or(text.strip_prefix("--include-directory="))
        {
            self.include_folders.push(PathBuf::from(folder));
        } else if let Some(language) = text.strip_prefix("-x") {
            self.set_language(OsStr::new(language));
        } else if let Some(library) = text.strip_prefix("-l") {
            if is_windows_library(library) {
                return Ok(());
            }
            self.inputs += 1;
        }
        self.arguments.push(argument);
        Ok(())
    }

    fn set_language(&mut self, language: &OsStr) {
        self.names_a_language = true;
        self.language = Some(language.to_os_string()).filter(|language| language != "none");
    }

    fn file(&mut self, argument: OsString) {
        let path = PathBuf::from(&argument);
        let suffix = path.extension().and_then(OsStr::to_str).unwrap_or("").to_string();
        if suffix.eq_ignore_ascii_case("lib") && !path.exists() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if is_windows_library(&name) {
                return;
            }
        }
        self.inputs += 1;
        let headers = HEADER_SUFFIXES.contains(&suffix.as_str());
        match &self.language {
            Some(language) => {
                self.headers += usize::from(language.as_bytes().ends_with(b"-header"));
                self.sources.push(path);
            }
            None if is_unknown_cxx_suffix(&suffix) => {
                self.arguments.extend(["-x", "c++"].map(OsString::from));
                self.arguments.push(argument);
                self.arguments.extend(["-x", "none"].map(OsString::from));
                self.sources.push(path);
                return;
            }
            None if headers || is_source_suffix(&suffix) => {
                self.headers += usize::from(headers);
                self.sources.push(path);
            }
            None => self.objects.push(path),
        }
        self.arguments.push(argument);
    }

    fn finish(self, is_cxx: bool) -> CommandLine {
        let only_headers = self.headers == self.inputs;
        let links = !self.stops && !self.without_libraries && !only_headers;
        let linking = match links {
            false => Linking::None,
            true if self.wants_shared || self.makes_shared_object => Linking::SharedLapwing,
            true => Linking::StaticLapwing,
        };
        CommandLine {
            arguments: self.arguments,
            sources: self.sources,
            objects: self.objects,
            is_cxx,
            quote_folders: self.quote_folders,
            include_folders: self.include_folders,
            linking,
            fully_static: self.fully_static,
            ends_with_language: self.language.is_some(),
            names_a_language: self.names_a_language,
            reads_standard_input: self.reads_standard_input,
        }
    }
}

/// Whether the file is C++ by its suffix, in any case (but `.C` is C++ and `.c` is not).
pub fn is_cxx_source(path: &Path) -> bool {
    let suffix = path.extension().and_then(OsStr::to_str).unwrap_or("");
    CXX_SUFFIXES_OF_GCC.contains(&suffix) || is_unknown_cxx_suffix(suffix)
}

fn is_source_suffix(suffix: &str) -> bool {
    C_SUFFIXES.contains(&suffix) || CXX_SUFFIXES_OF_GCC.contains(&suffix)
}

/// `.Cpp` and the like: C++ to a Windows compiler, a file for the linker to gcc.
fn is_unknown_cxx_suffix(suffix: &str) -> bool {
    !CXX_SUFFIXES_OF_GCC.contains(&suffix)
        && CXX_SUFFIXES.iter().any(|known| known.eq_ignore_ascii_case(suffix))
}

fn not_64_bits(option: &str) -> Failure {
    format!(
        "Lapwing is for 64-bit programs (Linux on x86-64), so {option} cannot be used: \
         leave it out.\nA program that is correct for 64-bit Windows needs no change."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> CommandLine {
        CommandLine::read(false, words.split_whitespace().map(OsString::from).collect()).unwrap()
    }

    fn passed_on(words: &str) -> String {
        read(words).arguments.join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn what_links_and_what_does_not() {
        for words in ["x.c", "-o x x.o", "-o x x.c -lm", "-x c y", "x.o -MMD -MF d", "x.c -g -O2"] {
            assert_eq!(read(words).linking, Linking::StaticLapwing, "{words}");
        }
        for words in [
            "-c x.c",
            "-E x.c",
            "x.c -S",
            "-M x.c",
            "--version",
            "-v",
            "x.h",
            "-x c++-header y",
            "-dumpmachine",
            "-r a.o b.o",
            "-nostdlib x.c",
            "-print-file-name=libc.a",
            "-o -c -c x",
        ] {
            assert_eq!(read(words).linking, Linking::None, "{words}");
        }
        assert_eq!(read("--shared x.c").linking, Linking::SharedLapwing);
        assert_eq!(read("-shared -o x.so x.c").linking, Linking::SharedLapwing);
    }

    #[test]
    fn an_option_s_value_is_no_file() {
        let line = read("-o out.c -I inc -Iinc2 -include pre.h -MF d.c -D X -iquote q a.c b.o");
        assert_eq!(line.sources, [PathBuf::from("a.c")]);
        assert_eq!(line.include_folders, ["inc", "inc2"].map(PathBuf::from));
        assert_eq!(line.quote_folders, [PathBuf::from("q")]);
        assert!(!read("-o x x.o").preprocesses());
        assert!(read("-E -").preprocesses());
    }

    #[test]
    fn our_own_option_is_not_handed_on() {
        assert_eq!(passed_on("-o x --shared x.c"), "-o x x.c");
        assert_eq!(passed_on("-o x.so -shared x.c"), "-o x.so -shared x.c");
    }

    #[test]
    fn windows_libraries_are_left_out() {
        assert_eq!(passed_on("x.c -lws2_32 -lm -lWS2_32 -l Mswsock"), "x.c -lm");
        assert_eq!(passed_on("x.c Ws2_32.lib kernel32.LIB own.lib"), "x.c own.lib");
        assert_eq!(passed_on("-o ws2_32.lib x.c"), "-o ws2_32.lib x.c");
    }

    #[test]
    fn a_suffix_in_another_case_is_given_its_language_and_no_more() {
        assert_eq!(passed_on("A.Cpp b.c"), "-x c++ A.Cpp -x none b.c");
        assert_eq!(passed_on("A.CPP B.C c.cpp"), "A.CPP B.C c.cpp");
        assert_eq!(
            passed_on("-x c A.Cpp -x none B.Cxx"),
            "-x c A.Cpp -x none -x c++ B.Cxx -x none"
        );
        assert!(is_cxx_source(Path::new("a.Cpp")) && is_cxx_source(Path::new("a.cc")));
        assert!(!is_cxx_source(Path::new("a.c")) && !is_cxx_source(Path::new("cpp")));
    }

    #[test]
    fn a_language_in_force_at_the_end_is_known() {
        assert!(read("-x c a").ends_with_language);
        assert!(read("-xc++ a").ends_with_language);
        assert!(!read("-x c a -x none b.o").ends_with_language);
    }

    #[test]
    fn a_32_bit_target_is_refused_with_a_reason() {
        let words = ["-m32", "x.c"].map(OsString::from).to_vec();
        let said = CommandLine::read(false, words).unwrap_err();
        assert!(said.contains("64-bit") && said.contains("-m32"), "{said}");
    }
}
