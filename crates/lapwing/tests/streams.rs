//! Streams for code that lends its buffers: nothing is lost, whatever is given up.

use lapwing::{Accept, Associated, AsyncStream, CompletionPort, Executor, Operation};
use lapwing::{NamedPipe, PipeOptions, TcpListener, TcpStream, Woken};
use std::future::{Future, poll_fn};
use std::io::{Read, Write};
use std::net::{self, Shutdown};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

type Port = CompletionPort<Woken>;
type Stream = AsyncStream<TcpStream, (), Woken>;

fn accepted() -> (TcpStream, net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
    (accepting.wait().unwrap().accepted().unwrap(), client)
}

/// A stream whose packets the test takes, with small buffers; and its other end.
fn connected() -> (Port, Stream, net::TcpStream) {
    let port = Port::new(1).unwrap();
    let (stream, client) = accepted();
    let stream = port.associate(stream, ()).unwrap();
    (port, AsyncStream::with_capacity(stream, 16, 16), client)
}

/// A stream whose packets an executor takes; and its other end.
fn served(executor: &Executor) -> (AsyncStream, net::TcpStream) {
    let (stream, client) = accepted();
    let stream = executor.associate(stream).unwrap();
    (AsyncStream::new(stream), client)
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// What the future becomes, taking packets meanwhile.
fn taking<F: Future>(port: &Port, future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = poll(&mut future) {
            return output;
        }
        port.get().unwrap();
    }
}

/// Bytes that tell where they are from.
fn pattern(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at % 251) as u8).collect()
}

#[test]
fn futures_io_reads_lines_and_writes() {
    use smol::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
    let executor = Executor::new(2).unwrap();
    let (mut stream, mut client) = served(&executor);
    client.write_all(b"one\ntwo\nrest").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    smol::block_on(async {
        for text in ["one\n", "two\n"] {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            assert_eq!(line, text);
        }
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"rest");
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        stream.write_all(b"answer").await.unwrap();
        stream.close().await.unwrap();
        stream.close().await.unwrap();
        let late = stream.write(b"late").await.unwrap_err();
        assert_eq!(late.downcast::<lapwing::Error>().unwrap().winsock(), 10058);
    });
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "answer");
}

#[test]
fn tokio_copies_in_both_directions() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    const LENGTH: usize = 1 << 20;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let executor = Executor::new(1).unwrap();
    let ((near, mut client), (far, mut server)) = (served(&executor), served(&executor));
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut all = Vec::new();
            server.read_to_end(&mut all).unwrap();
            server.write_all(&all).unwrap();
        });
        let mut reading = client.try_clone().unwrap();
        scope.spawn(move || {
            let mut all = Vec::new();
            reading.read_to_end(&mut all).unwrap();
            assert!(all == pattern(LENGTH));
        });
        scope.spawn(move || {
            client.write_all(&pattern(LENGTH)).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
        });
        let proxy = runtime.spawn(async move {
            let (mut from, mut to) = (tokio::io::split(near), tokio::io::split(far));
            let there = tokio::spawn(async move {
                tokio::io::copy(&mut from.0, &mut to.1).await.unwrap();
                to.1.shutdown().await.unwrap();
            });
            let mut all = Vec::new();
            to.0.read_to_end(&mut all).await.unwrap();
            from.1.write_all(&all).await.unwrap();
            from.1.shutdown().await.unwrap();
            there.await.unwrap();
            all.len()
        });
        assert_eq!(runtime.block_on(proxy).unwrap(), LENGTH);
    });
}

#[test]
fn a_read_that_is_given_up_loses_nothing() {
    use tokio::io::AsyncReadExt;
    let (port, mut stream, mut client) = connected();
    let sent = pattern(3000);
    let mut pieces = sent.chunks(13);
    let (mut come, mut given_up) = (Vec::new(), 0);
    while come.len() < sent.len() {
        let mut room = [0; 7];
        match poll(&mut Box::pin(stream.read(&mut room))) {
            Poll::Ready(count) => come.extend_from_slice(&room[..count.unwrap()]),
            Poll::Pending => {
                given_up += 1;
                client.write_all(pieces.next().unwrap_or_default()).unwrap();
                port.get().unwrap();
            }
        }
    }
    assert!(come == sent && given_up > 100);
}

#[test]
fn a_write_that_is_given_up_has_taken_nothing() {
    use smol::io::AsyncWriteExt;
    let (port, mut stream, mut client) = connected();
    let all = pattern(3000);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut come = Vec::new();
            client.read_to_end(&mut come).unwrap();
            come
        });
        let (mut taken, mut given_up) = (0, 0);
        while taken < all.len() {
            let end = all.len().min(taken + 20);
            match poll(&mut stream.write(&all[taken..end])) {
                Poll::Ready(count) => taken += count.unwrap(),
                Poll::Pending => {
                    given_up += 1;
                    port.get().unwrap();
                }
            }
        }
        taking(&port, stream.close()).unwrap();
        assert!(reading.join().unwrap() == all && given_up > 100);
    });
}

