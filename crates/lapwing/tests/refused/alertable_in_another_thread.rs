//! Routines run in the thread that began their operations.

use lapwing::alertable;

fn main() {
    alertable(|thread| {
        std::thread::scope(|scope| {
            scope.spawn(|| thread.run());
        });
    });
}
