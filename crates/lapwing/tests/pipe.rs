//! Named pipes: clients that come early and late, messages and their parts, and every way to end.

mod wine;

use lapwing::{Associated, ClientEnd, Completed, CompletionPort, Direction, Executor, PipeMessage};
use lapwing::{NamedPipe, Operation, PipeOptions, ServerEnd, Transaction};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

type Server = Associated<NamedPipe<ServerEnd>, (), Event>;
type Client = Associated<NamedPipe<ClientEnd>, (), Event>;

enum Event {
    Connected(Completed<Vec<u8>, Server>),
    Served(Completed<Vec<u8>, Server>),
    Done(Completed<Vec<u8>, Client>),
}

/// A name of the test's own.
fn name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("lapwing-pipe-{}-{number}", std::process::id())
}

fn room(count: usize) -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(count))
}

fn text(text: &str) -> Operation<Vec<u8>> {
    Operation::new(text.as_bytes().to_vec())
}

/// Both ends of a pipe.
fn both(options: PipeOptions) -> (NamedPipe<ServerEnd>, NamedPipe<ClientEnd>) {
    let name = name();
    let server = options.create(&name).unwrap();
    let client = NamedPipe::open(&name).unwrap();
    let connected = server.connect(room(0)).begin().unwrap().wait().unwrap();
    assert_eq!(connected.result, Ok(0));
    (server, client)
}

fn messages() -> PipeOptions {
    PipeOptions::new().messages(true)
}

/// Writes and reads, without a port.
fn write<E: 'static>(pipe: &NamedPipe<E>, bytes: &str) {
    let written = pipe.write(text(bytes)).begin().unwrap().wait().unwrap();
    assert_eq!(written.result, Ok(bytes.len()));
}

fn read<E: 'static>(pipe: &NamedPipe<E>, count: usize) -> (PipeMessage, Vec<u8>) {
    let read = pipe.read(room(count)).begin().unwrap().wait().unwrap();
    (read.message().unwrap(), read.operation.into_buffer())
}

#[test]
fn clients_come_before_and_after_they_are_waited_for() {
    let port = CompletionPort::new(1).unwrap();
    let name = name();
    let server = port.associate(PipeOptions::new().create(&name).unwrap(), ()).unwrap();
    let mut operation = room(16);
    for comes_early in [true, false] {
        let early = comes_early.then(|| NamedPipe::open(&name).unwrap());
        server.connect(operation).then(Event::Connected).unwrap();
        let client = early.unwrap_or_else(|| NamedPipe::open(&name).unwrap());
        let Event::Connected(done) = port.get().unwrap() else { panic!("not a client") };
        assert_eq!(done.result, Ok(0));
        done.source.read(done.operation).then(Event::Served).unwrap();
        let client = port.associate(client, ()).unwrap();
        client.write(text("hello")).then(Event::Done).unwrap();
        let (mut read, mut written) = (None, None);
        for _ in 0..2 {
            match port.get().unwrap() {
                Event::Served(done) => read = Some(done),
                Event::Done(done) => written = Some(done),
                Event::Connected(_) => panic!("connected twice"),
            }
        }
        assert_eq!(written.unwrap().result, Ok(5));
        let read = read.unwrap();
        assert_eq!(read.operation.buffer(), b"hello");
        server.disconnect().unwrap();
        assert_eq!(server.disconnect().unwrap_err().win32(), 233);
        let refused = client.write(text("lost")).then(Event::Done).unwrap_err();
        assert_eq!(refused.error.win32(), 233);
        operation = read.operation;
    }
    assert!(port.get_within(Duration::ZERO).unwrap().is_none());
}

#[test]
fn a_client_that_has_come_and_gone_is_an_error() {
    let name = name();
    let server = PipeOptions::new().create(&name).unwrap();
    drop(NamedPipe::open(&name).unwrap());
    let refused = server.connect(text("kept")).begin().unwrap_err();
    assert_eq!((refused.error.win32(), refused.operation.into_buffer()), (232, b"kept".to_vec()));
    server.disconnect().unwrap();
    let waiting = server.connect(text("kept")).begin().unwrap();
    let cancelled = waiting.cancel().unwrap();
    assert!(cancelled.result.unwrap_err().is_aborted());
    assert_eq!(cancelled.operation.buffer(), b"kept");
}

