//! Files: every way to finish an operation, ends of files, locks, and how they are opened.

mod wine;

use lapwing::{Associated, ByteRange, Completed, CompletionPort, Executor, File, OpenOptions};
use lapwing::{Operation, Woken};
use std::path::PathBuf;

type Disk = Associated<File, (), Event>;

enum Event {
    Done(Completed<Vec<u8>, Disk>),
    Locked(Completed<ByteRange, Disk>),
    Woken,
}

impl From<Woken> for Event {
    fn from(_: Woken) -> Self {
        Event::Woken
    }
}

/// A name of this test's own, which goes with its last handle.
fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("lapwing-file-{}-{name}", std::process::id()))
}

fn options() -> OpenOptions {
    OpenOptions::new().read(true).write(true).create(true).delete_on_close(true)
}

fn open(name: &str) -> File {
    options().open(path(name)).unwrap()
}

fn text(text: &str) -> Operation<Vec<u8>> {
    Operation::new(text.as_bytes().to_vec())
}

fn room(count: usize) -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(count))
}

fn done(port: &CompletionPort<Event>) -> Completed<Vec<u8>, Disk> {
    match port.get().unwrap() {
        Event::Done(done) => done,
        _ => panic!("neither read nor written"),
    }
}

#[test]
fn bytes_stand_where_they_were_written() {
    let port = CompletionPort::new(1).unwrap();
    let file = port.associate(open("offsets"), ()).unwrap();
    let far = (1 << 32) + 7;
    for (at, word) in [(0, "zero"), (far, "far"), (2, "ROES")] {
        file.write_at(text(word), at).then(Event::Done).unwrap();
        assert_eq!(done(&port).result, Ok(word.len()));
    }
    assert_eq!(file.size(), Ok(far + 3));
    for (at, word) in [(0, "zeROES"), (far, "far"), (far + 1, "ar")] {
        file.read_at(room(6), at).then(Event::Done).unwrap();
        let mut read = done(&port).operation.into_buffer();
        read.truncate(word.len());
        assert_eq!(read, word.as_bytes());
    }
}

#[test]
fn at_the_end_there_are_no_bytes_and_no_error() {
    let port = CompletionPort::new(1).unwrap();
    let file = port.associate(open("end"), ()).unwrap();
    let written = file.write_at(text("12345"), 0).begin().unwrap().wait().unwrap();
    assert_eq!(written.result, Ok(5));
    for (at, count) in [(3, 2), (5, 0), (6, 0), (1 << 40, 0)] {
        let at_once = file.read_at(room(4), at).begin().unwrap().wait().unwrap();
        assert_eq!((at_once.result, at_once.operation.buffer().len()), (Ok(count), count));
        file.read_at(at_once.operation, at).then(Event::Done).unwrap();
        assert_eq!(done(&port).result, Ok(count));
    }
    assert!(port.get_within(std::time::Duration::ZERO).unwrap().is_none());
}

#[test]
fn a_file_is_copied_by_a_task() {
    let executor = Executor::new(1).unwrap();
    let from = executor.associate(open("from")).unwrap();
    let to = executor.associate(open("to")).unwrap();
    let content: Vec<u8> = (0..100_000_u32).map(|number| number as u8).collect();
    let copied = executor.block_on(async {
        let content = from.write_at(Operation::new(content.clone()), 0).await;
        assert_eq!(content.result, Ok(100_000));
        let (mut operation, mut at) = (room(4096), 0);
        loop {
            let read = from.read_at(operation, at).await;
            let count = read.result.unwrap();
            if count == 0 {
                break;
            }
            operation = to.write_at(read.operation, at).await.operation;
            at += count as u64;
        }
        to.read_at(room(100_001), 0).await.operation.into_buffer()
    });
    assert_eq!(copied, content);
}

