//! The example `http`, asked by clients that do it right, and by others.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[allow(dead_code)]
#[path = "../examples/http/main.rs"]
mod http;

const HOUR: Duration = Duration::from_secs(3600);
const LARGE: usize = 1_000_000;

/// A server of its own for each test, and its site.
struct Site {
    folder: PathBuf,
    address: SocketAddr,
    stop: Sender<()>,
    thread: Option<JoinHandle<lapwing::Result<()>>>,
}

impl Site {
    fn new(name: &str, change: impl FnOnce(&mut http::Options)) -> Self {
        let folder = format!("lapwing-http-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(folder.join("empty")).unwrap();
        std::fs::write(folder.join("index.html"), "<p>hello").unwrap();
        std::fs::write(folder.join("nothing.txt"), "").unwrap();
        std::fs::write(folder.join("large"), large()).unwrap();
        std::fs::write(folder.join(".hidden"), "hidden").unwrap();
        let mut options = http::Options {
            site: folder.clone(),
            address: "127.0.0.1:0".parse().unwrap(),
            threads: 2,
            connections: 100,
            head: 1000,
            receive: HOUR,
            send: HOUR,
            tick: Duration::from_millis(10),
        };
        change(&mut options);
        let (stop, stopped) = channel();
        let (listens, listening) = channel();
        let thread = thread::spawn(move || {
            http::run(options, &stopped, |address| listens.send(address).unwrap())
        });
        let address = listening.recv().unwrap();
        Site { folder, address, stop, thread: Some(thread) }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// All that comes back until the server ends the connection.
    fn raw(&self, text: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(text.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    }

    /// The status and the head, and the body, of what is asked with these fields.
    fn ask(&self, line: &str, fields: &str) -> (String, String) {
        let text = format!("{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n");
        let answer = self.raw(&text);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let head = head.strip_prefix("HTTP/1.1 ").expect("a status");
        (head.to_owned(), body.to_owned())
    }

    fn status(&self, line: &str, fields: &str) -> u16 {
        self.ask(line, fields).0[..3].parse().unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.send(()).unwrap();
        self.thread.take().unwrap().join().unwrap().unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn large() -> String {
    (0..LARGE).map(|place| char::from(b'a' + (place % 23) as u8)).collect()
}

fn field<'a>(head: &'a str, name: &str) -> &'a str {
    let of_name = |line: &'a str| line.strip_prefix(name)?.strip_prefix(": ");
    head.lines().find_map(of_name).unwrap_or_else(|| panic!("no {name} in {head}"))
}

#[test]
fn files_come_whole_and_as_what_they_are() {
    let site = Site::new("files", |_| {});
    let (head, body) = site.ask("GET /", "");
    assert!(head.starts_with("200 OK\r\n"));
    assert_eq!(field(&head, "Content-Type"), "text/html; charset=utf-8");
    assert_eq!((field(&head, "Content-Length"), body.as_str()), ("8", "<p>hello"));
    let (_, body) = site.ask("GET /large?query", "");
    assert!(body == large());
    let (head, body) = site.ask("GET /nothing.txt", "");
    assert_eq!((field(&head, "Content-Length"), body.as_str()), ("0", ""));
    let (head, body) = site.ask("HEAD /large", "");
    assert_eq!((field(&head, "Content-Length"), body.as_str()), ("1000000", ""));
}

#[test]
fn a_version_that_is_known_is_not_sent_again() {
    let site = Site::new("versions", |_| {});
    let (head, _) = site.ask("GET /index.html", "");
    let tag = format!("If-None-Match: \"other\", {}\r\n", field(&head, "ETag"));
    let date = format!("If-Modified-Since: {}\r\n", field(&head, "Last-Modified"));
    let old = "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    for (fields, status) in [(&tag, 304), (&date, 304), (&old.into(), 200)] {
        assert_eq!(site.status("GET /index.html", fields), status, "{fields}");
    }
    // A tag says more than a date.
    let other = format!("If-None-Match: \"other\"\r\n{date}");
    assert_eq!(site.status("GET /index.html", &other), 200);
    let (head, body) = site.ask("GET /index.html", &tag);
    assert!(body.is_empty() && !field(&head, "ETag").is_empty());
}

#[test]
fn a_file_that_changes_is_another_soon() {
    let site = Site::new("changes", |_| {});
    assert_eq!(site.ask("GET /nothing.txt", "").1, "");
    std::fs::write(site.folder.join("nothing.txt"), "something").unwrap();
    while site.ask("GET /nothing.txt", "").1 != "something" {}
    std::fs::remove_file(site.folder.join("nothing.txt")).unwrap();
    while site.status("GET /nothing.txt", "") != 404 {}
}

#[test]
fn a_range_comes_alone() {
    let site = Site::new("ranges", |_| {});
    let (head, body) = site.ask("GET /large", "Range: bytes=300000-699999\r\n");
    assert!(head.starts_with("206 "));
    assert_eq!(field(&head, "Content-Range"), "bytes 300000-699999/1000000");
    assert!(body == large()[300_000..700_000]);
    let (_, body) = site.ask("GET /large", "Range: bytes=-3\r\n");
    assert_eq!(body, large()[LARGE - 3..]);
    let (head, _) = site.ask("GET /large", "Range: bytes=1000000-\r\n");
    assert!(head.starts_with("416 "));
    assert_eq!(field(&head, "Content-Range"), "bytes */1000000");
    let other = "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n";
    assert_eq!(site.status("GET /large", other), 200);
    let (head, _) = site.ask("HEAD /large", "");
    let same = format!("Range: bytes=0-1\r\nIf-Range: {}\r\n", field(&head, "ETag"));
    assert_eq!(site.status("GET /large", &same), 206);
}

#[test]
fn what_is_not_there_is_refused() {
    let site = Site::new("refusals", |_| {});
    for (line, status) in [
        ("GET /missing", 404),
        ("GET /empty/", 404),
        ("GET /.hidden", 404),
        ("GET /../Cargo.toml", 404),
        ("GET /%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET /a%00b", 404),
        ("GET index.html", 400),
        ("GET /%zz", 400),
        ("POST /", 405),
        ("BREW /", 405),
    ] {
        assert_eq!(site.status(line, ""), status, "{line}");
    }
    let (head, _) = site.ask("GET /empty", "");
    assert!(head.starts_with("301 "));
    assert_eq!(field(&head, "Location"), "/empty/");
    assert_eq!(field(&site.ask("DELETE /", "").0, "Allow"), "GET, HEAD");
}

#[test]
fn a_head_that_is_wrong_ends_the_connection() {
    let site = Site::new("heads", |_| {});
    for (text, status) in [
        ("nonsense\r\n\r\n", "400"),
        ("GET / HTTP/9.9\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
    ] {
        let answer = site.raw(text);
        assert_eq!(answer.split(' ').nth(1), Some(status), "{text}");
        assert_eq!(field(&answer, "Connection"), "close");
    }
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "a".repeat(100_000));
    assert!(site.raw(&long).starts_with("HTTP/1.1 431 "));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "A: b\r\n".repeat(100));
    assert!(site.raw(&many).starts_with("HTTP/1.1 431 "));
    // Half a request that ends is none.
    assert_eq!(site.raw("GET / HTTP/1.1\r\nHo"), "");
}

#[test]
fn one_connection_has_many_requests_in_their_order() {
    let site = Site::new("pipeline", |_| {});
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let all = format!("{}{}{}", ask("/large"), ask("/missing"), ask("/"));
    let answers = site.raw(&all);
    let places =
        ["200 OK", "404 Not Found", "<p>hello"].map(|text| answers.find(text).expect(text));
    assert!(places.is_sorted());

    // A client that waits for each, byte by byte.
    let mut stream = site.connect();
    for _ in 0..3 {
        for byte in ask("/").as_bytes() {
            stream.write_all(&[*byte]).unwrap();
        }
        let mut answer = Vec::new();
        while !answer.ends_with(b"<p>hello") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
        assert!(String::from_utf8(answer).unwrap().contains("Connection: keep-alive"));
    }
    // The old version asks for it.
    assert!(site.raw("GET / HTTP/1.0\r\n\r\n").contains("Connection: close"));
    assert!(site.raw("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").contains("keep-alive"));
}

#[test]
fn a_client_that_takes_too_long_is_told_and_gone() {
    let site = Site::new("slow", |options| options.receive = Duration::from_millis(20));
    let answer = |sent: &str| {
        let mut stream = site.connect();
        let mut answer = String::new();
        let heard = stream.write_all(sent.as_bytes());
        let _ = heard.and_then(|()| stream.read_to_string(&mut answer));
        answer
    };
    // A client of ours that is itself too slow has said nothing in time.
    while !answer("GET / HT").starts_with("HTTP/1.1 408 ") {}
    // Between requests there is nothing to be said.
    assert_eq!(answer(""), "");
}

#[test]
fn a_client_that_does_not_read_is_gone() {
    let site = Site::new("deaf", |options| options.send = Duration::from_millis(20));
    let mut stream = site.connect();
    let ask = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    // More than the system buffers; the server ends the connection, so that writing fails at last.
    while stream.write_all(ask.as_bytes()).is_ok() {}
}

#[test]
fn who_comes_when_all_places_are_taken_waits_for_one() {
    let site = Site::new("places", |options| options.connections = 1);
    let mut first = site.connect();
    let mut second = site.connect();
    second.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    first.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    first.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "));
    drop(first);
    answer.clear();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "));
}
