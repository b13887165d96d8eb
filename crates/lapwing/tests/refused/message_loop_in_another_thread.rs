//! A window's messages come to the thread that has made it.

use lapwing::MessageLoop;
use std::time::Duration;

fn main() {
    let mut messages: MessageLoop<()> = MessageLoop::new().unwrap();
    std::thread::spawn(move || messages.wait(Duration::ZERO));
}
