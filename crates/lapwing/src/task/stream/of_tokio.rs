//! tokio's traits.  They need nothing of its runtime.

use super::{AsyncStream, ByteStream};
use crate::Woken;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io::{IoSlice, Result};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};

impl<S, K, T> AsyncRead for AsyncStream<S, K, T>
where
    S: ByteStream,
    K: Send + Sync + 'static,
    T: From<Woken>,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if buffer.remaining() > 0 {
            let come = ready!(self.poll_fill_buffer(context))?;
            let count = come.len().min(buffer.remaining());
            buffer.put_slice(&come[..count]);
            AsyncStream::consume(&mut self, count);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S, K, T> AsyncBufRead for AsyncStream<S, K, T>
where
    S: ByteStream,
    K: Send + Sync + 'static,
    T: From<Woken>,
{
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        self.get_mut().poll_fill_buffer(context)
    }

    fn consume(mut self: Pin<&mut Self>, count: usize) {
        AsyncStream::consume(&mut self, count);
    }
}

impl<S, K, T> AsyncWrite for AsyncStream<S, K, T>
where
    S: ByteStream,
    K: Send + Sync + 'static,
    T: From<Woken>,
{
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        AsyncStream::poll_write(&mut self, context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.poll_write_each(context, pieces.iter().map(|piece| &**piece))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        AsyncStream::poll_flush(&mut self, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_close(context)
    }
}
