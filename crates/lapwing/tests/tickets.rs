//! Cancelling operations from anywhere.

mod connection;

use connection::connected;
use lapwing::{Associated, Cancel, Completed, CompletionPort, Operation, Ticket};
use lapwing::{TcpStream, Woken, alertable};
use std::cell::Cell;
use std::future::IntoFuture;
use std::io::Write;
use std::net;
use std::sync::{Barrier, mpsc};

type Stream = Associated<TcpStream, (), Event>;

enum Event {
    Received(Completed<Vec<u8>, Stream>),
    Sent(Completed<Vec<u8>, Stream>),
    Woken,
}

impl From<Woken> for Event {
    fn from(_: Woken) -> Self {
        Event::Woken
    }
}

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(16))
}

/// Starts a receive.
fn receive(stream: &Stream, operation: Operation<Vec<u8>>) -> Ticket {
    let mut receiving = stream.receive(operation);
    let ticket = receiving.ticket();
    assert_eq!(ticket.cancel(), Cancel::NotUnderWay);
    receiving.then(Event::Received).unwrap();
    ticket
}

fn received(port: &CompletionPort<Event>) -> Completed<Vec<u8>, Stream> {
    match port.get().unwrap() {
        Event::Received(done) => done,
        _ => panic!("not a receive"),
    }
}

fn is_asked(cancel: Cancel) -> bool {
    matches!(cancel, Cancel::Cancelled | Cancel::Asked)
}

#[test]
fn a_ticket_goes_anywhere() {
    fn goes_anywhere<T: Send + Sync + Clone + 'static>() {}
    goes_anywhere::<Ticket>();
}

#[test]
fn a_ticket_cancels_its_own_operation_only() {
    let (port, (stream, mut client)) = (CompletionPort::new(0).unwrap(), connected());
    let stream = port.associate(stream, ()).unwrap();
    let first = receive(&stream, buffer());
    let second = receive(&stream, buffer());
    assert!(is_asked(second.cancel()));
    assert!(received(&port).result.unwrap_err().is_aborted());
    assert_eq!(second.cancel(), Cancel::NotUnderWay);
    client.write_all(b"x").unwrap();
    assert_eq!(received(&port).result, Ok(1));
    assert_eq!(first.cancel(), Cancel::NotUnderWay);
}

#[test]
fn it_is_too_late_when_the_operation_has_ended() {
    let (port, (stream, mut client)) = (CompletionPort::new(0).unwrap(), connected());
    let stream = port.associate(stream, ()).unwrap();
    client.write_all(b"x").unwrap();
    let mut sending = stream.send(Operation::new(b"x".to_vec()));
    let ticket = sending.ticket();
    sending.then(Event::Sent).unwrap();
    // It was done at once, and its packet is in the port.
    assert_eq!(ticket.cancel(), Cancel::TooLate);
    let Event::Sent(done) = port.get().unwrap() else { panic!("not a send") };
    assert_eq!((done.result, ticket.clone().cancel()), (Ok(1), Cancel::NotUnderWay));
}

#[test]
fn a_ticket_is_void_when_the_operation_starts_again() {
    let (port, (stream, mut client)) = (CompletionPort::new(0).unwrap(), connected());
    let stream = port.associate(stream, ()).unwrap();
    let old = receive(&stream, buffer());
    client.write_all(b"x").unwrap();
    let done = received(&port);
    // The same memory, without a ticket and then with one.
    done.source.receive(done.operation).then(Event::Received).unwrap();
    assert_eq!(old.cancel(), Cancel::NotUnderWay);
    client.write_all(b"x").unwrap();
    let new = receive(&stream, received(&port).operation);
    assert_eq!(old.cancel(), Cancel::NotUnderWay);
    assert!(is_asked(new.cancel()));
    assert!(received(&port).result.unwrap_err().is_aborted());
    drop((port, stream));
    assert_eq!(new.cancel(), Cancel::NotUnderWay);
}

