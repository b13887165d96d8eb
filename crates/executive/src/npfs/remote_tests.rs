//! A client that comes the way of another process's, in this one.

use super::*;
use crate::io::file::{Device, File};
use crate::io::irp::Outcome;
use crate::io::read_write::Way;
use crate::io::user_memory::UserBuffer;
use crate::npfs::namespace::Creation;
use crate::npfs::pipe::Configuration;
use crate::npfs::queue::{Kind, ReadMode};
use crate::ob::object::{Body, Object, Reference};
use crate::sys::option;

const BOTH: u32 = READ_DATA | WRITE_DATA | 0x180;

struct Pipe(Reference);

impl Pipe {
    fn of(end: End) -> Pipe {
        Pipe(Object::new(Body::File(File::new(Device::Pipe(end), false))))
    }

    fn file(&self) -> &File {
        self.0.file().unwrap()
    }

    fn end(&self) -> &End {
        self.file().pipe().unwrap()
    }

    fn write(&self, text: &[u8]) -> Result<Outcome> {
        UserBuffer::with_bytes(text, |bytes| {
            self.end().perform(&self.0, self.file(), Way::Write, bytes)
        })
    }

    fn read(&self, length: usize) -> Result<Vec<u8>> {
        let buffer = UserBuffer::leaked(length);
        let outcome = self.end().perform(&self.0, self.file(), Way::Read, buffer)?;
        Ok(buffer.part(0, outcome.information).to_box().into())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.file().cleanup();
    }
}

fn creation(name: &str, kind: Kind, quota: u32) -> Creation<'_> {
    let read = if kind == Kind::Byte { ReadMode::Byte } else { ReadMode::Message };
    Creation {
        name,
        configuration: Configuration::Duplex,
        kind,
        modes: Modes { read, no_wait: false },
        first: false,
        rights_of_others: 0,
        maximum: 255,
        outbound_quota: quota,
        inbound_quota: quota,
        default_timeout_ms: 50,
    }
}

fn server(name: &str, kind: Kind, quota: u32) -> Pipe {
    Pipe::of(namespace::make(&creation(name, kind, quota)).unwrap())
}

fn client(name: &str) -> Result<Pipe> {
    open(name, BOTH).map(Pipe::of)
}

fn own_name(subject: &str) -> String {
    format!("remote-tests-{subject}-{}", std::process::id())
}

#[test]
fn messages_go_both_ways_whole_and_in_order() {
    let name = own_name("messages");
    let server = server(&name, Kind::Message, 4096);
    assert_eq!(client(&own_name("nobody")).err(), Some(Status::OBJECT_NAME_NOT_FOUND));
    let client = client(&name).unwrap();
    assert_eq!(client.end().server_process_id(), Ok(std::process::id()));
    assert_eq!(server.end().client_process_id(), Ok(std::process::id()));
    for text in [&b"one"[..], b"", b"three"] {
        client.write(text).unwrap();
        server.write(text).unwrap();
    }
    let message = Modes { read: ReadMode::Message, no_wait: false };
    client.end().set_modes(message).unwrap();
    for text in [&b"one"[..], b"", b"three"] {
        assert_eq!(server.read(100).unwrap(), text);
        assert_eq!(client.read(100).unwrap(), text);
    }
}

#[test]
fn an_instance_serves_one_client_and_the_next_after_a_disconnection() {
    let name = own_name("instance");
    let server = server(&name, Kind::Byte, 100);
    let first = client(&name).unwrap();
    assert_eq!(client(&name).err(), Some(Status::PIPE_NOT_AVAILABLE));
    assert_eq!(
        wait(&name, Patience::Until(Deadline::after_milliseconds(20))),
        Err(Status::IO_TIMEOUT)
    );
    server.write(b"unread").unwrap();
    server.end().disconnect(server.file()).unwrap();
    assert_eq!(first.read(10), Err(Status::PIPE_DISCONNECTED));
    assert_eq!(first.write(b"x"), Err(Status::PIPE_DISCONNECTED));
    assert_eq!(server.write(b"x"), Err(Status::PIPE_DISCONNECTED));
    std::thread::scope(|scope| {
        let listener = scope.spawn(|| server.end().listen(&server.0, server.file(), None));
        assert_eq!(wait(&name, Patience::Until(Deadline::Never)), Ok(()));
        let second = client(&name).unwrap();
        listener.join().unwrap().unwrap();
        second.write(b"second").unwrap();
        assert_eq!(server.read(10).unwrap(), b"second");
        assert_eq!(first.read(10), Err(Status::PIPE_DISCONNECTED));
    });
}