#[test]
fn messages_have_ends_and_parts() {
    let (server, client) = both(messages());
    for text in ["first", "", "the second"] {
        write(&client, text);
    }
    assert_eq!(read(&server, 16), (PipeMessage::Whole(5), b"first".to_vec()));
    assert_eq!(read(&server, 16), (PipeMessage::Whole(0), Vec::new()));
    assert_eq!(read(&server, 4), (PipeMessage::Part(4), b"the ".to_vec()));
    assert_eq!(read(&server, 4), (PipeMessage::Part(4), b"seco".to_vec()));
    assert_eq!(read(&server, 4), (PipeMessage::Whole(2), b"nd".to_vec()));
    // The client reads messages too.
    write(&server, "one");
    write(&server, "two");
    assert_eq!(read(&client, 16), (PipeMessage::Whole(3), b"one".to_vec()));
    drop(server);
    assert_eq!(read(&client, 16), (PipeMessage::Whole(3), b"two".to_vec()));
    assert_eq!(read(&client, 16), (PipeMessage::End, Vec::new()));
    let refused = client.write(text("lost")).begin().unwrap_err();
    assert_eq!(refused.error.win32(), 232);
}

#[test]
fn a_part_of_a_message_comes_out_of_a_port() {
    let port = CompletionPort::new(1).unwrap();
    let (server, client) = both(messages());
    let client = port.associate(client, ()).unwrap();
    // Once it is there already, and once it is waited for.
    write(&server, "longer");
    client.read(room(4)).then(Event::Done).unwrap();
    client.read(room(4)).then(Event::Done).unwrap();
    client.read(room(4)).then(Event::Done).unwrap();
    write(&server, "another");
    for (message, bytes) in [
        (PipeMessage::Part(4), "long"),
        (PipeMessage::Whole(2), "er"),
        (PipeMessage::Part(4), "anot"),
    ] {
        let Event::Done(done) = port.get().unwrap() else { panic!("not the client's") };
        assert_eq!(done.message().unwrap(), message);
        assert_eq!(done.operation.buffer(), bytes.as_bytes());
    }
    assert!(port.get_within(Duration::ZERO).unwrap().is_none());
}

#[test]
fn bytes_have_no_parts() {
    let (server, client) = both(PipeOptions::new());
    write(&client, "one");
    write(&client, "two");
    assert_eq!(read(&server, 4), (PipeMessage::Whole(4), b"onet".to_vec()));
    drop(client);
    assert_eq!(read(&server, 4), (PipeMessage::Whole(2), b"wo".to_vec()));
    let ended = server.read(room(4)).begin().unwrap().wait().unwrap();
    assert_eq!(ended.result, Ok(0));
}

#[test]
fn a_question_and_its_answer_are_one_operation() {
    let (server, client) = both(messages());
    let transaction = Transaction { request: b"question".to_vec(), reply: Vec::with_capacity(4) };
    let asking = client.transact(Operation::new(transaction)).begin().unwrap();
    assert_eq!(read(&server, 16), (PipeMessage::Whole(8), b"question".to_vec()));
    write(&server, "answer");
    let done = asking.wait().unwrap();
    assert_eq!(done.message().unwrap(), PipeMessage::Part(4));
    let Transaction { request, reply } = done.operation.into_buffer();
    assert_eq!((request.as_slice(), reply.as_slice()), (&b"question"[..], &b"answ"[..]));
    assert_eq!(read(&client, 4), (PipeMessage::Whole(2), b"er".to_vec()));
}

