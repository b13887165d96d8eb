//! The echo server of compio: a runtime for each thread, which owns its io_uring.

use compio::BufResult;
use compio::driver::ProactorBuilder;
use compio::io::{AsyncRead, AsyncWriteExt};
use compio::net::TcpStream;
use compio::runtime::Runtime;
use std::net;

async fn echo(mut stream: TcpStream, capacity: usize) {
    let mut buffer = Vec::with_capacity(capacity);
    loop {
        let BufResult(received, filled) = stream.read(buffer).await;
        let Ok(1..) = received else { return };
        let BufResult(sent, returned) = stream.write_all(filled).await;
        if sent.is_err() {
            return;
        }
        buffer = returned;
        buffer.clear();
    }
}

/// Serves the connections in a runtime on such a ring.
pub fn serve(connections: Vec<net::TcpStream>, capacity: usize, ring: ProactorBuilder) {
    let runtime = Runtime::builder().with_proactor(ring).build().expect("a runtime");
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for stream in connections {
            let stream = TcpStream::from_std(stream).expect("a runtime");
            tasks.push(compio::runtime::spawn(echo(stream, capacity)));
        }
        for task in tasks {
            task.await.expect("no task panics");
        }
    });
}