#[test]
fn a_record_goes_to_the_end() {
    let file = open("append");
    for word in ["one ", "two ", "three"] {
        assert_eq!(file.append(text(word)).begin().unwrap().wait().unwrap().result, Ok(word.len()));
    }
    let read = file.read_at(room(32), 0).begin().unwrap().wait().unwrap();
    assert_eq!(read.operation.buffer(), b"one two three");
}

#[test]
fn a_file_is_cut_and_lengthened() {
    let file = open("length");
    assert_eq!(file.write_at(text("abcdef"), 0).begin().unwrap().wait().unwrap().result, Ok(6));
    file.set_len(2).unwrap();
    file.set_len(4).unwrap();
    file.sync_all().unwrap();
    let read = file.read_at(room(9), 0).begin().unwrap().wait().unwrap();
    assert_eq!(read.operation.buffer(), b"ab\0\0");
    assert_eq!(file.set_len(u64::MAX).unwrap_err().win32(), 87);
    assert_eq!(file.size(), Ok(4));
}

#[test]
fn a_lock_waits_for_another_handle_s() {
    if wine::cannot("nothing tells of the end of a `LockFileEx`") {
        return;
    }
    let port = CompletionPort::new(1).unwrap();
    let first = port.associate(open("lock"), ()).unwrap();
    let second = port.associate(options().open(path("lock")).unwrap(), ()).unwrap();
    let lock = |range: ByteRange| Operation::new(range);

    first.lock(lock(ByteRange::exclusive(0..10))).then(Event::Locked).unwrap();
    let Event::Locked(locked) = port.get().unwrap() else { panic!("not a lock") };
    assert_eq!(locked.result, Ok(0));
    let range = ByteRange::shared(5..15);
    let refused = second.lock(lock(range.clone().immediately())).begin();
    let error = match refused {
        Ok(pending) => pending.wait().unwrap().result.unwrap_err(),
        Err(refused) => refused.error,
    };
    assert_eq!(error.win32(), 33);
    assert_eq!(second.unlock(0..10).unwrap_err().win32(), 158);

    second.lock(lock(range)).then(Event::Locked).unwrap();
    assert!(port.get_within(std::time::Duration::ZERO).unwrap().is_none());
    first.unlock(0..10).unwrap();
    let Event::Locked(locked) = port.get().unwrap() else { panic!("not a lock") };
    assert_eq!(locked.result, Ok(0));
    locked.source.unlock(5..15).unwrap();
}

#[test]
fn a_wrong_name_or_wish_opens_nothing() {
    let missing = path("missing");
    let open = |options: OpenOptions| options.open(&missing).unwrap_err();
    assert_eq!(open(OpenOptions::new().read(true)).win32(), 2);
    assert_eq!(open(OpenOptions::new()).during(), "OpenOptions");
    for contradiction in [
        OpenOptions::new().create(true),
        OpenOptions::new().read(true).truncate(true),
        OpenOptions::new().read(true).create_new(true),
    ] {
        assert_eq!(open(contradiction).win32(), 87);
    }
    assert_eq!(File::open("no\0name").unwrap_err().win32(), 123);
    assert_eq!(File::open(missing.join("below")).unwrap_err().win32(), 3);
    let read_only = path("read-only");
    std::fs::write(&read_only, b"kept").unwrap();
    let file = File::open(&read_only).unwrap();
    let refused = file.write_at(text("lost"), 0).begin().unwrap_err();
    assert_eq!((refused.error.win32(), refused.operation.buffer().as_slice()), (5, &b"lost"[..]));
    drop(file);
    std::fs::remove_file(read_only).unwrap();
}

#[test]
fn what_is_not_shared_is_refused() {
    let path = path("share");
    let mine = options().share_write(false);
    let file = mine.open(&path).unwrap();
    assert_eq!(options().open(&path).unwrap_err().win32(), 32);
    drop(file);
    drop(options().open(&path).unwrap());
    assert_eq!(File::open(&path).unwrap_err().win32(), 2);
}
