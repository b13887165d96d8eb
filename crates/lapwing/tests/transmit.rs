//! Files that are sent, with what stands before and after them.

use lapwing::{Accept, Associated, Completed, CompletionPort, Executor, File, Operation};
use lapwing::{TcpListener, TcpStream, Transmit};
use std::io::{Read, Write};
use std::net;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A file with numbers, and a connection.
struct Place {
    path: PathBuf,
    stream: Option<TcpStream>,
    client: net::TcpStream,
}

const SIZE: usize = 3_000_000;

fn byte(at: usize) -> u8 {
    (at % 251) as u8
}

fn bytes(range: Range<usize>) -> Vec<u8> {
    range.map(byte).collect()
}

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("lapwing-transmit-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes(0..SIZE)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let accepting = listener.accept(Operation::new(Accept::new())).begin().unwrap();
        let client = net::TcpStream::connect(listener.local_address().unwrap()).unwrap();
        let stream = Some(accepting.wait().unwrap().accepted().unwrap());
        Place { path, stream, client }
    }

    fn file(&self) -> File {
        File::open(&self.path).unwrap()
    }

    fn receives(&mut self, wanted: &[u8]) {
        let mut received = vec![0; wanted.len()];
        self.client.read_exact(&mut received).unwrap();
        assert!(received == wanted);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // It may be open still, when a test fails.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[test]
fn head_file_and_tail_come_in_this_order() {
    let mut place = Place::new("order");
    let stream = place.stream.take().unwrap();
    let send = |transmit: Transmit| {
        let done = stream.transmit_file(Operation::new(transmit)).begin().unwrap().wait().unwrap();
        (done.result.unwrap(), done.operation.into_buffer())
    };
    let transmit = Transmit::new().head(b"head".to_vec()).tail(b"tail".to_vec());
    let (count, transmit) = send(transmit.file(place.file(), 1000..1010));
    assert_eq!(count, 18);
    place.receives(&[b"head".as_slice(), &bytes(1000..1010), b"tail"].concat());

    let (head, file, _) = transmit.into_parts();
    assert_eq!(
        (head.as_slice(), send(Transmit::new().file(file.unwrap(), 5..6)).0),
        (&b"head"[..], 1)
    );
    place.receives(&bytes(5..6));
    assert_eq!(send(Transmit::new().head(b"alone".to_vec())).0, 5);
    place.receives(b"alone");
    // An empty range is no file, and not all of it.
    assert_eq!(send(Transmit::new().file(place.file(), 7..7).tail(b"x".to_vec())).0, 1);
    place.receives(b"x");
}

#[test]
fn one_file_is_sent_by_many_at_once() {
    enum Event {
        Sent(Completed<Transmit<Arc<File>>, Associated<TcpStream, (), Event>>),
    }
    let port = CompletionPort::new(1).unwrap();
    let mut places = ["many-1", "many-2"].map(Place::new);
    let file = Arc::new(places[0].file());
    for place in &mut places {
        let stream = port.associate(place.stream.take().unwrap(), ()).unwrap();
        let transmit = Transmit::new().file(file.clone(), 0..SIZE as u64);
        stream.transmit_file(Operation::new(transmit)).then(Event::Sent).unwrap();
    }
    std::thread::scope(|scope| {
        for place in &mut places {
            scope.spawn(|| place.receives(&bytes(0..SIZE)));
        }
        for _ in 0..2 {
            let Event::Sent(done) = port.get().unwrap();
            assert_eq!(done.result, Ok(SIZE));
        }
    });
}

#[test]
fn one_that_is_dropped_holds_the_file_until_it_has_ended() {
    let mut place = Place::new("dropped");
    let executor = Executor::new(1).unwrap();
    let stream = executor.associate(place.stream.take().unwrap()).unwrap();
    // More than the system buffers while nobody receives.
    let transmit = Transmit::new().file(place.file(), 0..SIZE as u64);
    let running = stream.transmit_file(Operation::new(transmit)).into_future();
    drop(running);
    drop(stream);
    let mut received = Vec::new();
    let _reset = place.client.read_to_end(&mut received);
    assert!(received == bytes(0..received.len()));
}

#[test]
fn what_cannot_be_sent_is_given_back() {
    let mut place = Place::new("refused");
    let stream = place.stream.take().unwrap();
    let refused = |transmit| {
        let Err(refused) = stream.transmit_file(Operation::new(transmit)).begin() else {
            panic!("it has begun")
        };
        assert!(refused.operation.into_buffer().into_parts().1.is_some());
        refused.error.winsock()
    };
    assert_eq!(refused(Transmit::new().file(place.file(), 0..1 << 31)), 10022);
    #[expect(clippy::reversed_empty_ranges)]
    let backwards = 2..1;
    assert_eq!(refused(Transmit::new().file(place.file(), backwards)), 10022);
    stream.shutdown(net::Shutdown::Write).unwrap();
    assert_eq!(refused(Transmit::new().file(place.file(), 0..1)), 10058);
    // The other direction is open.
    place.client.write_all(b"x").unwrap();
    let room = Operation::new(Vec::with_capacity(1));
    assert_eq!(stream.receive(room).begin().unwrap().wait().unwrap().result, Ok(1));
}
