//! `GetLastError` and `SetLastError`.
#![allow(unsafe_code)]

use crate::last_error;

/// The calling thread's last-error value, which Winsock calls share.
#[unsafe(no_mangle)]
pub extern "system" fn GetLastError() -> u32 {
    last_error::get()
}

/// Sets the calling thread's last-error value.
#[unsafe(no_mangle)]
pub extern "system" fn SetLastError(code: u32) {
    last_error::set(code);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ws2_32::error::{WSAGetLastError, WSASetLastError};

    #[test]
    fn both_families_share_the_value_and_each_thread_has_its_own() {
        SetLastError(10054);
        assert_eq!(WSAGetLastError(), 10054);
        WSASetLastError(995);
        assert_eq!(GetLastError(), 995);
        let other = std::thread::spawn(|| GetLastError()).join();
        assert_eq!(other.ok(), Some(0));
    }
}
