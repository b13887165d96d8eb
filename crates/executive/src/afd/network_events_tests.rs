//! The record's rules, without sockets (semantics 8).

use super::*;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ob::object::{Body, Object};
use crate::sync::Mutex;

/// Keeps the messages that are posted.
#[derive(Default)]
struct Posted(Mutex<Vec<(u32, u32, Status)>>);

impl MessageSink for Posted {
    fn post(&self, socket: u32, event: u32, error: Status) {
        self.0.lock().push((socket, event, error));
    }
}

impl Posted {
    fn events(&self) -> Vec<u32> {
        self.0.lock().drain(..).map(|(_, event, _)| event).collect()
    }
}

fn holds(events: u32, amount: u32) -> Sight {
    Sight {
        holds: events,
        holds_for_messages: events,
        amount: Some(amount),
        close_error: Status::CONNECTION_ABORTED,
        connect_error: Status::CONNECTION_REFUSED,
        ..Sight::default()
    }
}

/// A record in event mode.
struct ByEvent {
    record: Record,
    event: Reference,
}

impl ByEvent {
    fn new(selected: u32) -> ByEvent {
        let event = Object::new(Body::Event(Dispatcher::new(Kind::Notification, 0)));
        let mut this = ByEvent { record: Record::default(), event };
        this.select(selected, &holds(0, 0));
        this
    }

    fn select(&mut self, selected: u32, sight: &Sight) {
        self.record.select(Listener::Event(self.event.clone()), selected, 4);
        self.record.see(sight, true);
    }

    /// Whether the event was set, which resets it, and what was recorded.
    fn check(&mut self) -> (bool, u32) {
        let was_set = self.event.dispatcher().clear();
        (was_set, self.record.take().events)
    }
}

fn by_message(selected: u32) -> (Record, Arc<Posted>) {
    let posted = Arc::new(Posted::default());
    let mut record = Record::default();
    record.select(Listener::Messages(posted.clone()), selected, 4);
    record.see(&holds(0, 0), true);
    (record, posted)
}

const NOTHING: (bool, u32) = (false, 0);

#[test]
fn a_condition_is_reported_once_until_a_call_re_enables_it() {
    let mut events = ByEvent::new(READ);
    events.record.see(&holds(READ, 4), false);
    assert_eq!(events.check(), (true, READ));
    events.record.see(&holds(READ, 4), false);
    assert_eq!(events.check(), NOTHING);
    events.select(0, &holds(READ, 4));
    events.select(READ, &holds(READ, 4));
    assert_eq!(events.check(), NOTHING, "not even after a selection of nothing");
    events.record.re_enable(READ);
    events.record.see(&holds(READ, 2), false);
    assert_eq!(events.check(), (true, READ), "data is left");
    events.record.re_enable(READ);
    events.record.see(&holds(0, 0), false);
    assert_eq!(events.check(), NOTHING);
}

#[test]
fn more_signals_again_in_event_mode_and_posts_nothing_in_message_mode() {
    for event in [READ, ACCEPT] {
        let mut events = ByEvent::new(event);
        let (mut record, posted) = by_message(event);
        for amount in 1..3 {
            events.record.see(&holds(event, amount), false);
            assert_eq!(events.check(), (true, event));
            record.see(&holds(event, amount), false);
        }
        events.record.see(&holds(event, 1), false);
        assert_eq!(events.check(), NOTHING, "less is no news");
        assert_eq!(posted.events(), [event]);
        record.re_enable(event);
        record.see(&holds(event, 2), false);
        assert_eq!(posted.events(), [event]);
    }
}

#[test]
fn a_new_selection_posts_all_that_is_so_and_signals_what_is_still_recorded() {
    let (mut record, posted) = by_message(READ | WRITE | CLOSE);
    let sight = holds(READ | WRITE | CLOSE, 4);
    record.see(&sight, false);
    assert_eq!(posted.events(), [READ, WRITE, CLOSE]);
    record.select(Listener::Messages(posted.clone()), READ | CLOSE, 4);
    record.see(&sight, true);
    assert_eq!(posted.events(), [READ, CLOSE]);

    let mut events = ByEvent::new(ACCEPT);
    events.record.see(&holds(ACCEPT, 1), false);
    assert!(events.event.dispatcher().clear());
    events.select(READ, &holds(ACCEPT, 1));
    assert_eq!(events.check(), NOTHING, "what is not selected stays recorded");
    events.select(ACCEPT, &holds(ACCEPT, 1));
    assert_eq!(events.check(), (true, ACCEPT));
}

#[test]
fn what_happened_while_nothing_was_selected_is_remembered_unless_consumed() {
    let mut events = ByEvent::new(READ);
    events.select(0, &holds(0, 0));
    events.record.see(&holds(READ, 4), false);
    assert_eq!(events.check(), NOTHING);
    events.select(READ, &holds(READ, 4));
    assert_eq!(events.check(), (true, READ));
    events.select(0, &holds(READ, 4));
    events.record.see(&holds(READ, 8), false);
    events.record.re_enable(READ);
    events.record.see(&holds(0, 0), false);
    events.select(READ, &holds(0, 0));
    assert_eq!(events.check(), NOTHING);
}

