//! The list of every exported function, by DLL and by file.
//!
//! A function that is not listed here does not pass the tests, and one that is listed must have
//! the type that Microsoft's metadata gives it (`lapwing_abi::signature`): a wrong parameter does
//! not compile.  [`EXPORTS`] is also what `GetProcAddress` knows of our own DLLs.
//!
//! To add a function: write it in the file of its subject, add its name below, and, when it is not
//! yet in `crates/abi/names.txt`, add it there and run the generator.

/// An exported function.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    /// The DLL that has it on Windows, without `.dll`.
    pub dll: &'static str,
    /// The file in the DLL's folder that has it here, as a module path.
    pub room: &'static str,
    /// Windows' name; the symbol may be another (`lapwing_socket`).
    pub name: &'static str,
    /// Where it is.
    pub address: *const (),
}

/// Two rules: the checked list compares each function with its signature and re-exports it.
macro_rules! exports {
    (
        $(#[$meta:meta])*
        checked $table:ident:
        $($dll:ident { $($($room:ident)::+ { $($name:ident)* })* })*
    ) => {
        $($( exports! { @check $dll [$($room)::+] $($name)* } )*)*
        exports! {
            $(#[$meta])*
            unchecked $table: $($dll { $($($room)::+ { $($name)* })* })*
        }
    };
    (
        $(#[$meta:meta])*
        unchecked $table:ident:
        $($dll:ident { $($($room:ident)::+ { $($name:ident)* })* })*
    ) => {
        $(#[$meta])*
        pub const $table: &[&[Export]] =
            &[$($( &exports!(@list $dll [$($room)::+] $($name)*), )*)*];
    };
    (@check $dll:ident $room:tt $($name:ident)*) => {
        $( exports! { @check_one $dll $room $name } )*
    };
    (@check_one $dll:ident [$($room:ident)::+] $name:ident) => {
        const _: lapwing_abi::signature::$name = crate::$dll::$($room)::+::$name;
        pub use crate::$dll::$($room)::+::$name;
    };
    (@list $dll:ident $room:tt $($name:ident)*) => {
        [$( exports!(@list_one $dll $room $name) ),*]
    };
    (@list_one $dll:ident [$($room:ident)::+] $name:ident) => {
        Export {
            dll: stringify!($dll),
            room: stringify!($($room)::+),
            name: stringify!($name),
            address: crate::$dll::$($room)::+::$name as *const (),
        }
    };
}

exports! {
    /// Every function whose signature Microsoft's metadata has.
    checked EXPORTS:
    advapi32 {
        impersonation { ImpersonateNamedPipeClient RevertToSelf }
        security_descriptor {
            ConvertStringSecurityDescriptorToSecurityDescriptorA
            ConvertStringSecurityDescriptorToSecurityDescriptorW InitializeSecurityDescriptor
            IsValidSecurityDescriptor SetSecurityDescriptorDacl
        }
    }
    bcrypt {
        random { BCryptGenRandom }
    }
    kernel32 {
        apc { QueueUserAPC TerminateThread }
        attribute_list {
            DeleteProcThreadAttributeList InitializeProcThreadAttributeList
            UpdateProcThreadAttribute
        }
        event {
            CreateEventA CreateEventExA CreateEventExW CreateEventW OpenEventA OpenEventW
            PulseEvent ResetEvent SetEvent
        }
        handle {
            CloseHandle DuplicateHandle GetCurrentProcess GetCurrentThread GetHandleInformation
            GetProcessHandleCount SetHandleInformation
        }
        mutex {
            CreateMutexA CreateMutexExA CreateMutexExW CreateMutexW OpenMutexA OpenMutexW
            ReleaseMutex
        }
        named_pipe {
            CallNamedPipeA CallNamedPipeW ConnectNamedPipe CreateNamedPipeA CreateNamedPipeW
            DisconnectNamedPipe TransactNamedPipe WaitNamedPipeA WaitNamedPipeW
        }
        named_pipe_state {
            GetNamedPipeClientComputerNameA GetNamedPipeClientComputerNameW
            GetNamedPipeClientProcessId GetNamedPipeClientSessionId GetNamedPipeHandleStateA
            GetNamedPipeHandleStateW GetNamedPipeInfo GetNamedPipeServerProcessId
            GetNamedPipeServerSessionId PeekNamedPipe SetNamedPipeHandleState
        }
        pipe { CreatePipe }
        process {
            ExitProcess GetCurrentProcessId GetExitCodeProcess GetProcessId GetProcessTimes
            OpenProcess TerminateProcess
        }
        semaphore {
            CreateSemaphoreA CreateSemaphoreExA CreateSemaphoreExW CreateSemaphoreW
            OpenSemaphoreA OpenSemaphoreW ReleaseSemaphore
        }
        thread {
            CreateThread ExitThread GetCurrentThreadId GetExitCodeThread GetThreadId
            GetThreadPriority ResumeThread SetThreadAffinityMask SetThreadDescription
            SetThreadPriority
        }
        serial_port {
            BuildCommDCBA BuildCommDCBW ClearCommBreak ClearCommError EscapeCommFunction GetCommMask
            GetCommModemStatus GetCommState GetCommTimeouts PurgeComm SetCommBreak SetCommMask
            SetCommState SetCommTimeouts SetupComm TransmitCommChar WaitCommEvent
        }
        thread_pool {
            CloseThreadpool CloseThreadpoolCleanupGroup CloseThreadpoolCleanupGroupMembers
            CloseThreadpoolWork CreateThreadpool CreateThreadpoolCleanupGroup CreateThreadpoolWork
            QueryThreadpoolStackInformation SetThreadpoolStackInformation
            SetThreadpoolThreadMaximum SetThreadpoolThreadMinimum SubmitThreadpoolWork
            TrySubmitThreadpoolCallback WaitForThreadpoolWorkCallbacks
        }
        thread_pool_event {
            BindIoCompletionCallback CancelThreadpoolIo CloseThreadpoolIo CloseThreadpoolTimer
            CloseThreadpoolWait CreateThreadpoolIo CreateThreadpoolTimer CreateThreadpoolWait
            IsThreadpoolTimerSet SetThreadpoolTimer SetThreadpoolTimerEx SetThreadpoolWait
            SetThreadpoolWaitEx StartThreadpoolIo WaitForThreadpoolIoCallbacks
            WaitForThreadpoolTimerCallbacks WaitForThreadpoolWaitCallbacks
        }
        thread_pool_instance {
            CallbackMayRunLong DisassociateCurrentThreadFromCallback
            FreeLibraryWhenCallbackReturns LeaveCriticalSectionWhenCallbackReturns
            ReleaseMutexWhenCallbackReturns ReleaseSemaphoreWhenCallbackReturns
            SetEventWhenCallbackReturns
        }
        thread_pool_legacy {
            ChangeTimerQueueTimer CreateTimerQueue CreateTimerQueueTimer DeleteTimerQueue
            DeleteTimerQueueEx DeleteTimerQueueTimer QueueUserWorkItem
            RegisterWaitForSingleObject UnregisterWait UnregisterWaitEx
        }
        timer {
            CancelWaitableTimer CreateWaitableTimerA CreateWaitableTimerExA
            CreateWaitableTimerExW CreateWaitableTimerW OpenWaitableTimerW
            SetWaitableTimer
        }
        wait {
            SignalObjectAndWait Sleep SleepEx SwitchToThread WaitForMultipleObjects
            WaitForMultipleObjectsEx WaitForSingleObject WaitForSingleObjectEx
        }
        wait_on_address { WaitOnAddress WakeByAddressAll WakeByAddressSingle }
        completion_port {
            CreateIoCompletionPort GetQueuedCompletionStatus GetQueuedCompletionStatusEx
            PostQueuedCompletionStatus SetFileCompletionNotificationModes
        }
        error { GetLastError SetLastError }
        create_file { CreateFileA CreateFileW }
        mailslot { CreateMailslotA CreateMailslotW GetMailslotInfo SetMailslotInfo }
        create_process { CreateProcessA CreateProcessW }
        file { ReadFile ReadFileEx WriteFile WriteFileEx }
        file_segments { ReadFileScatter WriteFileGather }
        directory {
            CreateDirectoryA CreateDirectoryW GetCurrentDirectoryA GetCurrentDirectoryW
            RemoveDirectoryA RemoveDirectoryW SetCurrentDirectoryA SetCurrentDirectoryW
        }
        drive {
            GetDiskFreeSpaceA GetDiskFreeSpaceExA GetDiskFreeSpaceExW GetDiskFreeSpaceW
            GetDriveTypeA GetDriveTypeW GetLogicalDriveStringsA GetLogicalDriveStringsW
            GetLogicalDrives
        }
        file_attributes {
            GetFileAttributesA GetFileAttributesExA GetFileAttributesExW GetFileAttributesW
            GetFileTime SetFileAttributesA SetFileAttributesW SetFileTime
        }
        file_information {
            GetFileInformationByHandle GetFileInformationByHandleEx SetFileInformationByHandle
        }
        lock_range { LockFile LockFileEx UnlockFile UnlockFileEx }
        move_file {
            CopyFileA CopyFileExA CopyFileExW CopyFileW MoveFileA MoveFileExA MoveFileExW
            MoveFileW ReplaceFileA ReplaceFileW
        }
        path_name {
            GetFinalPathNameByHandleA GetFinalPathNameByHandleW GetFullPathNameA
            GetFullPathNameW
        }
        file_name {
            DeleteFileA DeleteFileW GetTempFileNameA GetTempFileNameW GetTempPathA GetTempPathW
        }
        file_position {
            FlushFileBuffers GetFileSize GetFileSizeEx GetFileType SetEndOfFile SetFilePointer
            SetFilePointerEx
        }
        directory_changes {
            FindCloseChangeNotification FindFirstChangeNotificationA
            FindFirstChangeNotificationW FindNextChangeNotification ReadDirectoryChangesW
        }
        file_mapping {
            CreateFileMappingA CreateFileMappingW FlushViewOfFile MapViewOfFile MapViewOfFileEx
            OpenFileMappingA OpenFileMappingW UnmapViewOfFile
        }
        find_file {
            FindClose FindFirstFileA FindFirstFileExA FindFirstFileExW FindFirstFileW
            FindNextFileA FindNextFileW
        }
        io { CancelIo CancelIoEx CancelSynchronousIo GetOverlappedResult GetOverlappedResultEx }
        heap {
            GetProcessHeap GlobalAlloc GlobalFree HeapAlloc HeapCreate HeapDestroy
            HeapFree HeapReAlloc HeapSize LocalAlloc LocalFree
        }
        format_message { FormatMessageA FormatMessageW }
        critical_section {
            DeleteCriticalSection EnterCriticalSection InitializeCriticalSection
            InitializeCriticalSectionAndSpinCount InitializeCriticalSectionEx
            LeaveCriticalSection SetCriticalSectionSpinCount TryEnterCriticalSection
        }
        srw_lock {
            AcquireSRWLockExclusive AcquireSRWLockShared InitializeSRWLock
            ReleaseSRWLockExclusive ReleaseSRWLockShared TryAcquireSRWLockExclusive
            TryAcquireSRWLockShared
        }
        condition_variable {
            InitializeConditionVariable SleepConditionVariableCS
            SleepConditionVariableSRW WakeAllConditionVariable WakeConditionVariable
        }
        init_once {
            InitOnceBeginInitialize InitOnceComplete InitOnceExecuteOnce
            InitOnceInitialize
        }
        fls { FlsAlloc FlsFree FlsGetValue FlsSetValue }
        tls { TlsAlloc TlsFree TlsGetValue TlsSetValue }
        time {
            FileTimeToSystemTime GetLocalTime GetSystemTime GetSystemTimeAsFileTime
            GetSystemTimePreciseAsFileTime GetTickCount GetTickCount64
            QueryPerformanceCounter QueryPerformanceFrequency SystemTimeToFileTime
        }
        system {
            GetActiveProcessorCount GetComputerNameA GetComputerNameW
            GetCurrentProcessorNumber GetNativeSystemInfo GetProcessAffinityMask
            GetSystemInfo
        }
        string { MultiByteToWideChar WideCharToMultiByte lstrlenA lstrlenW }
        environment {
            GetCommandLineA GetCommandLineW GetEnvironmentVariableA
            GetEnvironmentVariableW IsDebuggerPresent OutputDebugStringA
            OutputDebugStringW SetEnvironmentVariableA SetEnvironmentVariableW
        }
        version {
            GetVersion GetVersionExA GetVersionExW VerSetConditionMask VerifyVersionInfoA
            VerifyVersionInfoW
        }
        virtual_memory { VirtualAlloc VirtualFree }
        loader {
            FreeLibrary GetModuleFileNameA GetModuleFileNameW GetModuleHandleA
            GetModuleHandleW GetProcAddress LoadLibraryA LoadLibraryExA
            LoadLibraryExW LoadLibraryW
        }
        console { GenerateConsoleCtrlEvent SetConsoleCtrlHandler }
        console_input {
            GetNumberOfConsoleInputEvents PeekConsoleInputA PeekConsoleInputW
            ReadConsoleInputA ReadConsoleInputW WriteConsoleInputA WriteConsoleInputW
        }
        console_mode {
            FlushConsoleInputBuffer GetConsoleCP GetConsoleMode GetConsoleOutputCP
            GetConsoleScreenBufferInfo ReadConsoleA ReadConsoleW SetConsoleCP SetConsoleMode
            SetConsoleOutputCP
        }
        standard_handle { GetStdHandle SetStdHandle WriteConsoleA WriteConsoleW }
        startup_info {
            FreeEnvironmentStringsA FreeEnvironmentStringsW GetEnvironmentStrings
            GetEnvironmentStringsW GetStartupInfoA GetStartupInfoW
        }
    }
    mswsock {
        accept { AcceptEx GetAcceptExSockaddrs }
        transmit { TransmitFile }
    }
    ntdll {
        error { RtlNtStatusToDosError }
        file { NtClose NtCreateFile NtOpenFile NtSetInformationFile }
        io_control { NtDeviceIoControlFile }
        string { RtlInitUnicodeString }
    }
    gdi32 {
        object { GetStockObject }
    }
    shell32 {
        command_line { CommandLineToArgvW }
    }
    user32 {
        class {
            GetClassNameA GetClassNameW RegisterClassA RegisterClassExA RegisterClassExW
            RegisterClassW UnregisterClassA UnregisterClassW
        }
        default_procedure { DefWindowProcA DefWindowProcW }
        headless {
            BeginPaint EndPaint LoadCursorA LoadCursorW LoadIconA LoadIconW MessageBoxA
            MessageBoxW ShowWindow UpdateWindow
        }
        message {
            DispatchMessageA DispatchMessageW GetMessageA GetMessageW GetQueueStatus PeekMessageA
            PeekMessageW PostMessageA PostMessageW PostQuitMessage PostThreadMessageA
            PostThreadMessageW RegisterWindowMessageA RegisterWindowMessageW TranslateMessage
        }
        property {
            GetWindowLongA GetWindowLongPtrA GetWindowLongPtrW GetWindowLongW GetWindowTextA
            GetWindowTextW SetWindowLongA SetWindowLongPtrA SetWindowLongPtrW SetWindowLongW
            SetWindowTextA SetWindowTextW
        }
        send {
            CallWindowProcA CallWindowProcW InSendMessage ReplyMessage SendMessageA
            SendMessageTimeoutA SendMessageTimeoutW SendMessageW SendNotifyMessageA
            SendNotifyMessageW
        }
        timer { KillTimer SetTimer }
        wait { MsgWaitForMultipleObjects MsgWaitForMultipleObjectsEx WaitMessage }
        window {
            CreateWindowExA CreateWindowExW DestroyWindow FindWindowA FindWindowExA FindWindowExW
            FindWindowW GetParent GetWindowThreadProcessId IsWindow IsWindowUnicode
        }
    }
    winmm {
        time { timeBeginPeriod timeEndPeriod timeGetTime }
    }
    ws2_32 {
        async_get {
            WSAAsyncGetHostByAddr WSAAsyncGetHostByName WSAAsyncGetProtoByName
            WSAAsyncGetProtoByNumber WSAAsyncGetServByName WSAAsyncGetServByPort
            WSACancelAsyncRequest
        }
        async_select { WSAAsyncSelect }
        option { getsockopt setsockopt }
        accept { WSAAccept accept }
        connect_by { WSAConnectByList WSAConnectByNameA WSAConnectByNameW }
        duplicate {
            WSADuplicateSocketA WSADuplicateSocketW WSAEnumProtocolsA WSAEnumProtocolsW
        }
        event {
            WSACloseEvent WSACreateEvent WSAResetEvent WSASetEvent WSAWaitForMultipleEvents
        }
        event_select { WSAEnumNetworkEvents WSAEventSelect }
        overlapped { WSAGetOverlappedResult }
        socket {
            bind closesocket connect getpeername getsockname listen shutdown socket
            WSAConnect
            WSARecvDisconnect WSASendDisconnect WSASocketA WSASocketW
        }
        datagram { recvfrom sendto WSARecvFrom WSASendTo }
        message { WSASendMsg }
        transfer { recv send WSARecv WSASend }
        byte_order { WSAHtonl WSAHtons WSANtohl WSANtohs htonl htons ntohl ntohs }
        control { WSAIoctl ioctlsocket }
        host { gethostbyaddr gethostbyname }
        name {
            FreeAddrInfoW GetAddrInfoW GetHostNameW GetNameInfoW freeaddrinfo getaddrinfo
            gethostname getnameinfo
        }
        name_extended {
            FreeAddrInfoEx FreeAddrInfoExW GetAddrInfoExA GetAddrInfoExCancel
            GetAddrInfoExOverlappedResult GetAddrInfoExW
        }
        service { getprotobyname getprotobynumber getservbyname getservbyport }
        poll { WSAPoll }
        select { __WSAFDIsSet select }
        startup { WSACleanup WSAStartup }
        socket_address_text {
            WSAAddressToStringA WSAAddressToStringW WSAStringToAddressA WSAStringToAddressW
        }
        text_address { InetNtopW InetPtonW inet_addr inet_ntoa inet_ntop inet_pton }
        error { WSAGetLastError WSASetLastError }
    }
}

exports! {
    /// Functions without metadata: the C run-time's own, and what Lapwing's headers alone call.
    unchecked WITHOUT_METADATA:
    crt {
        conio { _getch _getche _kbhit }
        file_handle { _close _get_osfhandle _open_osfhandle }
        thread { _beginthread _beginthreadex _endthread _endthreadex }
    }
    ntdll {
        io_control { NtCancelIoFile NtCancelIoFileEx }
        keyed_event { NtCreateKeyedEvent NtReleaseKeyedEvent NtWaitForKeyedEvent }
    }
}

exports! {
    /// What C programs call in place of the function of the same name, because C's `wchar_t` and
    /// `struct timeval` have other sizes there (the symbol is `lapwing_<name>_lp64`).
    unchecked LP64:
    advapi32 {
        lp64 { ConvertStringSecurityDescriptorToSecurityDescriptorW }
    }
    ntdll {
        lp64 { NtCreateFile NtOpenFile RtlInitUnicodeString }
    }
    shell32 {
        lp64 { CommandLineToArgvW }
    }
    user32 {
        lp64 {
            CreateWindowExW DefWindowProcW FindWindowExW FindWindowW GetClassNameW
            GetWindowTextW MessageBoxW RegisterClassExW RegisterClassW RegisterWindowMessageW
            SendMessageTimeoutW SendMessageW SetWindowLongPtrW SetWindowTextW UnregisterClassW
        }
    }
    ws2_32 {
        lp64 {
            FreeAddrInfoW GetAddrInfoExW GetAddrInfoW GetHostNameW GetNameInfoW InetNtopW
            InetPtonW WSAAddressToStringW WSAConnectByList WSAConnectByNameA
            WSAConnectByNameW WSADuplicateSocketW WSAEnumProtocolsW WSASocketW
            WSAStringToAddressW getsockopt select
        }
    }
    kernel32 {
        console_input_lp64 {
            PeekConsoleInputA PeekConsoleInputW ReadConsoleInputA ReadConsoleInputW
            WriteConsoleInputA WriteConsoleInputW
        }
        directory_changes_lp64 { FindFirstChangeNotificationW ReadDirectoryChangesW }
        file_mapping_lp64 { CreateFileMappingW OpenFileMappingW }
        find_file_lp64 { FindFirstFileExW FindFirstFileW FindNextFileW }
        named_pipe_lp64 {
            CallNamedPipeW CreateNamedPipeW GetNamedPipeClientComputerNameW
            GetNamedPipeHandleStateW WaitNamedPipeW
        }
        mailslot_lp64 { CreateMailslotW }
        process_lp64 {
            CreateProcessA CreateProcessW FreeEnvironmentStringsW GetEnvironmentStringsW
            GetStartupInfoW
        }
        serial_port_lp64 { BuildCommDCBW }
        standard_handle_lp64 { ReadConsoleW WriteConsoleW }
        file_lp64 {
            CopyFileExW CopyFileW CreateDirectoryW GetCurrentDirectoryW GetDiskFreeSpaceExW
            GetDiskFreeSpaceW GetDriveTypeW GetFileAttributesExW GetFileAttributesW
            GetFileInformationByHandleEx GetFinalPathNameByHandleW GetFullPathNameW
            GetLogicalDriveStringsW MoveFileExW MoveFileW RemoveDirectoryW ReplaceFileW
            SetCurrentDirectoryW SetFileAttributesW SetFileInformationByHandle
        }
        version_lp64 { GetVersionExW VerifyVersionInfoW }
        lp64 {
            CreateFileW DeleteFileW GetTempFileNameW GetTempPathW
            CreateEventExW CreateEventW CreateMutexExW CreateMutexW CreateSemaphoreExW
            CreateSemaphoreW CreateWaitableTimerExW CreateWaitableTimerW OpenEventW OpenMutexW
            OpenSemaphoreW OpenWaitableTimerW SetThreadDescription
            FormatMessageA FormatMessageW GetCommandLineW GetComputerNameW GetEnvironmentVariableW
            GetModuleFileNameW GetModuleHandleW GetProcAddress LoadLibraryExW LoadLibraryW
            MultiByteToWideChar OutputDebugStringW SetEnvironmentVariableW WideCharToMultiByte
            lstrlenW
        }
    }
}

#[cfg(test)]
#[path = "exports_tests.rs"]
mod tests;