#[test]
fn a_pipe_goes_one_way() {
    let name = name();
    let server = PipeOptions::new().messages(true).direction(Direction::ToClient);
    let server = server.create(&name).unwrap();
    assert_eq!(NamedPipe::open(&name).unwrap_err().win32(), 5);
    let client = NamedPipe::open_to(&name, Direction::ToClient).unwrap();
    write(&server, "down");
    write(&server, "again");
    assert_eq!(read(&client, 8), (PipeMessage::Whole(4), b"down".to_vec()));
    let refused = client.write(text("up")).begin().unwrap_err();
    assert_eq!(refused.error.win32(), 5);
}

#[test]
fn instances_are_limited_and_waited_for() {
    let name = name();
    assert_eq!(NamedPipe::open(&name).unwrap_err().win32(), 2);
    let short = Duration::from_millis(1);
    assert_eq!(NamedPipe::wait_for_instance(&name, short).unwrap_err().win32(), 2);
    let options = PipeOptions::new().instances(1);
    let server = options.first_instance(true).create(&name).unwrap();
    assert!(NamedPipe::wait_for_instance(&name, short).unwrap());
    assert_eq!(options.create(&name).unwrap_err().win32(), 231);
    let client = NamedPipe::open(&name).unwrap();
    assert_eq!(NamedPipe::open(&name).unwrap_err().win32(), 231);
    assert!(!NamedPipe::wait_for_instance(&name, short).unwrap());
    drop((server, client));
    assert_eq!(NamedPipe::open(&name).unwrap_err().win32(), 2);
}

#[test]
fn a_wrong_name_or_number_is_refused() {
    assert_eq!(PipeOptions::new().create("a\0b").unwrap_err().win32(), 123);
    let none = PipeOptions::new().instances(0).create(&name());
    let refused = none.is_err_and(|error| error.win32() == 87);
    assert!(refused || wine::cannot("a pipe of no instances is made"));
    let name = name();
    let _server = PipeOptions::new().create(&format!(r"\\.\pipe\{name}")).unwrap();
    NamedPipe::open(&name).unwrap();
    let second = PipeOptions::new().first_instance(true).create(&name);
    let refused = second.is_err_and(|error| error.win32() == 5);
    assert!(refused || wine::cannot("`FILE_FLAG_FIRST_PIPE_INSTANCE` changes nothing"));
}

#[test]
fn a_task_serves_many_clients() {
    let executor = Executor::new(2).unwrap();
    let spawner = executor.spawner();
    let name: Arc<str> = name().into();
    let served = name.clone();
    let mut free = executor.associate(PipeOptions::new().create(&served).unwrap()).unwrap();
    executor
        .spawn(async move {
            while free.connect(room(0)).await.result.is_ok() {
                let pipe = free;
                let Ok(next) = PipeOptions::new().create(&served) else { break };
                let Ok(next) = spawner.associate(next) else { break };
                free = next;
                let echo = async move {
                    let mut operation = room(64);
                    loop {
                        let read = pipe.read(operation).await;
                        if !read.result.is_ok_and(|count| count > 0) {
                            break;
                        }
                        operation = pipe.write(read.operation).await.operation;
                    }
                };
                if spawner.spawn(echo).is_err() {
                    break;
                }
            }
        })
        .unwrap();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (executor, name) = (&executor, &name);
            scope.spawn(move || {
                let client = loop {
                    match NamedPipe::open(name) {
                        Ok(client) => break executor.associate(client).unwrap(),
                        Err(error) if error.win32() == 231 => {
                            NamedPipe::wait_for_instance(name, Duration::from_secs(60)).unwrap();
                        }
                        Err(error) => panic!("{error}"),
                    }
                };
                executor.block_on(async {
                    let mut operation = room(16);
                    for turn in 0..100 {
                        operation.buffer_mut().clear();
                        operation.buffer_mut().extend_from_slice(&[number, turn]);
                        let written = client.write(operation).await;
                        let read = client.read(written.operation).await;
                        assert_eq!(read.result, Ok(2));
                        assert_eq!(read.operation.buffer(), &[number, turn]);
                        operation = read.operation;
                    }
                });
            });
        }
    });
}
