//! A program as Microsoft's IOCP samples are (`tests/programs/sdk_server`), compiled as it stands:
//! it serves, begins anew on Ctrl-Break (Ctrl-\ here) and ends on Ctrl-C.

use lapwing_tests::guarded::Guarded;
use lapwing_tests::place::{Place, run};
use lapwing_tests::tools::trial;
use lapwing_tests::{echo_clients, source_tree};
use libtest_mimic::{Arguments, Failed, Trial};
use rustix::process::Signal;
use std::process::Command;
use std::time::Duration;

/// When a read is taken to hang.
const GUARD: Duration = Duration::from_secs(60);

fn main() {
    let cxx = ["gcc", "g++"].as_slice();
    let trials: Vec<Trial> = vec![
        trial("it_serves_with_accept_and_with_acceptex", cxx, serves),
        trial("its_text_reaches_a_console", &["gcc", "g++", "script"], console),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The program, compiled in a place of its own.
fn compiled(name: &str, options: &str) -> Place {
    let place = Place::new(name, &[]);
    let source = source_tree().join("tests/programs/sdk_server/SdkServer.Cpp");
    place.succeeds(&format!("c++ /nologo /EHsc {options} {} /Fe:server.exe", source.display()));
    place
}

/// The port it listens on, once it says so.
fn port(server: &mut Guarded) -> Result<u16, Failed> {
    while let Some(line) = server.line()? {
        if let Some(port) = line.strip_prefix("listening: ") {
            return Ok(port.parse()?);
        }
    }
    Err("it does not listen".into())
}

fn serves() -> Result<(), Failed> {
    let ways: [(&[&str], &str); 2] = [(&[], "/W3 /O2"), (&["-x"], "/D UNICODE /D _UNICODE")];
    for (arguments, options) in ways {
        let place = compiled("sdk_server/serves", options);
        let mut command = Command::new(place.folder.join("server.exe"));
        let mut server = Guarded::start(command.args(arguments), GUARD)?;
        for signal in [Signal::QUIT, Signal::INT] {
            let port = port(&mut server)?;
            let done = echo_clients::run(port, 100, 20_000);
            assert!(done.connections == 100 && done.bytes > 1_500_000, "{done:?}");
            server.signal(signal)?;
        }
        let rest = server.success()?;
        assert!(rest.ends_with("exiting\n"), "{rest}");
    }
    Ok(())
}

/// `WriteConsole` writes only to a console, so the program needs a terminal.
fn console() -> Result<(), Failed> {
    let source = "#include <windows.h>\n#include <stdio.h>\nint main(void) {\n DWORD count;\n \
                  HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);\n \
                  if (!WriteConsoleA(output, \"one\\n\", 4, &count, 0) || count != 4) return 1;\n \
                  if (!WriteConsoleW(output, L\"zw\\u00f6lf\\n\", 6, &count, 0)) return 2;\n \
                  return count != 6 || GetFileType(output) != FILE_TYPE_CHAR; }\n";
    let place = Place::new("sdk_server/console", &[("p.c", source)]);
    place.succeeds("cc -o p p.c");
    let mut terminal = Command::new("script");
    terminal.args(["-q", "-e", "-c", "./p", "/dev/null"]).current_dir(&place.folder);
    let seen = run(&mut terminal).success()?;
    assert_eq!(seen.replace('\r', ""), "one\nzwölf\n");
    Ok(())
}
