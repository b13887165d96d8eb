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
    /// What one should read of it.
    pub heart: &'static [Excerpt],
    /// How news of a socket reaches a thread.
    pub picture: Picture,
}

/// A piece of a model's source.
pub enum Excerpt {
    /// The function of this name.
    Function(&'static str),
    /// The loop of the function of this name.
    Loop(&'static str),
}

impl Excerpt {
    fn find(&self, text: &str) -> Option<String> {
        match self {
            Excerpt::Function(name) => function(text, name).map(str::to_owned),
            Excerpt::Loop(name) => function(text, name).and_then(main_loop),
        }
    }
}

/// What stands between the connections and the threads.
pub struct Picture {
    pub between: Between,
    /// What it is called.
    pub label: &'static str,
}

/// The kinds of it.
#[derive(Clone, Copy)]
pub enum Between {
    /// Nothing: each connection has a thread.
    Nothing,
    /// A list of all connections, which is gone through.
    List,
    /// An event for each, so many to a thread.
    Events,
    /// A queue that holds what has happened, for one thread.
    Queue,
    /// The same, for several threads.
    SharedQueue,
}

/// All, in the order in which one learns them.
pub static MODELS: [Model; 8] = [
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
        heart: &[Excerpt::Function("serve")],
        picture: Picture { between: Between::Nothing, label: "calls that block" },
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
        heart: &[Excerpt::Loop("serve")],
        picture: Picture { between: Between::List, label: "sets, each call" },
    },
    Model {
        name: "poll",
        title: "WSAPoll",
        source: source!("poll_echo_server.c"),
        headers: &[&WHEN_READY],
        limit: None,
        per_thread: "any",
        about: "The same question with one array instead of three sets. What is wanted and what \
                has happened are kept apart, so the array need not be built anew, and it may have \
                any length. Each call still goes through all of it.",
        heart: &[Excerpt::Loop("serve")],
        picture: Picture { between: Between::List, label: "an array, each call" },
    },
    Model {
        name: "async-select",
        title: "WSAAsyncSelect",
        source: source!("async_select_echo_server.c"),
        headers: &[&WHEN_READY],
        limit: None,
        per_thread: "any",
        about: "The question is asked once. From then on, whatever happens to a socket comes as a \
                message to a window, between those of mouse and keyboard: made for programs that \
                have a message loop anyway. Who is quiet is not asked; but there is one queue, \
                and one thread that reads it. (The window is never shown, and no display is \
                needed.)",
        heart: &[Excerpt::Loop("main"), Excerpt::Function("on_connection")],
        picture: Picture { between: Between::Queue, label: "message queue" },
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
        heart: &[Excerpt::Loop("serve_group"), Excerpt::Function("serve_member")],
        picture: Picture { between: Between::Events, label: "events, 64 a wait" },
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
        heart: &[Excerpt::Function("issue"), Excerpt::Function("serve_member")],
        picture: Picture { between: Between::Events, label: "events, 64 a wait" },
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
        heart: &[Excerpt::Loop("serve"), Excerpt::Function("on_completion")],
        picture: Picture { between: Between::Queue, label: "routines to call" },
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
        heart: &[Excerpt::Loop("worker")],
        picture: Picture { between: Between::SharedQueue, label: "the port\u{2019}s queue" },
    },
];

impl Model {
    /// Lines of source that are neither empty nor only comment, its headers' among them.
    pub fn lines(&self) -> usize {
        let headers: usize = self.headers.iter().map(|header| code_lines(header.text)).sum();
        code_lines(self.source.text) + headers
    }

    /// The text of what one should read.
    pub fn heart(&self) -> String {
        let texts = std::iter::once(self.source.text)
            .chain(self.headers.iter().map(|header| header.text))
            .collect::<Vec<_>>();
        let found = |excerpt: &Excerpt| texts.iter().find_map(|text| excerpt.find(text));
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
        if !line.starts_with([' ', '*', '/']) && line.contains(&call) && !head.contains(';') {
            return rest.find("\n}\n").map(|end| &rest[..end + 3]);
        }
    }
    None
}

/// A function's loop: its first `while`, or `for` without an end.
fn main_loop(function: &str) -> Option<String> {
    let begins = |line: &&str| line.starts_with("    while (") || line.starts_with("    for (;;)");
    let first = function.lines().find(begins)?;
    let rest = &function[function.find(first)?..];
    let has_block =
        rest.find("{\n").is_some_and(|block| rest.find(";\n").is_none_or(|end| block < end));
    let mark = if has_block { "\n    }\n" } else { ";\n" };
    let text = &rest[..rest.find(mark)? + mark.len()];
    let lines = text.split_inclusive('\n');
    Some(lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_its_heart_and_it_is_short() {
        for model in &MODELS {
            let heart = model.heart();
            let pieces = heart.split("\n\n").filter(|piece| !piece.starts_with(' ')).count();
            assert_eq!(pieces, model.heart.len(), "{heart}");
            assert!(heart.lines().count() <= 45, "{}", model.name);
        }
    }

    #[test]
    fn a_loop_has_a_block_or_is_one_statement() {
        let function =
            "int f(void)\n{\n    while (a(\n           b)) {\n        c();\n    }\n    d();\n}\n";
        let found = "while (a(\n       b)) {\n    c();\n}\n";
        assert_eq!(main_loop(function).as_deref(), Some(found));
        let function = "int f(void)\n{\n    while (a)\n        b();\n    c();\n}\n";
        assert_eq!(main_loop(function).as_deref(), Some("while (a)\n    b();\n"));
        let function = "int f(void)\n{\n    for (;;) {\n        b();\n    }\n}\n";
        assert_eq!(main_loop(function).as_deref(), Some("for (;;) {\n    b();\n}\n"));
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
