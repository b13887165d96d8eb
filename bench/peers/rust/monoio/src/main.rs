//! The echo server of monoio: a runtime for each thread, on io_uring.

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
use monoio::net::TcpStream;
use monoio::{IoUringDriver, RuntimeBuilder};
use peer_echo::Echo;

async fn echo(mut stream: TcpStream, capacity: usize) {
    let mut buffer = Vec::with_capacity(capacity);
    loop {
        let (received, filled) = stream.read(buffer).await;
        let Ok(1..) = received else { return };
        let (sent, returned) = stream.write_all(filled).await;
        if sent.is_err() {
            return;
        }
        buffer = returned;
    }
}

fn serve(connections: Vec<std::net::TcpStream>, capacity: usize) {
    let builder = RuntimeBuilder::<IoUringDriver>::new();
    let mut runtime = builder.build().expect("io_uring");
    runtime.block_on(async {
        let serve = |stream| {
            let stream = TcpStream::from_std(stream).expect("a runtime");
            monoio::spawn(echo(stream, capacity))
        };
        let tasks: Vec<_> = connections.into_iter().map(serve).collect();
        for task in tasks {
            task.await;
        }
    });
}

fn main() {
    Echo::begin().serve_in_threads(serve);
}
