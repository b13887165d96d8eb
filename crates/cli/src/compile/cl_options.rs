//! Visual C++'s options (`/W3`, `/Fe:x.exe`, `/link`), put into the host compiler's words where
//! they have a plain meaning here.  One that has none is an error that names it; a file of that
//! name is a file.

use super::command_line::takes_value;
use crate::Failure;
use std::ffi::OsString;
use std::path::Path;

/// Options that are a whole word.
const WORDS: &[(&str, &[&str])] = &[
    ("c", &["-c"]),
    ("E", &["-E"]),
    ("EP", &["-E", "-P"]),
    ("Zs", &["-fsyntax-only"]),
    ("W0", &["-w"]),
    ("w", &["-w"]),
    ("W1", &[]),
    ("W2", &[]),
    ("W3", &["-Wall"]),
    ("W4", &["-Wall", "-Wextra"]),
    ("Wall", &["-Wall", "-Wextra"]),
    ("WX", &["-Werror"]),
    ("WX-", &["-Wno-error"]),
    ("O1", &["-Os"]),
    ("O2", &["-O2"]),
    ("Ox", &["-O2"]),
    ("Od", &["-O0"]),
    ("Os", &["-Os"]),
    ("Ot", &["-O2"]),
    ("Z7", &["-g"]),
    ("Zi", &["-g"]),
    ("ZI", &["-g"]),
    ("MT", &["-D_MT"]),
    ("MTd", &["-D_MT", "-D_DEBUG"]),
    ("MD", &["-D_MT", "-D_DLL"]),
    ("MDd", &["-D_MT", "-D_DLL", "-D_DEBUG"]),
    ("LD", &["-shared", "-fPIC"]),
    ("LDd", &["-shared", "-fPIC", "-D_DEBUG"]),
    ("TC", &["-x", "c"]),
    ("TP", &["-x", "c++"]),
    ("J", &["-funsigned-char"]),
    ("GR-", &["-fno-rtti"]),
    ("openmp", &["-fopenmp"]),
    ("std:c11", &["-std=gnu11"]),
    ("std:c17", &["-std=gnu17"]),
    ("std:clatest", &["-std=gnu2x"]),
    ("std:c++14", &["-std=gnu++14"]),
    ("std:c++17", &["-std=gnu++17"]),
    ("std:c++20", &["-std=gnu++20"]),
    ("std:c++latest", &["-std=gnu++2b"]),
    ("fp:fast", &["-ffast-math"]),
    ("arch:AVX", &["-mavx"]),
    ("arch:AVX2", &["-mavx2"]),
    ("?", &["--help"]),
    ("help", &["--help"]),
];

/// Options that begin so and ask for nothing here: how Visual C++ optimises, checks and reports,
/// its precompiled headers, what is the case anyway (`/EHsc`, `/utf-8`, `/GR`).
const WITHOUT_MEANING: &[&str] = &[
    "nologo",
    "EHs",
    "EHc",
    "GR",
    "GS",
    "GF",
    "GL",
    "Gm",
    "Gy",
    "Gw",
    "Gd",
    "Gs",
    "Oi",
    "Ob",
    "Oy",
    "Og",
    "FS",
    "MP",
    "Fd",
    "Fp",
    "Fa",
    "FC",
    "Yu",
    "Yc",
    "Y-",
    "Zc:",
    "Ze",
    "Zm",
    "Za",
    "RTC",
    "utf-8",
    "source-charset:utf-8",
    "execution-charset:utf-8",
    "bigobj",
    "permissive",
    "sdl",
    "JMC",
    "analyze",
    "diagnostics:",
    "errorReport:",
    "showIncludes",
    "fp:precise",
    "fp:except-",
    "arch:SSE2",
    "volatile:",
    "external:W",
    "external:anglebrackets",
    "Qspectre",
    "guard:",
];

/// Options with a value, joined on, behind a colon or as the next word, and the host's word.  The
/// longer names stand first.
const WITH_VALUE: &[(&str, &str)] = &[
    ("external:I", "-isystem"),
    ("FI", "-include"),
    ("Fe", "-o"),
    ("Fo", "-o"),
    ("I", "-I"),
    ("D", "-D"),
    ("U", "-U"),
];

/// The linker's options without a meaning here.
const OF_THE_LINKER: &[&str] = &[
    "nologo",
    "subsystem:",
    "machine:x64",
    "incremental",
    "opt:",
    "dynamicbase",
    "nxcompat",
    "ltcg",
    "manifest",
    "entry:",
    "nodefaultlib",
    "pdb:",
    "map",
    "release",
    "tlbid",
    "largeaddressaware",
    "implib:",
    "errorreport",
    "highentropyva",
    "stack:",
    "heap:",
];

/// The arguments with every option of Visual C++ put into the host compiler's words.
pub fn translate(arguments: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
    let mut given = arguments.into_iter();
    let mut found = Vec::with_capacity(given.len());
    let mut links = false;
    while let Some(argument) = given.next() {
        let Some(option) = option(&argument) else {
            let has_value = takes_value(&argument);
            found.push(argument);
            found.extend(given.by_ref().take(usize::from(has_value)));
            continue;
        };
        if links {
            found.extend(for_the_linker(&option)?);
        } else if option.eq_ignore_ascii_case("link") {
            links = true;
        } else {
            compiler_option(&option, &mut given, &mut found)?;
        }
    }
    Ok(found)
}

