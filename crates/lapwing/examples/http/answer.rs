//! What a request is answered with: a head, and mostly a file.

use super::request::{Refusal, Request};
use lapwing::File;
use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An answer that is to be sent.
pub struct Answer {
    /// The head, and what there is of a body in memory.
    pub head: Vec<u8>,
    /// The file that follows, and which of its bytes.
    pub file: Option<(Arc<File>, Range<u64>)>,
    /// Whether another request may follow.
    pub keep_alive: bool,
}

/// A folder of files, and those that have been asked for lately.
pub struct Site {
    folder: PathBuf,
    /// By the paths that clients have written.
    open: Mutex<HashMap<String, Arc<Open>>>,
}

/// What a path leads to.
enum Found {
    File(Arc<Open>),
    Folder,
}

/// A file as it was when it was opened.
struct Open {
    file: Arc<File>,
    version: Version,
    kind: &'static str,
}

struct Version {
    length: u64,
    /// In whole seconds, as HTTP tells it.
    modified: SystemTime,
    tag: String,
}

/// What of a file is wanted.
#[derive(PartialEq, Debug)]
enum Part {
    All,
    These(Range<u64>),
    /// Bytes that it has not.
    NoneOfIt,
}

impl Answer {
    /// What a request is answered with.
    pub fn to(request: &Request<'_>, site: &Site) -> Self {
        match site.find(request) {
            Ok(Found::File(open)) => of_file(request, &open),
            Ok(Found::Folder) => {
                let field = format!("Location: /{}/\r\n", request.path().trim_matches('/'));
                short("301 Moved Permanently", &field, request.is_head, request.keep_alive)
            }
            Err(refusal) => refusing(refusal, request.is_head, request.keep_alive),
        }
    }

    /// What is answered when no request can be read; the connection ends with it.
    pub fn to_nothing(refusal: Refusal) -> Self {
        refusing(refusal, false, false)
    }
}

impl Site {
    /// So many files are open at most.
    const MOST: usize = 500;

    pub fn new(folder: PathBuf) -> Self {
        Site { folder, open: Mutex::default() }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on files are what they are now.
    pub fn forget(&self) {
        self.open().clear();
    }

    fn find(&self, request: &Request<'_>) -> Result<Found, Refusal> {
        if let Some(known) = self.open().get(request.path()) {
            return Ok(Found::File(known.clone()));
        }
        let (name, is_folder) = request.name()?;
        let mut path = self.folder.join(name);
        if is_folder {
            path.push("index.html");
        }
        let about = path.metadata().map_err(|_| Refusal::NotFound)?;
        if about.is_dir() {
            return if is_folder { Err(Refusal::NotFound) } else { Ok(Found::Folder) };
        }
        let file = Arc::new(File::open(&path).map_err(|_| Refusal::NotFound)?);
        let modified = about.modified().unwrap_or(UNIX_EPOCH);
        let seconds = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (length, modified) = (about.len(), UNIX_EPOCH + Duration::from_secs(seconds));
        let tag = format!("\"{seconds:x}-{length:x}\"");
        let version = Version { length, modified, tag };
        let found = Arc::new(Open { file, version, kind: kind(&path) });
        let mut open = self.open();
        if open.len() >= Self::MOST {
            open.clear();
        }
        open.insert(request.path().to_owned(), found.clone());
        Ok(Found::File(found))
    }
}

fn kind(path: &Path) -> &'static str {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
    match suffix.to_ascii_lowercase().as_str() {
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "htm" | "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpeg" | "jpg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "md" | "txt" => "text/plain; charset=utf-8",
        "mp4" => "video/mp4",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

impl Version {
    /// Whether the client has it already.
    fn is_known(&self, request: &Request<'_>) -> bool {
        if let Some(tags) = request.if_none_match {
            let mut tags = tags.split(',').map(str::trim);
            return tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.tag);
        }
        request.if_modified_since.is_some_and(|since| self.modified <= since)
    }

    /// What the client wants of it.  What is not one range of bytes asks for all.
    fn part(&self, request: &Request<'_>) -> Part {
        let is_same = request.if_range.is_none_or(|version| {
            version == self.tag
                || httpdate::parse_http_date(version).is_ok_and(|date| date == self.modified)
        });
        let range = request.range.filter(|_| is_same);
        let range = range.and_then(|range| range.strip_prefix("bytes="));
        let Some((first, last)) = range.and_then(|range| range.trim().split_once('-')) else {
            return Part::All;
        };
        let range = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1),
            (Ok(first), _) if last.is_empty() => first..u64::MAX,
            (_, Ok(count)) if first.is_empty() => self.length.saturating_sub(count)..u64::MAX,
            _ => return Part::All,
        };
        let range = range.start..range.end.min(self.length);
        if range.is_empty() { Part::NoneOfIt } else { Part::These(range) }
    }
}

