//! What a client asks for: the head of a request, and which name in the site it means.

use std::path::PathBuf;
use std::time::SystemTime;

/// So many header fields a request may have.
const FIELDS: usize = 64;

/// Why a request is not answered with a file: a status of HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    BadRequest,
    NotFound,
    MethodNotAllowed,
    TimedOut,
    HeadTooLarge,
}

/// The head of a request.
pub struct Request<'a> {
    /// Only the head of the answer is wanted.
    pub is_head: bool,
    pub target: &'a str,
    /// Whether another request may follow.
    pub keep_alive: bool,
    /// The client has this version of the file: a tag, or several.
    pub if_none_match: Option<&'a str>,
    pub if_modified_since: Option<SystemTime>,
    pub range: Option<&'a str>,
    /// The range is wanted of this version only.
    pub if_range: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// The first request in these bytes, and how many of them it takes; None when some are missing.
    pub fn parse(bytes: &'a [u8]) -> Result<Option<(Self, usize)>, Refusal> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut head = httparse::Request::new(&mut fields);
        let length = match head.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(Refusal::HeadTooLarge),
            Err(_) => return Err(Refusal::BadRequest),
        };
        let is_head = match head.method {
            Some("GET") => false,
            Some("HEAD") => true,
            _ => return Err(Refusal::MethodNotAllowed),
        };
        let is_new = head.version == Some(1);
        let target = head.path.unwrap_or_default();
        let mut request = Request {
            is_head,
            target,
            keep_alive: is_new,
            if_none_match: None,
            if_modified_since: None,
            range: None,
            if_range: None,
        };
        let mut hosts = 0;
        for field in head.headers {
            // A field that concerns us has a value of plain text; others are not looked at.
            let value = std::str::from_utf8(field.value).unwrap_or_default().trim();
            if request.read(field.name, value)? {
                hosts += 1;
            }
        }
        if hosts > 1 || (is_new && hosts == 0) {
            return Err(Refusal::BadRequest);
        }
        Ok(Some((request, length)))
    }

    /// Reads a field; true if it is the host's.
    fn read(&mut self, name: &str, value: &'a str) -> Result<bool, Refusal> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("host") {
            return Ok(true);
        } else if is("connection") {
            for word in value.split(',').map(str::trim) {
                if word.eq_ignore_ascii_case("close") {
                    self.keep_alive = false;
                } else if word.eq_ignore_ascii_case("keep-alive") {
                    self.keep_alive = true;
                }
            }
        } else if is("content-length") || is("transfer-encoding") {
            // What asks for a file has no body.  So no two ideas of where it ends can meet here.
            if value != "0" {
                return Err(Refusal::BadRequest);
            }
        } else if is("if-none-match") {
            self.if_none_match = Some(value);
        } else if is("if-modified-since") {
            self.if_modified_since = httpdate::parse_http_date(value).ok();
        } else if is("range") {
            self.range = Some(value);
        } else if is("if-range") {
            self.if_range = Some(value);
        }
        Ok(false)
    }

    /// The path without the query, as it was written.
    pub fn path(&self) -> &'a str {
        let target = match self.target.split_once("://") {
            // As proxies are asked: the host stands before the path.
            Some((_, rest)) if !self.target.starts_with('/') => {
                rest.find('/').map_or("/", |at| &rest[at..])
            }
            _ => self.target,
        };
        target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The name in the site, and whether it is a folder's.  It leads nowhere but down.
    pub fn name(&self) -> Result<(PathBuf, bool), Refusal> {
        let path = self.path();
        if !path.starts_with('/') {
            return Err(Refusal::BadRequest);
        }
        let path = decoded(path).ok_or(Refusal::BadRequest)?;
        let mut name = PathBuf::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if !is_plain(part) {
                return Err(Refusal::NotFound);
            }
            name.push(part);
        }
        Ok((name, path.ends_with('/')))
    }
}

/// With the bytes that stand as `%xx`; None when that is wrong, or the text is not UTF-8.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            let digit = |place: usize| char::from(digits[place]).to_digit(16);
            bytes.push((digit(0)? * 16 + digit(1)?) as u8);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether it can name only what lies in its folder, on both systems: no hidden name, neither `..`
/// nor a drive, a stream or a device.
fn is_plain(part: &str) -> bool {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_device =
        DEVICES.contains(&stem.trim_end_matches(|last: char| !last.is_ascii_alphabetic()));
    let has_other = part.chars().any(|one| one.is_control() || "\\/:*?\"<>|".contains(one));
    !(part.starts_with('.') || part.ends_with(['.', ' ']) || is_device || has_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(target: &str) -> Result<(PathBuf, bool), Refusal> {
        let text = format!("GET {target} HTTP/1.0\r\n\r\n");
        Request::parse(text.as_bytes())?.expect("it is whole").0.name()
    }

    #[test]
    fn a_name_leads_nowhere_but_down() {
        assert_eq!(name("/a/b%20c?d"), Ok((PathBuf::from("a").join("b c"), false)));
        assert_eq!(name("http://host/a/"), Ok((PathBuf::from("a"), true)));
        assert_eq!(name("//a"), Ok((PathBuf::from("a"), false)));
        let refused = [
            "/..",
            "/%2e%2e/a",
            "/a/..%2fb",
            "/a\\b",
            "/C:/a",
            "/.git/config",
            "/nul",
            "/COM1.txt",
        ];
        for target in refused {
            assert_eq!(name(target), Err(Refusal::NotFound), "{target}");
        }
        for target in ["*", "a", "/%", "/%zz", "/%ff"] {
            assert_eq!(name(target), Err(Refusal::BadRequest), "{target}");
        }
    }

    #[test]
    fn a_request_that_can_be_read_in_two_ways_is_refused() {
        let parse = |text: &str| Request::parse(text.as_bytes()).map(|it| it.map(|it| it.1));
        let refused = Err(Refusal::BadRequest);
        assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"), Ok(Some(27)));
        assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\n"), Ok(None));
        assert_eq!(parse("GET / HTTP/1.1\r\n\r\n"), refused);
        assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), refused);
        assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"), refused);
        assert_eq!(parse("POST / HTTP/1.1\r\n\r\n"), Err(Refusal::MethodNotAllowed));
    }
}
