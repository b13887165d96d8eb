//! Operations as futures: in every executor, cancelled, dropped, forgotten.

use lapwing::{Accept, Associated, Completed, CompletionPort, Executor, Operation};
use lapwing::{TcpListener, TcpStream, Woken};
use std::future::Future;
use std::io::{Read, Write};
use std::net;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

type Stream = Associated<TcpStream, (), Woken>;
type Port = CompletionPort<Woken>;

/// A port, and a connection there whose other end is the second.
fn connected() -> (Port, Stream, net::TcpStream) {
    let port = CompletionPort::new(1).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    let client = net::TcpStream::connect(address).unwrap();
    let listener = port.associate(listener, ()).unwrap();
    let accepting = listener.accept(Operation::new(Accept::new()));
    let stream = served(&port, accepting.into_future()).accepted().unwrap();
    (port.associate(stream, ()).map(|stream| (port, stream, client))).unwrap()
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// What the future becomes, taking packets meanwhile.
fn served<F: Future + Unpin>(port: &Port, mut future: F) -> F::Output {
    loop {
        if let Poll::Ready(output) = poll(&mut future) {
            return output;
        }
        port.get().unwrap();
    }
}

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(16))
}

async fn echo_once(stream: Stream) -> Completed<Vec<u8>, Stream> {
    let received = stream.receive(buffer()).await;
    assert_eq!(received.result, Ok(5));
    stream.send(received.operation).await
}

/// The packets are taken by a thread, the future runs where the executor wants.
fn runs_in(executor: impl FnOnce(Pin<Box<dyn Future<Output = ()> + Send>>)) {
    let (port, stream, mut client) = connected();
    std::thread::scope(|scope| {
        scope.spawn(|| (0..2).for_each(|_| _ = port.get().unwrap()));
        scope.spawn(move || {
            client.write_all(b"hello").unwrap();
            let mut answer = [0; 5];
            client.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, b"hello");
        });
        executor(Box::pin(async move {
            assert_eq!(echo_once(stream).await.result, Ok(5));
        }));
    });
}

#[test]
fn the_futures_crate_runs_them() {
    runs_in(futures::executor::block_on);
}

#[test]
fn smol_runs_them() {
    runs_in(|future| smol::block_on(smol::spawn(future)));
}

#[test]
fn tokio_runs_them() {
    runs_in(|future| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
        let runtime = runtime.unwrap();
        runtime.block_on(runtime.spawn(future)).unwrap();
    });
}

#[test]
fn a_cancelled_future_says_what_has_become_of_it() {
    let (port, stream, mut client) = connected();
    let mut receiving = stream.receive(buffer()).into_future();
    assert!(poll(&mut receiving).is_pending());
    assert!(receiving.cancel());
    let error = served(&port, receiving).result.unwrap_err();
    assert!(error.is_aborted());

    // Too late: the bytes are there, whoever asks for an end.
    client.write_all(b"x").unwrap();
    let mut receiving = stream.receive(buffer()).into_future();
    port.get().unwrap();
    assert!(!receiving.cancel());
    assert!(matches!(poll(&mut receiving), Poll::Ready(Completed { result: Ok(1), .. })));
    assert!(!receiving.cancel());
}

#[test]
fn a_dropped_future_cancels_its_operation_and_loses_no_other() {
    let (port, stream, mut client) = connected();
    let mut first = stream.receive(buffer()).into_future();
    let second = stream.receive(buffer()).into_future();
    assert!(poll(&mut first).is_pending());
    drop(first);
    client.write_all(b"for the second").unwrap();
    let done = served(&port, second);
    assert_eq!(done.operation.into_buffer(), b"for the second");
}

