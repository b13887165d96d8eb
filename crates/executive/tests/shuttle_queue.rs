//! The port's queue with more threads, in many random orders.
#![cfg(shuttle)]

mod models;

const ORDERS: usize = 5_000;

fn check(scenario: impl Fn() + Sync + Send + 'static) {
    shuttle::check_random(scenario, ORDERS);
}

#[test]
fn every_packet_reaches_one_worker() {
    for limit in 1..=4 {
        check(move || models::every_packet_reaches_one_worker(limit, 5));
    }
}

#[test]
fn the_first_io_ends_waiting_without_the_kernel() {
    for limit in 1..=4 {
        check(move || models::the_first_io_ends_waiting_without_the_kernel(limit, 4));
    }
}

#[test]
fn company_comes_to_who_listens_alone() {
    for limit in 1..=4 {
        check(move || models::company_comes_to_who_listens_alone(limit, 4));
    }
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
    check(models::a_computing_worker_is_relieved);
}

#[test]
fn closing_ends_every_wait() {
    for limit in 1..=4 {
        check(move || models::closing_ends_every_wait(limit, 4));
    }
}

#[test]
fn an_outsider_repeats_the_wake_up_he_took() {
    check(models::an_outsider_repeats_the_wake_up_he_took);
}
