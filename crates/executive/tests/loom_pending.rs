//! A pending request ends exactly once, whoever comes first: the thread that finishes it, the one
//! that cancels it, or the one that closes its device.
//!
//! Lapwing's requests have no state word.  What other designs put into one (queued, running,
//! completed, cancelled) is here the question of who took the request out of the queue.
#![cfg(loom)]

use lapwing_executive::ke::pending::Pending;
use lapwing_executive::sync::{Arc, AtomicUsize, Mutex, Ordering, thread};

#[derive(Default)]
struct Device {
    pending: Mutex<Pending<usize>>,
    ends: [Ended; 2],
}

#[derive(Default)]
struct Ended(AtomicUsize);

impl Device {
    fn end(&self, request: usize) {
        self.ends[request].0.fetch_add(1, Ordering::Relaxed);
    }

    /// As a socket's event does: under the lock, in order.
    fn finish(&self) {
        self.pending.lock().drain(|request| {
            self.end(request);
            None
        });
    }

    fn cancel(&self, wanted: usize) {
        for request in self.pending.lock().take_if(|&request| request == wanted) {
            self.end(request);
        }
    }

    /// As a socket's close does: no further requests, then the end of those that are there.
    fn close(&self) {
        self.pending.lock().close();
        for request in self.pending.lock().take_if(|_| true) {
            self.end(request);
        }
    }

    fn issue(&self, request: usize) {
        let queued = self.pending.lock().push(request);
        if queued.is_err() {
            // Refused: the call itself fails, which is this request's end.
            self.end(request);
        }
    }
}

#[test]
fn every_request_ends_once() {
    loom::model(|| {
        let device = Arc::new(Device::default());
        device.issue(0);
        let spawn = |body: fn(&Device)| {
            let device = device.clone();
            thread::spawn(move || body(&device))
        };
        let finisher = spawn(Device::finish);
        let closer = spawn(|device| {
            device.cancel(0);
            device.close();
        });
        device.issue(1);
        finisher.join().unwrap();
        closer.join().unwrap();
        for ended in &device.ends {
            assert_eq!(ended.0.load(Ordering::Relaxed), 1);
        }
    });
}