#[test]
fn a_future_that_is_dropped_when_done_frees_its_operation() {
    let (port, stream, mut client) = connected();
    let receiving = stream.receive(buffer()).into_future();
    client.write_all(b"x").unwrap();
    port.get().unwrap();
    drop((receiving, stream));
    assert_eq!(client.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn a_forgotten_future_keeps_the_memory_that_the_system_uses() {
    let (port, stream, mut client) = connected();
    std::mem::forget(stream.receive(buffer()).into_future());
    client.write_all(b"into memory that nobody frees").unwrap();
    port.get().unwrap();
    drop(port);
}

#[test]
fn a_port_that_goes_away_ends_its_futures() {
    let (port, stream, _client) = connected();
    let mut receiving = stream.receive(buffer()).into_future();
    assert!(poll(&mut receiving).is_pending());
    drop(port);
    let Poll::Ready(done) = poll(&mut receiving) else { panic!("still under way") };
    assert!(done.result.unwrap_err().is_aborted());
    let mut refused = stream.receive(buffer()).into_future();
    let Poll::Ready(done) = poll(&mut refused) else { panic!("under way without a port") };
    assert!(done.result.unwrap_err().is_aborted());
}

#[test]
fn tasks_run_in_the_threads_of_the_port() {
    let executor = Executor::new(2).unwrap();
    let listener = executor.associate(TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
    let address = listener.local_address().unwrap();
    let spawner = executor.spawner();
    let serve = async move {
        let mut accept = Operation::new(Accept::new());
        loop {
            let mut done = listener.accept(accept).await;
            let Ok(stream) = done.accepted() else { return };
            let stream = spawner.associate(stream).unwrap();
            accept = done.operation;
            let echo = async move {
                let mut operation = buffer();
                loop {
                    let received = stream.receive(operation).await;
                    match received.result {
                        Ok(1..) => operation = stream.send(received.operation).await.operation,
                        _ => return,
                    }
                }
            };
            spawner.spawn(echo).unwrap();
        }
    };
    executor.spawn(serve).unwrap();
    let mut clients: Vec<_> = (0..50).map(|_| net::TcpStream::connect(address).unwrap()).collect();
    for round in 0..20_u8 {
        for client in &mut clients {
            client.write_all(&[round; 10]).unwrap();
        }
        for client in &mut clients {
            let mut answer = [0; 10];
            client.read_exact(&mut answer).unwrap();
            assert_eq!(answer, [round; 10]);
        }
    }
    drop(executor);
    for client in &mut clients {
        // The tasks are gone, and with them their connections.
        assert_eq!(client.read(&mut [0]).unwrap_or(0), 0);
    }
}

#[test]
fn an_executor_that_goes_away_drops_a_task_that_waits_for_somebody_else() {
    let executor = Executor::new(1).unwrap();
    let (_sender, receiver) = futures::channel::oneshot::channel::<()>();
    let (waits, waiting) = mpsc::channel();
    let spawner = executor.spawner();
    let wait = async move {
        waits.send(()).unwrap();
        _ = receiver.await;
        drop((waits, spawner));
    };
    executor.spawn(wait).unwrap();
    waiting.recv().unwrap();
    drop(executor);
    assert_eq!(waiting.try_recv(), Err(mpsc::TryRecvError::Disconnected));
}

#[test]
fn a_task_may_drop_its_executor() {
    let executor = Executor::new(2).unwrap();
    let spawner = executor.spawner();
    let (give, given) = mpsc::channel::<Executor>();
    let (sender, receiver) = mpsc::channel();
    let end = async move {
        drop(given.recv().unwrap());
        sender.send(spawner.spawn(async {}).unwrap_err().win32()).unwrap();
    };
    executor.spawn(end).unwrap();
    give.send(executor).unwrap();
    assert_eq!(receiver.recv(), Ok(995));
}

#[test]
fn a_task_that_panics_takes_no_other_with_it() {
    let executor = Executor::new(1).unwrap();
    let (sender, receiver) = mpsc::channel();
    executor.spawn(async { std::panic::resume_unwind(Box::new("as it is tested")) }).unwrap();
    executor.spawn(async move { sender.send(7).unwrap() }).unwrap();
    assert_eq!(receiver.recv(), Ok(7));
}

#[test]
fn a_thread_waits_for_a_future() {
    let executor = Executor::new(1).unwrap();
    let listener = executor.associate(TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
    let client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
    let accepted = executor
        .block_on(async { listener.accept(Operation::new(Accept::new())).await.accepted() });
    assert_eq!(accepted.unwrap().peer_address().unwrap(), client.local_addr().unwrap());
}