#[test]
fn a_refused_operation_is_not_under_way() {
    let (port, (stream, _client)) = (CompletionPort::new(0).unwrap(), connected());
    let stream = port.associate(stream, ()).unwrap();
    stream.shutdown(net::Shutdown::Write).unwrap();
    let mut sending = stream.send(Operation::new(b"late".to_vec()));
    let ticket = sending.ticket();
    let refused = sending.then(Event::Sent).unwrap_err();
    assert_eq!(ticket.cancel(), Cancel::NotUnderWay);
    // Nor is what is made of the same memory.
    stream.receive(refused.operation).then(Event::Received).unwrap();
    assert_eq!(ticket.cancel(), Cancel::NotUnderWay);
}

#[test]
fn whatever_tells_of_the_end_can_be_cancelled() {
    let (port, (stream, _client)) = (CompletionPort::<Event>::new(0).unwrap(), connected());
    let mut receiving = stream.receive(buffer());
    let ticket = receiving.ticket();
    let pending = receiving.begin().unwrap();
    assert!(is_asked(ticket.cancel()));
    assert!(pending.wait().unwrap().result.unwrap_err().is_aborted());
    assert_eq!(ticket.cancel(), Cancel::NotUnderWay);

    let has_run = Cell::new(false);
    alertable(|thread| {
        let mut receiving = stream.receive(buffer());
        let ticket = receiving.ticket();
        let routine = |done: Completed<Vec<u8>, ()>| {
            assert!(done.result.unwrap_err().is_aborted());
            has_run.set(true);
        };
        receiving.call(thread, routine).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(is_asked(ticket.cancel())));
        });
        thread.run();
        assert_eq!(ticket.cancel(), Cancel::NotUnderWay);
    });
    assert!(has_run.get());

    let stream = port.associate(stream, ()).unwrap();
    let mut receiving = stream.receive(buffer());
    let ticket = receiving.ticket();
    let future = receiving.into_future();
    assert!(is_asked(ticket.cancel()));
    assert!(matches!(port.get().unwrap(), Event::Woken));
    assert_eq!(ticket.cancel(), Cancel::NotUnderWay);
    drop(future);
}

#[test]
fn a_race_is_won_by_one() {
    const ROUNDS: usize = 2000;
    let (port, (stream, mut client)) = (CompletionPort::new(0).unwrap(), connected());
    let stream = port.associate(stream, ()).unwrap();
    let (tickets, to_cancel) = mpsc::channel::<Ticket>();
    let (outcomes, outcome) = mpsc::channel();
    let (meet, sum) = (Barrier::new(2), Cell::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for ticket in to_cancel {
                meet.wait();
                outcomes.send(ticket.cancel()).unwrap();
            }
        });
        let mut operation = buffer();
        for _ in 0..ROUNDS {
            tickets.send(receive(&stream, operation)).unwrap();
            meet.wait();
            client.write_all(b"x").unwrap();
            let done = received(&port);
            match (done.result, outcome.recv().unwrap()) {
                (Ok(count), Cancel::TooLate | Cancel::NotUnderWay) => sum.set(sum.get() + count),
                // It was asked, but was faster.
                (Ok(count), Cancel::Asked) => sum.set(sum.get() + count),
                (Err(error), Cancel::Cancelled | Cancel::Asked) => assert!(error.is_aborted()),
                other => panic!("{other:?}"),
            }
            operation = done.operation;
        }
        drop(tickets);
        // What no cancelled receive has taken is still there.
        client.shutdown(net::Shutdown::Write).unwrap();
        loop {
            stream.receive(operation).then(Event::Received).unwrap();
            let done = received(&port);
            match done.result.unwrap() {
                0 => break,
                count => sum.set(sum.get() + count),
            }
            operation = done.operation;
        }
    });
    assert_eq!(sum.get(), ROUNDS);
}
