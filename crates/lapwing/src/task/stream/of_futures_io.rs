//! The traits of the crate `futures-io`, which smol and many others use.

use super::{AsyncStream, ByteStream};
use crate::Woken;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_io::{AsyncBufRead, AsyncRead, AsyncWrite};
use std::io::{IoSlice, Result};

impl<S, K, T> AsyncRead for AsyncStream<S, K, T>
where
    S: ByteStream,
    K: Send + Sync + 'static,
    T: From<Woken>,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        AsyncStream::poll_read(&mut self, context, buffer)
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

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        AsyncStream::poll_flush(&mut self, context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        AsyncStream::poll_close(&mut self, context)
    }
}