fn of_file(request: &Request<'_>, Open { file, version, kind }: &Open) -> Answer {
    let Request { is_head, keep_alive, .. } = *request;
    let Version { length, tag, .. } = version;
    let modified = httpdate::HttpDate::from(version.modified);
    let about = format!("Last-Modified: {modified}\r\nETag: {tag}\r\nAccept-Ranges: bytes\r\n");
    if version.is_known(request) {
        let mut head = head("304 Not Modified", keep_alive);
        let _ = write!(head, "{about}\r\n");
        return Answer { head: head.into_bytes(), file: None, keep_alive };
    }
    let (mut head, range) = match version.part(request) {
        Part::All => (head("200 OK", keep_alive), 0..*length),
        Part::These(range) => {
            let mut head = head("206 Partial Content", keep_alive);
            let (first, last) = (range.start, range.end - 1);
            let _ = write!(head, "Content-Range: bytes {first}-{last}/{length}\r\n");
            (head, range)
        }
        Part::NoneOfIt => {
            let field = format!("Content-Range: bytes */{length}\r\n");
            return short("416 Range Not Satisfiable", &field, is_head, keep_alive);
        }
    };
    let count = range.end - range.start;
    let _ = write!(head, "Content-Type: {kind}\r\nContent-Length: {count}\r\n{about}\r\n");
    let file = (!is_head && count > 0).then(|| (file.clone(), range));
    Answer { head: head.into_bytes(), file, keep_alive }
}

fn refusing(refusal: Refusal, is_head: bool, keep_alive: bool) -> Answer {
    let (status, fields) = match refusal {
        Refusal::BadRequest => ("400 Bad Request", ""),
        Refusal::NotFound => ("404 Not Found", ""),
        Refusal::MethodNotAllowed => ("405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        Refusal::TimedOut => ("408 Request Timeout", ""),
        Refusal::HeadTooLarge => ("431 Request Header Fields Too Large", ""),
    };
    short(status, fields, is_head, keep_alive)
}

/// An answer without a file, whose body says what its status is.
fn short(status: &str, fields: &str, is_head: bool, keep_alive: bool) -> Answer {
    let mut head = head(status, keep_alive);
    let count = status.len() + 1;
    let _ = write!(head, "{fields}Content-Type: text/plain\r\nContent-Length: {count}\r\n\r\n");
    if !is_head {
        let _ = writeln!(head, "{status}");
    }
    Answer { head: head.into_bytes(), file: None, keep_alive }
}

/// The beginning of a head.
fn head(status: &str, keep_alive: bool) -> String {
    let mut head = String::with_capacity(512);
    let date = httpdate::HttpDate::from(SystemTime::now());
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let _ = write!(head, "HTTP/1.1 {status}\r\nDate: {date}\r\nConnection: {connection}\r\n");
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(range: &str) -> Part {
        let text = format!("GET / HTTP/1.0\r\nRange: {range}\r\n\r\n");
        let request = Request::parse(text.as_bytes()).unwrap().unwrap().0;
        Version { length: 10, modified: UNIX_EPOCH, tag: String::new() }.part(&request)
    }

    #[test]
    fn a_range_is_some_of_the_bytes_that_are_there() {
        assert_eq!(part("bytes=0-0"), Part::These(0..1));
        assert_eq!(part("bytes=3-"), Part::These(3..10));
        assert_eq!(part("bytes=-3"), Part::These(7..10));
        assert_eq!(part("bytes=-30"), Part::These(0..10));
        assert_eq!(part("bytes=9-18446744073709551615"), Part::These(9..10));
        for none in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(part(none), Part::NoneOfIt, "{none}");
        }
        for all in ["bytes=2-1", "bytes=0-1,3-4", "bytes=a-b", "bytes", "lines=1-2"] {
            assert_eq!(part(all), Part::All, "{all}");
        }
    }
}
