//! The models: what each is called, its echo server's source, and what there is to say about it.

/// A source file of `examples/c`.
pub struct Source {
    /// Its name.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! source {
    ($file:literal) => {
        Source { file: $file, text: include_str!(concat!("../../../../examples/c/", $file)) }
    };
}

/// What all servers share; not counted as any model's source.
pub static COMMON: Source = source!("echo_server.h");
static WHEN_READY: Source = source!("echo_when_ready.h");
static GROUPS: Source = source!("event_groups.h");

/// A way to serve many sockets.
pub struct Model {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The server.
    pub source: Source,
    /// The headers that belong to it, besides [`COMMON`].
    pub headers: &'static [&'static Source],
    /// How many connections the server takes, if fewer than the system.
    pub limit: Option<usize>,
    /// How many connections one thread can serve, in words.
    pub per_thread: &'static str,
    /// A few sentences, HTML.
    pub about: &'static str,
    /// The functions that one should read.
    pub heart: &'static [&'static str],
}

/// All, in the order in which one learns them.
pub static MODELS: [Model; 6] = [
    Model {
        name: "thread",
        title: "a thread for each",
        source: source!("thread_echo_server.c"),
        headers: &[],
        limit: None,
        per_thread: "1",
        about: "The starting point, and no model of asynchronous I/O at all: calls that block, \
                one after the other, in a thread that belongs to one connection. Nothing is \
                easier to read. The price is the thread: a stack, a place in the scheduler, and \
                a switch of threads for every message.",
        heart: &["serve"],
    },
    Model {
        name: "select",
        title: "select",
        source: source!("select_echo_server.c"),
        headers: &[&WHEN_READY],
        limit: Some(1023),
        per_thread: "1023",
        about: "One thread asks which of its sockets can go on, and then lets those go on without \
                blocking. Each call carries all sockets in and the ready ones out, so its cost \
                grows with the number of connections, however few of them talk. On Windows a set \
                is a list whose length the program chooses (64 unless it says otherwise, here \
                1,024), not a bit mask.",
        heart: &["serve"],
    },
    Model {
        name: "event-select",
        title: "WSAEventSelect",
        source: source!("event_select_echo_server.c"),
        headers: &[&WHEN_READY, &GROUPS],
        limit: None,
        per_thread: "64",
        about: "The same without a window: what happens to a socket sets an event object, and \
                <code>WSAEnumNetworkEvents</code> says what it was. A wait takes 64 objects, so \
                a server needs a thread for each 64 connections, and code that spreads them.",
        heart: &["serve_group", "serve_member"],
    },
    Model {
        name: "overlapped-event",
        title: "overlapped, events",
        source: source!("overlapped_event_echo_server.c"),
        headers: &[&GROUPS],
        limit: None,
        per_thread: "64",
        about: "Here the question changes: not &ldquo;may I receive?&rdquo; but \
                &ldquo;receive, and tell me when it is done&rdquo;. The buffer belongs to the \
                system until the event is set, and then the data is in it. No call is made in \
                vain, but the wait is the old one, with its 64 objects.",
        heart: &["issue", "serve_member"],
    },
    Model {
        name: "overlapped-routine",
        title: "overlapped, routines",
        source: source!("overlapped_routine_echo_server.c"),
        headers: &[],
        limit: None,
        per_thread: "any",
        about: "The same requests, but the system calls a function of the program when one is \
                done, in the thread that started it, while that thread sleeps alertably. No \
                objects to wait for, so no 64; and no locks, because all of it happens in one \
                thread. Which is also the limit: the work cannot move to another processor.",
        heart: &["on_completion", "serve"],
    },
    Model {
        name: "iocp",
        title: "completion port",
        source: source!("iocp_echo_server.c"),
        headers: &[],
        limit: None,
        per_thread: "any",
        about: "Completions of all sockets go into one queue, and a few threads take them out: as \
                many as there are processors, however many connections. The last thread that \
                went to sleep is the first to be woken, and no more threads run than the port \
                allows.",
        heart: &["worker"],
    },
];

impl Model {
    /// Lines of source that are neither empty nor only comment, its headers' among them.
    pub fn lines(&self) -> usize {
        let headers: usize = self.headers.iter().map(|header| code_lines(header.text)).sum();
        code_lines(self.source.text) + headers
    }

    /// The text of the functions that one should read.
    pub fn heart(&self) -> String {
        let texts = std::iter::once(self.source.text)
            .chain(self.headers.iter().map(|header| header.text))
            .collect::<Vec<_>>();
        let found = |name: &&str| texts.iter().find_map(|text| function(text, name));
        self.heart.iter().filter_map(found).collect::<Vec<_>>().join("\n")
    }
}

fn code_lines(text: &str) -> usize {
    let mut in_comment = false;
    let mut count = 0;
    for line in text.lines().map(str::trim) {
        let is_comment = in_comment || line.starts_with("/*");
        if is_comment {
            in_comment = !line.contains("*/");
        }
        count += usize::from(!line.is_empty() && !is_comment);
    }
    count
}

/// The definition of a function, from its type to the brace that ends it.
fn function<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let call = format!(" {name}(");
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let rest = &text[offset..];
        offset += line.len();
        let head = rest.split_once('{').map_or(rest, |(head, _)| head);
        if line.starts_with("static ") && line.contains(&call) && !head.contains(';') {
            return rest.find("\n}\n").map(|end| &rest[..end + 3]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_its_heart_and_it_is_short() {
        for model in &MODELS {
            let heart = model.heart();
            let functions = heart.matches("\n}\n").count();
            assert_eq!(functions, model.heart.len(), "{}", model.name);
            assert!(heart.lines().count() <= 50, "{}", model.name);
        }
    }

    #[test]
    fn comments_and_empty_lines_are_no_source() {
        assert_eq!(code_lines("/* a\n * b */\n\nint x; /* c */\n/* d */\n}\n"), 2);
    }

    #[test]
    fn the_headers_are_those_that_are_included() {
        for model in &MODELS {
            let all: String = std::iter::once(&model.source)
                .chain(model.headers.iter().copied())
                .map(|source| source.text)
                .collect();
            for header in [&COMMON, &WHEN_READY, &GROUPS] {
                let included = all.contains(&format!("#include \"{}\"", header.file));
                let named = model.headers.iter().any(|known| known.file == header.file);
                assert_eq!(included, named || header.file == COMMON.file, "{}", model.name);
            }
        }
    }
}
