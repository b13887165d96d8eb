//! compio as it comes.

use compio::driver::ProactorBuilder;
use peer_echo::Echo;

fn main() {
    Echo::begin().serve_in_threads(|connections, capacity| {
        peer_compio::serve(connections, capacity, ProactorBuilder::new());
    });
}
