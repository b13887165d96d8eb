//! Three older versions of `windows-sys` in one program, as crates that have not moved on bring
//! them.

use windows_sys_0_52::Win32::Networking::WinSock::{
    AF_INET, INVALID_SOCKET, IPPROTO_TCP, SOCK_STREAM, WSAStartup, closesocket, htons, socket,
};
use windows_sys_0_59::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys_0_59::Win32::System::Threading::{CreateEventW, SetEvent, WaitForSingleObject};
use windows_sys_0_60::Win32::Foundation::{CloseHandle, INVALID_HANDLE_VALUE};
use windows_sys_0_60::Win32::System::IO::CreateIoCompletionPort;

fn main() {
    // SAFETY: the places are ours, what may be absent is null.
    unsafe {
        let mut data = std::mem::zeroed();
        println!("WSAStartup: {}", WSAStartup(0x0202, &mut data));
        let socket = socket(i32::from(AF_INET), SOCK_STREAM, IPPROTO_TCP);
        println!("socket: {}, {:#x}", socket != INVALID_SOCKET, htons(0x1234));
        // A socket of Windows is a handle that a port takes, and no descriptor.
        let port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, std::ptr::null_mut(), 0, 0);
        let socket_s = CreateIoCompletionPort(socket as _, port, 7, 0);
        println!("CreateIoCompletionPort: {}", !port.is_null() && socket_s == port);
        println!("closesocket: {}", closesocket(socket));
        CloseHandle(port);
        let event = CreateEventW(std::ptr::null(), 0, 0, windows_sys_0_59::w!("Local\\older"));
        SetEvent(event);
        println!("set: {}", WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
        CloseHandle(event);
    }
}