/// The word behind the `/` of an option.  A path that begins in `/` has a second one, or exists.
fn option(argument: &OsString) -> Option<String> {
    let word = argument.to_str()?.strip_prefix('/')?;
    if word.is_empty() || Path::new(argument).exists() {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let head = word.split('/').next().unwrap_or_default();
    let may_hold_a_path = ["I", "FI", "Fe", "Fo", "Fd", "Fa", "Fp", "Yu", "Yc", "external:I"]
        .iter()
        .any(|name| head.starts_with(name))
        || ["libpath:", "out:", "pdb:", "implib:"].iter().any(|name| lower.starts_with(name))
        || (head.starts_with('D') && head.contains('='));
    (may_hold_a_path || head == word).then(|| word.to_string())
}

/// `/wd4996`: one warning of Visual C++'s, by its number.
fn is_numbered_warning(option: &str) -> bool {
    let number = option.strip_prefix('w').and_then(|rest| rest.strip_prefix(['d', 'e', 'o']));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn compiler_option(
    option: &str,
    given: &mut impl Iterator<Item = OsString>,
    found: &mut Vec<OsString>,
) -> Result<(), Failure> {
    if let Some((_, words)) = WORDS.iter().find(|(name, _)| *name == option) {
        found.extend(words.iter().map(OsString::from));
        return Ok(());
    }
    if option.starts_with("EHa") {
        return Err(format!(
            "/{option} asks for hardware faults as exceptions; on Linux they are signals: say /EHsc"
        ));
    }
    if is_numbered_warning(option) || WITHOUT_MEANING.iter().any(|name| option.starts_with(name)) {
        return Ok(());
    }
    if let Some(language) = option
        .strip_prefix("Tc")
        .map(|f| ("c", f))
        .or(option.strip_prefix("Tp").map(|f| ("c++", f)))
    {
        let (language, file) = language;
        let file = value(file, given);
        found.extend(["-x".into(), language.into(), file, "-x".into(), "none".into()]);
        return Ok(());
    }
    let Some((host, rest)) = WITH_VALUE
        .iter()
        .find_map(|(name, host)| option.strip_prefix(name).map(|rest| (*host, rest)))
    else {
        return Err(unknown(option));
    };
    let value = value(rest, given);
    found.extend([OsString::from(host), with_slashes(host, value)]);
    Ok(())
}

/// What is joined on, behind a colon if there is one, else the next word.
fn value(joined: &str, given: &mut impl Iterator<Item = OsString>) -> OsString {
    match joined.strip_prefix(':').unwrap_or(joined) {
        "" => given.next().unwrap_or_default(),
        joined => OsString::from(joined),
    }
}

fn with_slashes(host: &str, value: OsString) -> OsString {
    match value.to_str() {
        Some(text) if !matches!(host, "-D" | "-U") => OsString::from(text.replace('\\', "/")),
        _ => value,
    }
}

fn for_the_linker(option: &str) -> Result<Vec<OsString>, Failure> {
    let lower = option.to_ascii_lowercase();
    let behind =
        |name: &str| lower.strip_prefix(name).map(|rest| &option[option.len() - rest.len()..]);
    if let Some(path) = behind("out:") {
        Ok(vec!["-o".into(), with_slashes("-o", path.into())])
    } else if let Some(path) = behind("libpath:") {
        Ok(vec!["-L".into(), with_slashes("-L", path.into())])
    } else if let Some(library) = behind("defaultlib:") {
        Ok(vec![library.into()])
    } else if lower.starts_with("debug") {
        Ok(vec!["-g".into()])
    } else if lower == "dll" {
        Ok(vec!["-shared".into()])
    } else if OF_THE_LINKER.iter().any(|name| lower.starts_with(name)) {
        Ok(Vec::new())
    } else {
        Err(unknown(option))
    }
}

fn unknown(option: &str) -> Failure {
    format!(
        "/{option} is neither a file nor an option that lapwing knows of Visual C++'s; \
         say it in the words of the host's compiler"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str) -> Result<String, Failure> {
        let words = words.split_whitespace().map(OsString::from).collect();
        translate(words).map(|words| words.join(" ".as_ref()).into_string().unwrap())
    }

    #[test]
    fn options_with_a_plain_meaning() {
        let seen = said("/nologo /W3 /O2 /EHsc /MT /Zi /c x.cpp /Fo:out\\x.obj").unwrap();
        assert_eq!(seen, "-Wall -O2 -D_MT -g -c x.cpp -o out/x.obj");
        let seen = said("/I inc /Iinc2 /I:c /DX=1 /D Y /UZ /FI pre.h /Fex.exe x.c").unwrap();
        assert_eq!(seen, "-I inc -I inc2 -I c -D X=1 -D Y -U Z -include pre.h -o x.exe x.c");
        assert_eq!(
            said("/std:c++17 /permissive- /Tc a.cc").unwrap(),
            "-std=gnu++17 -x c a.cc -x none"
        );
    }

    #[test]
    fn behind_link_stand_the_linkers() {
        let seen = said("x.c /link /SUBSYSTEM:CONSOLE /out:a\\X.exe /LIBPATH:libs ws2_32.lib");
        assert_eq!(seen.unwrap(), "x.c -o a/X.exe -L libs ws2_32.lib");
    }

    #[test]
    fn files_are_files() {
        for words in ["/etc/passwd /nowhere/x.c", "-o /W3", "-I /I -o /we/x /wo/x.c /D/x.c"] {
            assert_eq!(said(words).unwrap(), words);
        }
        assert_eq!(said("/wd4996 x.c /D X=/a/b").unwrap(), "x.c -D X=/a/b");
    }

    #[test]
    fn what_is_not_known_is_named() {
        for word in ["/Oops", "/clr", "/EHa"] {
            assert!(said(word).unwrap_err().contains(word), "{word}");
        }
        assert!(said("x.c /link /WHAT").unwrap_err().contains("/WHAT"));
    }
}