#[test]
fn a_dropped_stream_sends_what_it_has_taken() {
    const LENGTH: usize = 8 << 20;
    let executor = Executor::new(1).unwrap();
    let (stream, mut client) = accepted();
    let stream = executor.associate(stream).unwrap();
    let mut stream = AsyncStream::with_capacity(stream, 1, LENGTH);
    let all = pattern(LENGTH);
    let taken = executor.block_on(poll_fn(|context| stream.poll_write(context, &all)));
    assert_eq!(taken.unwrap(), LENGTH);
    // One that waits for data, too.
    assert!(poll(&mut poll_fn(|context| stream.poll_read(context, &mut [0]))).is_pending());
    drop(stream);
    let mut come = Vec::new();
    client.read_to_end(&mut come).unwrap();
    assert!(come == all);
}

#[test]
fn whoever_is_faster_a_dropped_stream_s_last_bytes_arrive() {
    let executor = Executor::new(2).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    for round in 0..200_u8 {
        let mut client = net::TcpStream::connect(address).unwrap();
        let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
        let stream = accepting.wait().unwrap().accepted().unwrap();
        let mut stream = AsyncStream::new(executor.associate(stream).unwrap());
        assert!(poll(&mut poll_fn(|context| stream.poll_read(context, &mut [0]))).is_pending());
        let write = poll(&mut poll_fn(|context| stream.poll_write(context, &[round; 100])));
        assert!(matches!(write, Poll::Ready(Ok(100))));
        drop(stream);
        let mut come = Vec::new();
        client.read_to_end(&mut come).unwrap();
        assert_eq!(come, [round; 100]);
    }
}

#[test]
fn what_fails_is_said_and_the_next_call_goes_on() {
    use smol::io::{AsyncReadExt, AsyncWriteExt};
    let (port, mut stream, mut client) = connected();
    let mut room = [0; 8];
    assert!(poll(&mut stream.read(&mut room)).is_pending());
    stream.stream().cancel();
    let error = taking(&port, stream.read(&mut room)).unwrap_err();
    assert!(error.downcast::<lapwing::Error>().unwrap().is_aborted());
    client.write_all(b"still").unwrap();
    assert_eq!(taking(&port, stream.read(&mut room)).unwrap(), 5);
    assert_eq!(&room[..5], b"still");

    assert!(poll(&mut stream.read(&mut room)).is_pending());
    drop(port);
    let Poll::Ready(Err(_)) = poll(&mut stream.read(&mut room)) else { panic!("no port") };
    let Poll::Ready(Err(_)) = poll(&mut stream.write(&room)) else { panic!("no port") };
    drop(stream);
    assert_eq!(client.read(&mut room).map_err(|error| error.kind()), Ok(0));
}

#[test]
fn pieces_are_written_at_once() {
    use smol::io::AsyncWriteExt;
    let (port, mut stream, mut client) = connected();
    let pieces = [&b"head, "[..], b"", b"a body that is long"].map(std::io::IoSlice::new);
    // As many as there is room for.
    assert_eq!(taking(&port, stream.write_vectored(&pieces)).unwrap(), 16);
    assert_eq!(taking(&port, stream.write(b"")).unwrap(), 0);
    taking(&port, stream.close()).unwrap();
    let mut come = String::new();
    client.read_to_string(&mut come).unwrap();
    assert_eq!(come, "head, a body tha");
}

#[test]
fn a_forgotten_stream_keeps_what_the_system_writes_to() {
    let (port, mut stream, mut client) = connected();
    assert!(poll(&mut poll_fn(|context| stream.poll_read(context, &mut [0]))).is_pending());
    std::mem::forget(stream);
    client.write_all(b"into memory that nobody frees").unwrap();
    port.get().unwrap();
}

#[test]
fn a_pipe_is_a_stream_as_well() {
    use smol::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
    let executor = Executor::new(1).unwrap();
    let name = format!("lapwing-streams-{}", std::process::id());
    let server = executor.associate(PipeOptions::new().create(&name).unwrap()).unwrap();
    let client = executor.associate(NamedPipe::open(&name).unwrap()).unwrap();
    let asking = async move {
        let mut client = AsyncStream::new(client);
        client.write_all(b"a question\n").await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"A QUESTION\n");
    };
    let answering = async move {
        server.connect(Operation::new(())).await.result.unwrap();
        let mut server = AsyncStream::with_capacity(server, 4, 4);
        let mut line = String::new();
        server.read_line(&mut line).await.unwrap();
        server.write_all(line.to_uppercase().as_bytes()).await.unwrap();
        server.close().await.unwrap();
    };
    smol::block_on(smol::future::zip(asking, answering));
}

fn may_be_sent<T: Send + Sync + Unpin>() {}

#[test]
fn any_thread_may_have_a_stream() {
    may_be_sent::<AsyncStream>();
    may_be_sent::<AsyncStream<TcpStream, u8, Woken>>();
    may_be_sent::<Associated<TcpStream, u8, Woken>>();
}