#[test]
fn what_was_written_outlives_its_writer() {
    let name = own_name("ending");
    let server = server(&name, Kind::Byte, 100);
    let client = client(&name).unwrap();
    client.write(b"last words").unwrap();
    server.write(b"unread").unwrap();
    drop(client);
    assert_eq!(server.read(4).unwrap(), b"last");
    assert_eq!(server.write(b"x"), Err(Status::PIPE_CLOSING));
    assert_eq!(server.read(100).unwrap(), b" words");
    assert_eq!(server.read(100), Err(Status::PIPE_BROKEN));
}

#[test]
fn a_close_waits_for_a_slow_peer_when_it_holds_no_lock() {
    let name = own_name("slow");
    let server = server(&name, Kind::Byte, 64 << 20);
    let client = client(&name).unwrap();
    let socket = client.end().instance().fd().unwrap();
    option::set(socket, libc::SOL_SOCKET, libc::SO_SNDBUF, 4096).unwrap();
    let long = vec![7_u8; 4 << 20];
    client.write(&long).unwrap();
    assert!(client.end().lock().awaited().events.contains(PollFlags::OUT), "the socket is full");
    let mut ends = Ends::default();
    client.end().lock().close(Side::Client, &mut ends);
    // Had it waited then, what follows would be too late.
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut got = 0;
            while let Ok(part) = server.read(1 << 20) {
                got += part.len();
            }
            got
        });
        ends.wake();
        assert_eq!(reader.join().unwrap(), long.len());
    });
}

#[test]
fn a_write_beyond_the_quota_waits_until_it_is_read() {
    let name = own_name("quota");
    let server = server(&name, Kind::Message, 1000);
    let client = client(&name).unwrap();
    let long = vec![7_u8; 700_000];
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| client.write(&long).map(|outcome| outcome.information));
        let mut got = Vec::new();
        while got.len() < long.len() {
            match server.read(64 * 1024) {
                Ok(part) => got.extend(part),
                Err(status) => panic!("{status:?}"),
            }
        }
        assert_eq!(got, long);
        assert_eq!(writer.join().unwrap(), Ok(long.len()));
        client.write(b"flushed").unwrap();
        let flusher = scope.spawn(|| client.end().flush(&client.0, client.file()));
        assert_eq!(server.read(100).unwrap(), b"flushed");
        assert_eq!(flusher.join().unwrap(), Ok(()));
    });
}

/// Another process' part in a name, as far as this one sees it.
fn another(name: &str, wish: impl FnOnce(&mut Settings) -> bool) -> Result<claim::Claim> {
    let mut settings = Settings {
        name: name.into(),
        kind: Kind::Byte,
        configuration: Configuration::Duplex,
        maximum: 255,
        default_timeout_ms: 0,
    };
    let first = wish(&mut settings);
    let wish = claim::Wish { settings: &settings, first, is_open: false };
    claim::claim(&namespace::key(name), &wish).map(|(claim, _)| claim)
}

#[test]
fn another_process_serves_a_name_too_if_it_agrees() {
    let name = own_name("name");
    let server = server(&name, Kind::Byte, 100);
    assert_eq!(another(&name, |_| true).err(), Some(Status::ACCESS_DENIED));
    let other_way = |settings: &mut Settings| {
        settings.configuration = Configuration::Inbound;
        false
    };
    assert_eq!(another(&name, other_way).err(), Some(Status::ACCESS_DENIED));
    let second = another(&name, |_| false).unwrap();
    assert_eq!(server.end().instances(), (2, 255));
    second.show(7, 0);
    assert_eq!(server.end().instances(), (8, 255));
    drop(second);
    assert_eq!(server.end().instances(), (1, 255));
    drop(server);
    assert_eq!(client(&name).err(), Some(Status::OBJECT_NAME_NOT_FOUND));
    drop(another(&name, |_| true).unwrap());
}

#[test]
fn the_limit_holds_for_all_processes() {
    let name = own_name("limit");
    let limited = |settings: &mut Settings| {
        settings.maximum = 3;
        false
    };
    let other = another(&name, limited).unwrap();
    let one = server(&name, Kind::Byte, 100);
    let two = server(&name, Kind::Byte, 100);
    let creation = creation(&name, Kind::Byte, 100);
    assert_eq!(namespace::make(&creation).err(), Some(Status::INSTANCE_NOT_AVAILABLE));
    assert_eq!(another(&name, limited).err(), Some(Status::INSTANCE_NOT_AVAILABLE));
    drop(one);
    let three = server(&name, Kind::Byte, 100);
    drop((two, three));
    drop(other);
    let nobody = Err(Status::OBJECT_NAME_NOT_FOUND);
    assert_eq!(namespace::wait(&name, Patience::Until(Deadline::Passed)), nobody);
}
