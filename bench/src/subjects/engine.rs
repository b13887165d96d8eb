//! Whether io_uring would be the better engine for sockets: `docs/io-uring.md`.

use super::echo::{self, load};
use crate::programs::{Kind, MODELS, PEERS, Program, late, native};
use crate::report::{Case, Section};
use crate::rounds::Bench;
use crate::server::Load;

const ABOUT: &str = "\
What a port with one worker could be built on, each variant by hand with nothing else around it.
`epoll in turns` is what the port does: all that is ready is received, then the program answers.
`ring, sends at once` is the fastest that io_uring can be where a program says where its data is to
go, and where data leaves when WSASend is called: multishot receives, deferred task work, one thread
that owns the ring, a copy.  `ring, sends with the wait` lets data wait until the thread comes back,
`shared ring` may be used by several threads.  `io_uring` does neither copy nor send at once, and
monoio is the library that gains most by sending late.

Sockets stay with epoll: `docs/io-uring.md` says why.";

const fn variant(name: &'static str, source: &'static str) -> Program {
    native(name, Kind::HandWritten, source)
}

/// The variants that are only here.
pub static VARIANTS: [Program; 4] = [
    variant("epoll in turns", "peers/uring_variants/epoll_in_turns.c"),
    variant("ring, sends at once", "peers/uring_variants/send_at_once.c"),
    late(variant("ring, sends with the wait", "peers/uring_variants/send_with_wait.c")),
    variant("shared ring", "peers/uring_variants/shared_ring.c"),
];

const LOADS: [Load; 3] = [load(64, 64, 1, 1500), load(512, 64, 1, 150), load(64, 4096, 1, 1000)];

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let others = PEERS.iter().filter(|it| it.kind == Kind::HandWritten || it.name == "monoio");
    let contenders = bench.build(MODELS.iter().take(1).chain(others).chain(&VARIANTS));
    let cases = LOADS.iter().map(|it| {
        let load = it.divided(bench.divide);
        let case = echo::compare(bench, &contenders, load, false);
        Case { name: format!("engine {}x{}", it.connections, it.size), ..case }
    });
    let cases = cases.collect();
    Section {
        subject: "engine",
        title: "epoll or io_uring for sockets",
        about: ABOUT,
        divide: bench.divide,
        cases,
    }
}