#[test]
fn a_connect_is_posted_when_it_ends_and_before_the_room_to_send() {
    let (mut record, posted) = by_message(CONNECT | WRITE);
    let sight = Sight { connect_error: Status::SUCCESS, ..holds(CONNECT | WRITE, 0) };
    record.see(&sight, false);
    assert_eq!(posted.events(), [CONNECT, WRITE]);
    record.select(Listener::Messages(posted.clone()), CONNECT | WRITE, 4);
    record.see(&sight, true);
    assert_eq!(posted.events(), [WRITE]);

    let (mut late, posted) = by_message(0);
    late.select(Listener::Messages(posted.clone()), CONNECT | WRITE, 4);
    late.see(&sight, true);
    assert_eq!(posted.events(), [WRITE]);
    let mut events = ByEvent::new(0);
    events.select(CONNECT | WRITE, &sight);
    assert_eq!(events.check(), (true, CONNECT | WRITE));
}

#[test]
fn each_event_has_its_error() {
    let (mut record, posted) = by_message(READ | CONNECT | CLOSE);
    record.see(&holds(READ | CONNECT | CLOSE, 1), false);
    let messages = [
        (4, CONNECT, Status::CONNECTION_REFUSED),
        (4, READ, Status::SUCCESS),
        (4, CLOSE, Status::CONNECTION_ABORTED),
    ];
    assert_eq!(*posted.0.lock(), messages);
    let mut events = ByEvent::new(READ | CONNECT | CLOSE);
    events.record.see(&holds(READ | CONNECT | CLOSE, 1), false);
    let taken = events.record.take();
    assert_eq!(taken.events, READ | CONNECT | CLOSE);
    assert_eq!(taken.errors[0], Status::SUCCESS);
    assert_eq!(taken.errors[4], Status::CONNECTION_REFUSED);
    assert_eq!(taken.errors[5], Status::CONNECTION_ABORTED);
    assert_eq!(events.record.take().events, 0);
}

#[test]
fn a_refused_receive_re_enables_messages_only() {
    let mut events = ByEvent::new(READ);
    let (mut record, posted) = by_message(READ);
    for record in [&mut events.record, &mut record] {
        record.see(&holds(READ, 4), false);
        record.re_enable_messages(READ);
        record.see(&holds(READ, 4), false);
    }
    assert_eq!(events.check(), (true, READ));
    assert_eq!(posted.events(), [READ, READ]);
}

#[test]
fn urgent_data_signals_again_when_the_kernel_announces_it() {
    let mut events = ByEvent::new(OOB);
    let first = Sight { received: 5, ..holds(OOB, 0) };
    events.record.see(&first, false);
    assert_eq!(events.check(), (true, OOB));
    events.record.see(&first, false);
    assert_eq!(events.check(), NOTHING);
    // The announcement of what a look has seen comes late.
    events.record.see(&Sight { urgent_is_announced: true, ..first }, false);
    assert_eq!(events.check(), NOTHING);
    events.record.see(&Sight { urgent_is_announced: true, received: 6, ..first }, false);
    assert_eq!(events.check(), (true, OOB));
}

#[test]
fn an_accepted_socket_begins_with_the_selection_alone() {
    let (mut listener, posted) = by_message(ACCEPT | WRITE);
    listener.see(&holds(ACCEPT, 1), false);
    assert_eq!(posted.events(), [ACCEPT]);
    let mut accepted = listener.inherited();
    accepted.set_socket(8);
    accepted.see(&holds(WRITE, 0), true);
    assert_eq!(*posted.0.lock(), [(8, WRITE, Status::SUCCESS)]);
}

#[test]
fn a_window_hears_of_a_close_and_nobody_of_what_follows() {
    let (mut record, posted) = by_message(READ | CLOSE);
    record.close();
    assert_eq!(posted.events(), [CLOSE]);
    record.see(&holds(READ, 4), false);
    record.close();
    assert_eq!(posted.events(), []);
    let (mut record, posted) = by_message(CLOSE);
    record.forget();
    record.close();
    assert_eq!(posted.events(), []);
}

#[test]
fn what_no_look_shows_is_told_each_time_that_it_happens() {
    let mut events = ByEvent::new(READ | ADDRESS_LIST_CHANGE);
    events.record.happen(ADDRESS_LIST_CHANGE);
    assert_eq!(events.check(), (true, ADDRESS_LIST_CHANGE));
    events.record.see(&holds(0, 0), false);
    assert_eq!(events.check(), NOTHING);
    events.record.happen(ADDRESS_LIST_CHANGE);
    assert_eq!(events.check(), (true, ADDRESS_LIST_CHANGE));
    let (mut record, posted) = by_message(ADDRESS_LIST_CHANGE);
    record.happen(ADDRESS_LIST_CHANGE);
    assert_eq!(posted.events(), [ADDRESS_LIST_CHANGE]);
    let (mut record, posted) = by_message(READ);
    record.happen(ADDRESS_LIST_CHANGE);
    assert_eq!(posted.events(), []);
}
