//! The example `chat`, with a few clients.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[allow(dead_code)]
#[path = "../examples/chat.rs"]
mod chat;

const HOUR: Duration = Duration::from_secs(3600);
const LIMITS: chat::Limits = chat::Limits { idle: HOUR, send: HOUR, queue: 20, line: 1000 };

struct Server {
    address: SocketAddr,
    room: Arc<chat::Room>,
    thread: JoinHandle<lapwing::Result<()>>,
}

fn serve(limits: chat::Limits) -> Server {
    let (listens, listening) = channel();
    let thread = thread::spawn(move || {
        let address = "127.0.0.1:0".parse().unwrap();
        chat::run(address, limits, |address, room| listens.send((address, room)).unwrap())
    });
    let (address, room) = listening.recv().unwrap();
    Server { address, room, thread }
}

impl Server {
    fn end(self) {
        self.room.close();
        self.thread.join().unwrap().unwrap();
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    /// It is there when it has heard of itself.
    fn new(server: &Server, number: u32) -> Self {
        let mut client = Client(BufReader::new(TcpStream::connect(server.address).unwrap()));
        client.hears(&format!("{number} is here"));
        client
    }

    fn says(&mut self, line: &str) {
        self.0.get_mut().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let count = self.0.read_line(&mut line).unwrap();
        (count > 0).then(|| line.trim_end().to_owned())
    }

    fn hears(&mut self, line: &str) {
        assert_eq!(self.line().as_deref(), Some(line));
    }

    fn hears_no_more(&mut self) {
        assert_eq!(self.line(), None);
    }
}

#[test]
fn everybody_hears_what_one_says_and_who_comes_and_goes() {
    let server = serve(LIMITS);
    let mut first = Client::new(&server, 1);
    let mut second = Client::new(&server, 2);
    first.hears("2 is here");
    first.says("hello");
    second.says("/quit");
    let mut lines = [first.line().unwrap(), first.line().unwrap()];
    lines.sort();
    assert_eq!(lines, ["1: hello", "2 has left"]);
    let third = Client::new(&server, 3);
    first.hears("3 is here");
    drop(third);
    first.hears("3 has left");
    // A line that comes in pieces, and two that come together.
    write!(first.0.get_mut(), "a").unwrap();
    write!(first.0.get_mut(), "b\nc\nd").unwrap();
    first.hears("1: ab");
    first.hears("1: c");
    first.says("");
    first.hears("1: d");
    server.end();
}

#[test]
fn a_server_that_ends_tells_all_and_sends_what_was_said() {
    let server = serve(LIMITS);
    let mut first = Client::new(&server, 1);
    let mut second = Client::new(&server, 2);
    first.hears("2 is here");
    second.says("the last word");
    second.hears("2: the last word");
    let address = server.address;
    server.end();
    for client in [&mut first, &mut second] {
        let lines: Vec<_> = std::iter::from_fn(|| client.line()).collect();
        assert!(lines.ends_with(&["the server ends".to_owned()]), "{lines:?}");
    }
    // A child that another test starts has a copy of the listener for a moment.
    while TcpStream::connect(address).is_ok() {}
}

#[test]
fn who_is_silent_for_too_long_is_told_and_leaves() {
    let server = serve(chat::Limits { idle: Duration::from_millis(30), ..LIMITS });
    let mut silent = Client(BufReader::new(TcpStream::connect(server.address).unwrap()));
    silent.hears("1 is here");
    silent.hears("1 has left: it was silent for too long");
    silent.hears_no_more();
    server.end();
}

#[test]
fn a_line_has_an_end() {
    let server = serve(LIMITS);
    let mut client = Client::new(&server, 1);
    client.0.get_mut().write_all(&[b'a'; 1001]).unwrap();
    client.hears("1 has left: its line was too long");
    client.hears_no_more();
    server.end();
}

#[test]
fn who_does_not_listen_keeps_nobody_and_holds_no_memory() {
    let server = serve(chat::Limits { line: 100_000, ..LIMITS });
    let mut speaker = Client::new(&server, 1);
    let _deaf = Client::new(&server, 2);
    speaker.hears("2 is here");
    let line = "a".repeat(50_000);
    // What the system buffers for the deaf one fills up, then its queue.
    loop {
        speaker.says(&line);
        let heard = speaker.line().unwrap();
        if heard == "2 has left: it does not listen" {
            break;
        }
        assert_eq!(heard.len(), "1: ".len() + line.len());
    }
    // Its sends take an hour: the server that ends in order would wait for that.
    drop(speaker);
    drop(_deaf);
    server.end();
}

/// The program itself, with the signal that a terminal sends.
#[test]
#[cfg(not(windows))]
fn ctrl_c_ends_the_program_in_order() {
    use std::process::{Command, Stdio};

    const CHILD: &str = "LAPWING_CHAT_TEST";
    if std::env::var_os(CHILD).is_some() {
        let code = chat::serve_until_ctrl_c("127.0.0.1:0".parse().unwrap());
        assert_eq!(code, std::process::ExitCode::SUCCESS);
        return;
    }
    // Whoever starts the tests may have let them ignore it.
    let mut program = Command::new("env");
    program.arg("--default-signal=INT").arg(std::env::current_exe().unwrap());
    program.args(["--exact", "ctrl_c_ends_the_program_in_order", "--nocapture"]);
    let mut program = program.env(CHILD, "1").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(program.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut addresses = lines.filter_map(|line| line.rsplit(' ').next()?.parse().ok());
    let address: SocketAddr = addresses.next().unwrap();
    let mut client = Client(BufReader::new(TcpStream::connect(address).unwrap()));
    client.hears("1 is here");
    let number = program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &number]).status().unwrap().success());
    client.hears("the server ends");
    client.hears_no_more();
    assert!(addresses.next().is_none());
    assert!(program.wait().unwrap().success());
}
