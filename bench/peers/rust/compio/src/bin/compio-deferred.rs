//! compio with deferred task work: the kernel completes only when its thread asks.

use compio::driver::ProactorBuilder;
use peer_echo::Echo;

fn main() {
    Echo::begin().serve_in_threads(|connections, capacity| {
        let mut ring = ProactorBuilder::new();
        ring.single_issuer(true).defer_taskrun(true);
        peer_compio::serve(connections, capacity, ring);
    });
}
