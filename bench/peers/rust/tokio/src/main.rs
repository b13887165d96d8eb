//! The echo server of tokio: one thread by its current-thread runtime, more by the other.

use peer_echo::Echo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

async fn echo(mut stream: TcpStream, capacity: usize) {
    let mut buffer = vec![0; capacity];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

fn main() {
    let Echo { connections, capacity, threads } = Echo::begin();
    let mut builder = match threads {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = builder.enable_io().worker_threads(threads).build().expect("a runtime");
    runtime.block_on(async {
        let serve = |stream: std::net::TcpStream| {
            stream.set_nonblocking(true).expect("a socket");
            let stream = TcpStream::from_std(stream).expect("a runtime");
            tokio::spawn(echo(stream, capacity))
        };
        let tasks: Vec<_> = connections.into_iter().map(serve).collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
    });
}
