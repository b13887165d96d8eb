//! The port's queue in every order of its locks that a small scenario has.
#![cfg(loom)]

mod models;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn check(scenario: impl Fn() + Sync + Send + 'static) {
    check_up_to(5, scenario);
}

/// Every lost wake-up that has been seen needs two switches at the wrong moment.
fn check_up_to(switches: usize, scenario: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(switches);
    let orders = Arc::new(AtomicUsize::new(0));
    let counted = orders.clone();
    model.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        scenario();
    });
    let orders = orders.load(Ordering::Relaxed);
    println!("{orders} orders");
    assert!(orders > 100, "only {orders} orders were tried: the scenario is not a race");
}

#[test]
fn every_packet_reaches_one_worker_alone_in_its_turn() {
    check(|| models::every_packet_reaches_one_worker(1, 2));
}

#[test]
fn every_packet_reaches_one_worker_both_at_once() {
    check(|| models::every_packet_reaches_one_worker(2, 2));
}

#[test]
fn the_first_io_ends_waiting_without_the_kernel() {
    check(|| models::the_first_io_ends_waiting_without_the_kernel(1, 2));
}

#[test]
fn company_comes_to_who_listens_alone() {
    check(|| models::company_comes_to_who_listens_alone(1, 1));
    check(|| models::company_comes_to_who_listens_alone(2, 1));
}

#[test]
fn a_blocked_worker_hands_the_watch_over() {
    check(models::a_blocked_worker_hands_the_watch_over);
}

#[test]
fn every_packet_reaches_one_of_a_quick_pair() {
    check(models::every_packet_reaches_one_of_a_quick_pair);
}

#[test]
fn a_computing_worker_is_relieved() {
    check_up_to(2, models::a_computing_worker_is_relieved);
}

#[test]
fn closing_ends_every_wait() {
    check(|| models::closing_ends_every_wait(1, 2));
    check(|| models::closing_ends_every_wait(2, 2));
}

#[test]
fn an_outsider_repeats_the_wake_up_he_took() {
    check(models::an_outsider_repeats_the_wake_up_he_took);
}
