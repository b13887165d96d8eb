//! The structures of windows-sys that `include/` declares too, member by member.

use std::mem::offset_of;

use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
use windows_sys::Win32::Devices::Communication::*;
use windows_sys::Win32::Foundation::*;
use windows_sys::Win32::Graphics::Gdi::*;
use windows_sys::Win32::Networking::WinSock::*;
use windows_sys::Win32::Security::*;
use windows_sys::Win32::Storage::FileSystem::*;
use windows_sys::Win32::System::Console::*;
use windows_sys::Win32::System::IO::*;
use windows_sys::Win32::System::Kernel::*;
use windows_sys::Win32::System::SystemInformation::*;
use windows_sys::Win32::System::Threading::*;
use windows_sys::Win32::UI::WindowsAndMessaging::*;
use windows_sys::core::GUID;

/// A structure as windows-sys lays it out.
pub struct Layout {
    /// Its name in C.
    pub name: &'static str,
    /// `size_of`.
    pub size: usize,
    /// `align_of`.
    pub align: usize,
    /// Each member's name in C and its offset.
    pub members: Vec<(&'static str, usize)>,
}

/// `C_NAME = RustName { member, c_member: path.in.rust }`
macro_rules! layouts {
    ($($name:ident $(= $rust:ident)? {
        $($member:ident $(: $($path:ident).+)?),* $(,)?
    })*) => {
        vec![$(layouts!(@one $name [$($rust)? $name] $($member [$($($path).+)?])*)),*]
    };
    (@one $name:ident [$rust:ident $($unused:ident)?] $($member:ident $path:tt)*) => {
        Layout {
            name: stringify!($name),
            size: size_of::<$rust>(),
            align: align_of::<$rust>(),
            members: vec![
                $((stringify!($member), layouts!(@offset $rust $member $path))),*
            ],
        }
    };
    (@offset $rust:ident $member:ident []) => { offset_of!($rust, $member) };
    (@offset $rust:ident $member:ident [$($path:ident).+]) => { offset_of!($rust, $($path).+) };
}

/// Everything that both sides know.
pub fn layouts() -> Vec<Layout> {
    let mut all = base();
    all.extend(files());
    all.extend(terminals());
    all.extend(system());
    all.extend(processes());
    all.extend(winsock());
    all.extend(addresses());
    all.extend(native());
    all.extend(windows());
    all
}

/// What is told of files.
fn files() -> Vec<Layout> {
    layouts! {
        BY_HANDLE_FILE_INFORMATION {
            dwFileAttributes, ftCreationTime, ftLastAccessTime, ftLastWriteTime,
            dwVolumeSerialNumber, nFileSizeHigh, nFileSizeLow, nNumberOfLinks, nFileIndexHigh,
            nFileIndexLow,
        }
        WIN32_FILE_ATTRIBUTE_DATA {
            dwFileAttributes, ftCreationTime, ftLastAccessTime, ftLastWriteTime, nFileSizeHigh,
            nFileSizeLow,
        }
        FILE_BASIC_INFO {
            CreationTime, LastAccessTime, LastWriteTime, ChangeTime, FileAttributes,
        }
        FILE_STANDARD_INFO {
            AllocationSize, EndOfFile, NumberOfLinks, DeletePending, Directory,
        }
        FILE_NAME_INFO { FileNameLength, FileName }
        FILE_RENAME_INFO {
            ReplaceIfExists: Anonymous.ReplaceIfExists, Flags: Anonymous.Flags, RootDirectory,
            FileNameLength, FileName,
        }
        FILE_DISPOSITION_INFO { DeleteFileA: DeleteFile }
        FILE_ALLOCATION_INFO { AllocationSize }
        FILE_END_OF_FILE_INFO { EndOfFile }
        FILE_ATTRIBUTE_TAG_INFO { FileAttributes, ReparseTag }
        FILE_NOTIFY_INFORMATION { NextEntryOffset, Action, FileNameLength, FileName }
        FILE_FULL_DIR_INFO {
            NextEntryOffset, FileIndex, CreationTime, LastAccessTime, LastWriteTime, ChangeTime,
            EndOfFile, AllocationSize, FileAttributes, FileNameLength, EaSize, FileName,
        }
        FILE_ID_BOTH_DIR_INFO {
            NextEntryOffset, FileIndex, CreationTime, LastAccessTime, LastWriteTime, ChangeTime,
            EndOfFile, AllocationSize, FileAttributes, FileNameLength, EaSize, ShortNameLength,
            ShortName, FileId, FileName,
        }
        WIN32_FIND_DATAA {
            dwFileAttributes, ftCreationTime, ftLastAccessTime, ftLastWriteTime, nFileSizeHigh,
            nFileSizeLow, dwReserved0, dwReserved1, cFileName, cAlternateFileName,
        }
        WIN32_FIND_DATAW {
            dwFileAttributes, ftCreationTime, ftLastAccessTime, ftLastWriteTime, nFileSizeHigh,
            nFileSizeLow, dwReserved0, dwReserved1, cFileName, cAlternateFileName,
        }
    }
}

/// wincon.h, winbase.h: consoles and serial ports.
fn terminals() -> Vec<Layout> {
    layouts! {
        DCB {
            DCBlength, BaudRate, wReserved, XonLim, XoffLim, ByteSize, Parity,
            StopBits, XonChar, XoffChar, ErrorChar, EofChar, EvtChar, wReserved1,
        }
        COMMTIMEOUTS {
            ReadIntervalTimeout, ReadTotalTimeoutMultiplier, ReadTotalTimeoutConstant,
            WriteTotalTimeoutMultiplier, WriteTotalTimeoutConstant,
        }
        COMSTAT { cbInQue, cbOutQue }
        COORD { X, Y }
        SMALL_RECT { Left, Top, Right, Bottom }
        CONSOLE_SCREEN_BUFFER_INFO {
            dwSize, dwCursorPosition, wAttributes, srWindow, dwMaximumWindowSize,
        }
        CONSOLE_READCONSOLE_CONTROL { nLength, nInitialChars, dwCtrlWakeupMask, dwControlKeyState }
        KEY_EVENT_RECORD {
            bKeyDown, wRepeatCount, wVirtualKeyCode, wVirtualScanCode, uChar, dwControlKeyState,
        }
        WINDOW_BUFFER_SIZE_RECORD { dwSize }
        MENU_EVENT_RECORD { dwCommandId }
        FOCUS_EVENT_RECORD { bSetFocus }
        INPUT_RECORD { EventType, Event }
        MOUSE_EVENT_RECORD { dwMousePosition, dwButtonState, dwControlKeyState, dwEventFlags }
    }
}

/// winnt.h, sysinfoapi.h: versions and the machine.
fn system() -> Vec<Layout> {
    layouts! {
        OSVERSIONINFOA {
            dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId,
            szCSDVersion,
        }
        OSVERSIONINFOW {
            dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId,
            szCSDVersion,
        }
        OSVERSIONINFOEXA {
            dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId,
            szCSDVersion, wServicePackMajor, wServicePackMinor, wSuiteMask,
            wProductType, wReserved,
        }
        OSVERSIONINFOEXW {
            dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId,
            szCSDVersion, wServicePackMajor, wServicePackMinor, wSuiteMask,
            wProductType, wReserved,
        }
        SYSTEM_INFO {
            dwOemId: Anonymous.dwOemId,
            wProcessorArchitecture: Anonymous.Anonymous.wProcessorArchitecture,
            wReserved: Anonymous.Anonymous.wReserved, dwPageSize, lpMinimumApplicationAddress,
            lpMaximumApplicationAddress, dwActiveProcessorMask, dwNumberOfProcessors,
            dwProcessorType, dwAllocationGranularity, wProcessorLevel, wProcessorRevision,
        }
    }
}

/// windef.h, winnt.h, winbase.h.
fn base() -> Vec<Layout> {
    layouts! {
        FILETIME { dwLowDateTime, dwHighDateTime }
        SYSTEMTIME { wYear, wMonth, wDayOfWeek, wDay, wHour, wMinute, wSecond, wMilliseconds }
        GUID { Data1: data1, Data2: data2, Data3: data3, Data4: data4 }
        LARGE_INTEGER = i64 {}
        ULARGE_INTEGER = u64 {}
        LUID { LowPart, HighPart }
        RECT { left, top, right, bottom }
        POINT { x, y }
        SIZE { cx, cy }
        LIST_ENTRY { Flink, Blink }
        SINGLE_LIST_ENTRY = SLIST_ENTRY { Next }
        SECURITY_ATTRIBUTES { nLength, lpSecurityDescriptor, bInheritHandle }
        SECURITY_DESCRIPTOR { Revision, Sbz1, Control, Owner, Group, Sacl, Dacl }
        ACL { AclRevision, Sbz1, AclSize, AceCount, Sbz2 }
        FILE_SEGMENT_ELEMENT { Buffer, Alignment }
        OVERLAPPED {
            Internal, InternalHigh, Offset: Anonymous.Anonymous.Offset,
            OffsetHigh: Anonymous.Anonymous.OffsetHigh, Pointer: Anonymous.Pointer, hEvent,
        }
        OVERLAPPED_ENTRY { lpCompletionKey, lpOverlapped, Internal, dwNumberOfBytesTransferred }
        CRITICAL_SECTION {
            DebugInfo, LockCount, RecursionCount, OwningThread, LockSemaphore, SpinCount,
        }
        RTL_CRITICAL_SECTION_DEBUG = CRITICAL_SECTION_DEBUG {
            Type, CreatorBackTraceIndex, CriticalSection, ProcessLocksList, EntryCount,
            ContentionCount, Flags, CreatorBackTraceIndexHigh, SpareWORD: Identifier,
        }
        SRWLOCK { Ptr }
        CONDITION_VARIABLE { Ptr }
        INIT_ONCE { Ptr }
        TP_POOL_STACK_INFORMATION { StackReserve, StackCommit }
        TP_CALLBACK_ENVIRON = TP_CALLBACK_ENVIRON_V3 {
            Version, Pool, CleanupGroup, CleanupGroupCancelCallback, RaceDll, ActivationContext,
            FinalizationCallback, u, CallbackPriority, Size,
        }
    }
}

/// processthreadsapi.h, winbase.h: processes.
fn processes() -> Vec<Layout> {
    layouts! {
        PROCESS_INFORMATION { hProcess, hThread, dwProcessId, dwThreadId }
        STARTUPINFOA {
            cb, lpReserved, lpDesktop, lpTitle, dwX, dwY, dwXSize, dwYSize, dwXCountChars,
            dwYCountChars, dwFillAttribute, dwFlags, wShowWindow, cbReserved2, lpReserved2,
            hStdInput, hStdOutput, hStdError,
        }
        STARTUPINFOW {
            cb, lpReserved, lpDesktop, lpTitle, dwX, dwY, dwXSize, dwYSize, dwXCountChars,
            dwYCountChars, dwFillAttribute, dwFlags, wShowWindow, cbReserved2, lpReserved2,
            hStdInput, hStdOutput, hStdError,
        }
        STARTUPINFOEXA { StartupInfo, lpAttributeList }
        STARTUPINFOEXW { StartupInfo, lpAttributeList }
    }
}

/// winsock2.h, mswsock.h, mstcpip.h.
fn winsock() -> Vec<Layout> {
    layouts! {
        WSADATA {
            wVersion, wHighVersion, iMaxSockets, iMaxUdpDg, lpVendorInfo, szDescription,
            szSystemStatus,
        }
        WSABUF { len, buf }
        WSANETWORKEVENTS { lNetworkEvents, iErrorCode }
        WSAPROTOCOLCHAIN { ChainLen, ChainEntries }
        WSAPROTOCOL_INFOA {
            dwServiceFlags1, dwServiceFlags2, dwServiceFlags3, dwServiceFlags4, dwProviderFlags,
            ProviderId, dwCatalogEntryId, ProtocolChain, iVersion, iAddressFamily, iMaxSockAddr,
            iMinSockAddr, iSocketType, iProtocol, iProtocolMaxOffset, iNetworkByteOrder,
            iSecurityScheme, dwMessageSize, dwProviderReserved, szProtocol,
        }
        WSAPROTOCOL_INFOW {
            dwServiceFlags1, dwServiceFlags2, dwServiceFlags3, dwServiceFlags4, dwProviderFlags,
            ProviderId, dwCatalogEntryId, ProtocolChain, iVersion, iAddressFamily, iMaxSockAddr,
            iMinSockAddr, iSocketType, iProtocol, iProtocolMaxOffset, iNetworkByteOrder,
            iSecurityScheme, dwMessageSize, dwProviderReserved, szProtocol,
        }
        FLOWSPEC {
            TokenRate, TokenBucketSize, PeakBandwidth, Latency, DelayVariation, ServiceType,
            MaxSduSize, MinimumPolicedSize,
        }
        QOS { SendingFlowspec, ReceivingFlowspec, ProviderSpecific }
        fd_set = FD_SET { fd_count, fd_array }
        TIMEVAL { tv_sec, tv_usec }
        WSAPOLLFD { fd, events, revents }
        WSAMSG { name, namelen, lpBuffers, dwBufferCount, Control, dwFlags }
        linger = LINGER { l_onoff, l_linger }
        hostent = HOSTENT { h_name, h_aliases, h_addrtype, h_length, h_addr_list }
        servent = SERVENT { s_name, s_aliases, s_proto, s_port }
        protoent = PROTOENT { p_name, p_aliases, p_proto }
        CMSGHDR { cmsg_len, cmsg_level, cmsg_type }
        netent { n_name, n_aliases, n_addrtype, n_net }
        sockproto { sp_family, sp_protocol }
        tcp_keepalive { onoff, keepalivetime, keepaliveinterval }
        TCP_INITIAL_RTO_PARAMETERS { Rtt, MaxSynRetransmissions }
        TCP_INFO_v0 {
            State, Mss, ConnectionTimeMs, TimestampsEnabled, RttUs, MinRttUs, BytesInFlight, Cwnd,
            SndWnd, RcvWnd, RcvBuf, BytesOut, BytesIn, BytesReordered, BytesRetrans, FastRetrans,
            DupAcksIn, TimeoutEpisodes, SynRetrans,
        }
        TCP_INFO_v1 {
            State, Mss, ConnectionTimeMs, TimestampsEnabled, RttUs, MinRttUs, BytesInFlight, Cwnd,
            SndWnd, RcvWnd, RcvBuf, BytesOut, BytesIn, BytesReordered, BytesRetrans, FastRetrans,
            DupAcksIn, TimeoutEpisodes, SynRetrans, SndLimTransRwin, SndLimTimeRwin,
            SndLimBytesRwin, SndLimTransCwnd, SndLimTimeCwnd, SndLimBytesCwnd, SndLimTransSnd,
            SndLimTimeSnd, SndLimBytesSnd,
        }
        TRANSMIT_FILE_BUFFERS { Head, HeadLength, Tail, TailLength }
        TRANSMIT_PACKETS_ELEMENT {
            dwElFlags, cLength, nFileOffset: Anonymous.Anonymous.nFileOffset,
            hFile: Anonymous.Anonymous.hFile, pBuffer: Anonymous.pBuffer,
        }
    }
}

/// Addresses and what joins them to groups: ws2def.h, ws2ipdef.h, ws2tcpip.h.
fn addresses() -> Vec<Layout> {
    layouts! {
        in_addr = IN_ADDR { S_un }
        in6_addr = IN6_ADDR { u }
        sockaddr = SOCKADDR { sa_family, sa_data }
        sockaddr_in = SOCKADDR_IN { sin_family, sin_port, sin_addr, sin_zero }
        sockaddr_in6 = SOCKADDR_IN6 {
            sin6_family, sin6_port, sin6_flowinfo, sin6_addr,
            sin6_scope_id: Anonymous.sin6_scope_id,
            sin6_scope_struct: Anonymous.sin6_scope_struct,
        }
        sockaddr_storage = SOCKADDR_STORAGE {
            ss_family, __ss_pad1, __ss_align, __ss_pad2,
        }
        sockaddr_in6_old { sin6_family, sin6_port, sin6_flowinfo, sin6_addr }
        sockaddr_gen { Address, AddressIn, AddressIn6 }
        SOCKADDR_INET { Ipv4, Ipv6, si_family }
        SOCKET_ADDRESS { lpSockaddr, iSockaddrLength }
        SOCKET_ADDRESS_LIST { iAddressCount, Address }
        CSADDR_INFO { LocalAddr, RemoteAddr, iSocketType, iProtocol }
        SCOPE_ID { Value: Anonymous.Value }
        ADDRINFOA {
            ai_flags, ai_family, ai_socktype, ai_protocol, ai_addrlen, ai_canonname, ai_addr,
            ai_next,
        }
        ADDRINFOW {
            ai_flags, ai_family, ai_socktype, ai_protocol, ai_addrlen, ai_canonname, ai_addr,
            ai_next,
        }
        ADDRINFOEXA {
            ai_flags, ai_family, ai_socktype, ai_protocol, ai_addrlen, ai_canonname, ai_addr,
            ai_blob, ai_bloblen, ai_provider, ai_next,
        }
        ADDRINFOEXW {
            ai_flags, ai_family, ai_socktype, ai_protocol, ai_addrlen, ai_canonname, ai_addr,
            ai_blob, ai_bloblen, ai_provider, ai_next,
        }
        sockaddr_un = SOCKADDR_UN { sun_family, sun_path }
        INTERFACE_INFO { iiFlags, iiAddress, iiBroadcastAddress, iiNetmask }
        INTERFACE_INFO_EX { iiFlags, iiAddress, iiBroadcastAddress, iiNetmask }
        IP_MREQ_SOURCE { imr_multiaddr, imr_sourceaddr, imr_interface }
        GROUP_REQ { gr_interface, gr_group }
        GROUP_SOURCE_REQ { gsr_interface, gsr_group, gsr_source }
        IN_PKTINFO { ipi_addr, ipi_ifindex }
        IN6_PKTINFO { ipi6_addr, ipi6_ifindex }
        ip_mreq = IP_MREQ { imr_multiaddr, imr_interface }
        ipv6_mreq = IPV6_MREQ { ipv6mr_multiaddr, ipv6mr_interface }
    }
}

/// winternl.h.
fn native() -> Vec<Layout> {
    layouts! {
        UNICODE_STRING { Length, MaximumLength, Buffer }
        STRING { Length, MaximumLength, Buffer }
        OBJECT_ATTRIBUTES {
            Length, RootDirectory, ObjectName, Attributes, SecurityDescriptor,
            SecurityQualityOfService,
        }
        IO_STATUS_BLOCK { Status: Anonymous.Status, Pointer: Anonymous.Pointer, Information }
    }
}

/// winuser.h.
fn windows() -> Vec<Layout> {
    layouts! {
        MSG { hwnd, message, wParam, lParam, time, pt }
        PAINTSTRUCT { hdc, fErase, rcPaint, fRestore, fIncUpdate, rgbReserved }
        WNDCLASSA {
            style, lpfnWndProc, cbClsExtra, cbWndExtra, hInstance, hIcon, hCursor, hbrBackground,
            lpszMenuName, lpszClassName,
        }
        WNDCLASSW {
            style, lpfnWndProc, cbClsExtra, cbWndExtra, hInstance, hIcon, hCursor, hbrBackground,
            lpszMenuName, lpszClassName,
        }
        WNDCLASSEXA {
            cbSize, style, lpfnWndProc, cbClsExtra, cbWndExtra, hInstance, hIcon, hCursor,
            hbrBackground, lpszMenuName, lpszClassName, hIconSm,
        }
        WNDCLASSEXW {
            cbSize, style, lpfnWndProc, cbClsExtra, cbWndExtra, hInstance, hIcon, hCursor,
            hbrBackground, lpszMenuName, lpszClassName, hIconSm,
        }
        CREATESTRUCTA {
            lpCreateParams, hInstance, hMenu, hwndParent, cy, cx, y, x, style, lpszName, lpszClass,
            dwExStyle,
        }
        CREATESTRUCTW {
            lpCreateParams, hInstance, hMenu, hwndParent, cy, cx, y, x, style, lpszName, lpszClass,
            dwExStyle,
        }
    }
}
