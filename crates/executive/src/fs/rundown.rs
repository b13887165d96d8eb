//! The end of the process, for its open files: Windows closes its handles, so names that go with
//! the last one go.  Linux closes the descriptors only.

use crate::io::file::File;
use crate::ob::handle;
use crate::sys::exit::at_exit;
use std::sync::Once;

/// From now on the end of the process closes its files.
pub(super) fn expect() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| at_exit(run));
}

extern "C" fn run() {
    for handle in handle::all() {
        let Ok(object) = handle::lookup(handle as usize) else { continue };
        if let Ok(disk) = object.file().and_then(File::disk) {
            disk.leave();
        }
    }
}
