//! The headers in `include/`, as a program's compiler sees them.  No library is needed here: what
//! the declared functions do is `tests/c`'s subject, that they exist is `exports.rs`'.
//!
//! | what | where |
//! |---|---|
//! | which compilers, which standards, with which options | [`compiler`] |
//! | every order in which a program may include headers | [`orders`] |
//! | each header alone; strictness; what must be refused | [`single`] |
//! | signatures of functions against Microsoft's metadata | [`signatures`] |
//! | sizes, offsets and constants against mingw-w64's headers | [`twin`] |
//! | names and fields, read from the headers' text | [`names`] |
//! | the values that a compiler gives them | [`ask`] |

mod ask;
mod compiler;
mod names;
mod orders;
mod signatures;
mod single;
mod twin;

use compiler::Compiler;
use libtest_mimic::Arguments;

fn main() {
    Compiler::name_the_missing();
    let mut trials = orders::trials();
    trials.extend(single::trials());
    trials.extend(signatures::trials());
    trials.extend(twin::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
