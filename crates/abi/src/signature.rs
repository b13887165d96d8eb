// Generated from names.txt by crates/abi/generate.  Not edited by hand.

use crate::types::*;
/// `AcceptEx`, mswsock.dll.
pub type AcceptEx = unsafe extern "system" fn(
    slistensocket: SOCKET,
    sacceptsocket: SOCKET,
    lpoutputbuffer: *mut core::ffi::c_void,
    dwreceivedatalength: u32,
    dwlocaladdresslength: u32,
    dwremoteaddresslength: u32,
    lpdwbytesreceived: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `AcquireSRWLockExclusive`, kernel32.dll.
pub type AcquireSRWLockExclusive = unsafe extern "system" fn(srwlock: *mut SRWLOCK);
/// `AcquireSRWLockShared`, kernel32.dll.
pub type AcquireSRWLockShared = unsafe extern "system" fn(srwlock: *mut SRWLOCK);
/// `BCryptGenRandom`, bcrypt.dll.
pub type BCryptGenRandom = unsafe extern "system" fn(
    halgorithm: BCRYPT_ALG_HANDLE,
    pbbuffer: *mut u8,
    cbbuffer: u32,
    dwflags: BCRYPTGENRANDOM_FLAGS,
) -> NTSTATUS;
/// `BeginPaint`, user32.dll.
pub type BeginPaint = unsafe extern "system" fn(hwnd: HWND, lppaint: *mut PAINTSTRUCT) -> HDC;
/// `BindIoCompletionCallback`, kernel32.dll.
pub type BindIoCompletionCallback = unsafe extern "system" fn(
    filehandle: HANDLE,
    function: LPOVERLAPPED_COMPLETION_ROUTINE,
    flags: u32,
) -> BOOL;
/// `BuildCommDCBA`, kernel32.dll.
pub type BuildCommDCBA = unsafe extern "system" fn(lpdef: PCSTR, lpdcb: *mut DCB) -> BOOL;
/// `BuildCommDCBW`, kernel32.dll.
pub type BuildCommDCBW = unsafe extern "system" fn(lpdef: PCWSTR, lpdcb: *mut DCB) -> BOOL;
/// `CallNamedPipeA`, kernel32.dll.
pub type CallNamedPipeA = unsafe extern "system" fn(
    lpnamedpipename: PCSTR,
    lpinbuffer: *const core::ffi::c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut core::ffi::c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    ntimeout: u32,
) -> BOOL;
/// `CallNamedPipeW`, kernel32.dll.
pub type CallNamedPipeW = unsafe extern "system" fn(
    lpnamedpipename: PCWSTR,
    lpinbuffer: *const core::ffi::c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut core::ffi::c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    ntimeout: u32,
) -> BOOL;
/// `CallWindowProcA`, user32.dll.
pub type CallWindowProcA = unsafe extern "system" fn(
    lpprevwndfunc: WNDPROC,
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT;
/// `CallWindowProcW`, user32.dll.
pub type CallWindowProcW = unsafe extern "system" fn(
    lpprevwndfunc: WNDPROC,
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT;
/// `CallbackMayRunLong`, kernel32.dll.
pub type CallbackMayRunLong = unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE) -> BOOL;
/// `CancelIo`, kernel32.dll.
pub type CancelIo = unsafe extern "system" fn(hfile: HANDLE) -> BOOL;
/// `CancelIoEx`, kernel32.dll.
pub type CancelIoEx =
    unsafe extern "system" fn(hfile: HANDLE, lpoverlapped: *const OVERLAPPED) -> BOOL;
/// `CancelSynchronousIo`, kernel32.dll.
pub type CancelSynchronousIo = unsafe extern "system" fn(hthread: HANDLE) -> BOOL;
/// `CancelThreadpoolIo`, kernel32.dll.
pub type CancelThreadpoolIo = unsafe extern "system" fn(pio: PTP_IO);
/// `CancelWaitableTimer`, kernel32.dll.
pub type CancelWaitableTimer = unsafe extern "system" fn(htimer: HANDLE) -> BOOL;
/// `ChangeTimerQueueTimer`, kernel32.dll.
pub type ChangeTimerQueueTimer =
    unsafe extern "system" fn(timerqueue: HANDLE, timer: HANDLE, duetime: u32, period: u32) -> BOOL;
/// `ClearCommBreak`, kernel32.dll.
pub type ClearCommBreak = unsafe extern "system" fn(hfile: HANDLE) -> BOOL;
/// `ClearCommError`, kernel32.dll.
pub type ClearCommError = unsafe extern "system" fn(
    hfile: HANDLE,
    lperrors: *mut CLEAR_COMM_ERROR_FLAGS,
    lpstat: *mut COMSTAT,
) -> BOOL;
/// `CloseHandle`, kernel32.dll.
pub type CloseHandle = unsafe extern "system" fn(hobject: HANDLE) -> BOOL;
/// `CloseThreadpool`, kernel32.dll.
pub type CloseThreadpool = unsafe extern "system" fn(ptpp: PTP_POOL);
/// `CloseThreadpoolCleanupGroup`, kernel32.dll.
pub type CloseThreadpoolCleanupGroup = unsafe extern "system" fn(ptpcg: PTP_CLEANUP_GROUP);
/// `CloseThreadpoolCleanupGroupMembers`, kernel32.dll.
pub type CloseThreadpoolCleanupGroupMembers = unsafe extern "system" fn(
    ptpcg: PTP_CLEANUP_GROUP,
    fcancelpendingcallbacks: BOOL,
    pvcleanupcontext: *mut core::ffi::c_void,
);
/// `CloseThreadpoolIo`, kernel32.dll.
pub type CloseThreadpoolIo = unsafe extern "system" fn(pio: PTP_IO);
/// `CloseThreadpoolTimer`, kernel32.dll.
pub type CloseThreadpoolTimer = unsafe extern "system" fn(pti: PTP_TIMER);
/// `CloseThreadpoolWait`, kernel32.dll.
pub type CloseThreadpoolWait = unsafe extern "system" fn(pwa: PTP_WAIT);
/// `CloseThreadpoolWork`, kernel32.dll.
pub type CloseThreadpoolWork = unsafe extern "system" fn(pwk: PTP_WORK);
/// `CommandLineToArgvW`, shell32.dll.
pub type CommandLineToArgvW =
    unsafe extern "system" fn(lpcmdline: PCWSTR, pnumargs: *mut i32) -> *mut PWSTR;
/// `ConnectNamedPipe`, kernel32.dll.
pub type ConnectNamedPipe =
    unsafe extern "system" fn(hnamedpipe: HANDLE, lpoverlapped: *mut OVERLAPPED) -> BOOL;
/// `ConvertStringSecurityDescriptorToSecurityDescriptorA`, advapi32.dll.
pub type ConvertStringSecurityDescriptorToSecurityDescriptorA = unsafe extern "system" fn(
    stringsecuritydescriptor: PCSTR,
    stringsdrevision: u32,
    securitydescriptor: *mut PSECURITY_DESCRIPTOR,
    securitydescriptorsize: *mut u32,
) -> BOOL;
/// `ConvertStringSecurityDescriptorToSecurityDescriptorW`, advapi32.dll.
pub type ConvertStringSecurityDescriptorToSecurityDescriptorW = unsafe extern "system" fn(
    stringsecuritydescriptor: PCWSTR,
    stringsdrevision: u32,
    securitydescriptor: *mut PSECURITY_DESCRIPTOR,
    securitydescriptorsize: *mut u32,
) -> BOOL;
/// `CopyFileA`, kernel32.dll.
pub type CopyFileA = unsafe extern "system" fn(
    lpexistingfilename: PCSTR,
    lpnewfilename: PCSTR,
    bfailifexists: BOOL,
) -> BOOL;
/// `CopyFileExA`, kernel32.dll.
pub type CopyFileExA = unsafe extern "system" fn(
    lpexistingfilename: PCSTR,
    lpnewfilename: PCSTR,
    lpprogressroutine: LPPROGRESS_ROUTINE,
    lpdata: *const core::ffi::c_void,
    pbcancel: *mut BOOL,
    dwcopyflags: COPYFILE_FLAGS,
) -> BOOL;
/// `CopyFileExW`, kernel32.dll.
pub type CopyFileExW = unsafe extern "system" fn(
    lpexistingfilename: PCWSTR,
    lpnewfilename: PCWSTR,
    lpprogressroutine: LPPROGRESS_ROUTINE,
    lpdata: *const core::ffi::c_void,
    pbcancel: *mut BOOL,
    dwcopyflags: COPYFILE_FLAGS,
) -> BOOL;
/// `CopyFileW`, kernel32.dll.
pub type CopyFileW = unsafe extern "system" fn(
    lpexistingfilename: PCWSTR,
    lpnewfilename: PCWSTR,
    bfailifexists: BOOL,
) -> BOOL;
/// `CreateDirectoryA`, kernel32.dll.
pub type CreateDirectoryA = unsafe extern "system" fn(
    lppathname: PCSTR,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> BOOL;
/// `CreateDirectoryW`, kernel32.dll.
pub type CreateDirectoryW = unsafe extern "system" fn(
    lppathname: PCWSTR,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> BOOL;
/// `CreateEventA`, kernel32.dll.
pub type CreateEventA = unsafe extern "system" fn(
    lpeventattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    binitialstate: BOOL,
    lpname: PCSTR,
) -> HANDLE;
/// `CreateEventExA`, kernel32.dll.
pub type CreateEventExA = unsafe extern "system" fn(
    lpeventattributes: *const SECURITY_ATTRIBUTES,
    lpname: PCSTR,
    dwflags: CREATE_EVENT,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateEventExW`, kernel32.dll.
pub type CreateEventExW = unsafe extern "system" fn(
    lpeventattributes: *const SECURITY_ATTRIBUTES,
    lpname: PCWSTR,
    dwflags: CREATE_EVENT,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateEventW`, kernel32.dll.
pub type CreateEventW = unsafe extern "system" fn(
    lpeventattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    binitialstate: BOOL,
    lpname: PCWSTR,
) -> HANDLE;
/// `CreateFileA`, kernel32.dll.
pub type CreateFileA = unsafe extern "system" fn(
    lpfilename: PCSTR,
    dwdesiredaccess: u32,
    dwsharemode: FILE_SHARE_MODE,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
    dwcreationdisposition: FILE_CREATION_DISPOSITION,
    dwflagsandattributes: FILE_FLAGS_AND_ATTRIBUTES,
    htemplatefile: HANDLE,
) -> HANDLE;
/// `CreateFileMappingA`, kernel32.dll.
pub type CreateFileMappingA = unsafe extern "system" fn(
    hfile: HANDLE,
    lpfilemappingattributes: *const SECURITY_ATTRIBUTES,
    flprotect: PAGE_PROTECTION_FLAGS,
    dwmaximumsizehigh: u32,
    dwmaximumsizelow: u32,
    lpname: PCSTR,
) -> HANDLE;
/// `CreateFileMappingW`, kernel32.dll.
pub type CreateFileMappingW = unsafe extern "system" fn(
    hfile: HANDLE,
    lpfilemappingattributes: *const SECURITY_ATTRIBUTES,
    flprotect: PAGE_PROTECTION_FLAGS,
    dwmaximumsizehigh: u32,
    dwmaximumsizelow: u32,
    lpname: PCWSTR,
) -> HANDLE;
/// `CreateFileW`, kernel32.dll.
pub type CreateFileW = unsafe extern "system" fn(
    lpfilename: PCWSTR,
    dwdesiredaccess: u32,
    dwsharemode: FILE_SHARE_MODE,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
    dwcreationdisposition: FILE_CREATION_DISPOSITION,
    dwflagsandattributes: FILE_FLAGS_AND_ATTRIBUTES,
    htemplatefile: HANDLE,
) -> HANDLE;
/// `CreateIoCompletionPort`, kernel32.dll.
pub type CreateIoCompletionPort = unsafe extern "system" fn(
    filehandle: HANDLE,
    existingcompletionport: HANDLE,
    completionkey: usize,
    numberofconcurrentthreads: u32,
) -> HANDLE;
/// `CreateMailslotA`, kernel32.dll.
pub type CreateMailslotA = unsafe extern "system" fn(
    lpname: PCSTR,
    nmaxmessagesize: u32,
    lreadtimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE;
/// `CreateMailslotW`, kernel32.dll.
pub type CreateMailslotW = unsafe extern "system" fn(
    lpname: PCWSTR,
    nmaxmessagesize: u32,
    lreadtimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE;
/// `CreateMutexA`, kernel32.dll.
pub type CreateMutexA = unsafe extern "system" fn(
    lpmutexattributes: *const SECURITY_ATTRIBUTES,
    binitialowner: BOOL,
    lpname: PCSTR,
) -> HANDLE;
/// `CreateMutexExA`, kernel32.dll.
pub type CreateMutexExA = unsafe extern "system" fn(
    lpmutexattributes: *const SECURITY_ATTRIBUTES,
    lpname: PCSTR,
    dwflags: u32,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateMutexExW`, kernel32.dll.
pub type CreateMutexExW = unsafe extern "system" fn(
    lpmutexattributes: *const SECURITY_ATTRIBUTES,
    lpname: PCWSTR,
    dwflags: u32,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateMutexW`, kernel32.dll.
pub type CreateMutexW = unsafe extern "system" fn(
    lpmutexattributes: *const SECURITY_ATTRIBUTES,
    binitialowner: BOOL,
    lpname: PCWSTR,
) -> HANDLE;
/// `CreateNamedPipeA`, kernel32.dll.
pub type CreateNamedPipeA = unsafe extern "system" fn(
    lpname: PCSTR,
    dwopenmode: FILE_FLAGS_AND_ATTRIBUTES,
    dwpipemode: NAMED_PIPE_MODE,
    nmaxinstances: u32,
    noutbuffersize: u32,
    ninbuffersize: u32,
    ndefaulttimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE;
/// `CreateNamedPipeW`, kernel32.dll.
pub type CreateNamedPipeW = unsafe extern "system" fn(
    lpname: PCWSTR,
    dwopenmode: FILE_FLAGS_AND_ATTRIBUTES,
    dwpipemode: NAMED_PIPE_MODE,
    nmaxinstances: u32,
    noutbuffersize: u32,
    ninbuffersize: u32,
    ndefaulttimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE;
/// `CreatePipe`, kernel32.dll.
pub type CreatePipe = unsafe extern "system" fn(
    hreadpipe: *mut HANDLE,
    hwritepipe: *mut HANDLE,
    lppipeattributes: *const SECURITY_ATTRIBUTES,
    nsize: u32,
) -> BOOL;
/// `CreateProcessA`, kernel32.dll.
pub type CreateProcessA = unsafe extern "system" fn(
    lpapplicationname: PCSTR,
    lpcommandline: PSTR,
    lpprocessattributes: *const SECURITY_ATTRIBUTES,
    lpthreadattributes: *const SECURITY_ATTRIBUTES,
    binherithandles: BOOL,
    dwcreationflags: PROCESS_CREATION_FLAGS,
    lpenvironment: *const core::ffi::c_void,
    lpcurrentdirectory: PCSTR,
    lpstartupinfo: *const STARTUPINFOA,
    lpprocessinformation: *mut PROCESS_INFORMATION,
) -> BOOL;
/// `CreateProcessW`, kernel32.dll.
pub type CreateProcessW = unsafe extern "system" fn(
    lpapplicationname: PCWSTR,
    lpcommandline: PWSTR,
    lpprocessattributes: *const SECURITY_ATTRIBUTES,
    lpthreadattributes: *const SECURITY_ATTRIBUTES,
    binherithandles: BOOL,
    dwcreationflags: PROCESS_CREATION_FLAGS,
    lpenvironment: *const core::ffi::c_void,
    lpcurrentdirectory: PCWSTR,
    lpstartupinfo: *const STARTUPINFOW,
    lpprocessinformation: *mut PROCESS_INFORMATION,
) -> BOOL;
/// `CreateSemaphoreA`, kernel32.dll.
pub type CreateSemaphoreA = unsafe extern "system" fn(
    lpsemaphoreattributes: *const SECURITY_ATTRIBUTES,
    linitialcount: i32,
    lmaximumcount: i32,
    lpname: PCSTR,
) -> HANDLE;
/// `CreateSemaphoreExA`, kernel32.dll.
pub type CreateSemaphoreExA = unsafe extern "system" fn(
    lpsemaphoreattributes: *const SECURITY_ATTRIBUTES,
    linitialcount: i32,
    lmaximumcount: i32,
    lpname: PCSTR,
    dwflags: u32,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateSemaphoreExW`, kernel32.dll.
pub type CreateSemaphoreExW = unsafe extern "system" fn(
    lpsemaphoreattributes: *const SECURITY_ATTRIBUTES,
    linitialcount: i32,
    lmaximumcount: i32,
    lpname: PCWSTR,
    dwflags: u32,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateSemaphoreW`, kernel32.dll.
pub type CreateSemaphoreW = unsafe extern "system" fn(
    lpsemaphoreattributes: *const SECURITY_ATTRIBUTES,
    linitialcount: i32,
    lmaximumcount: i32,
    lpname: PCWSTR,
) -> HANDLE;
/// `CreateThread`, kernel32.dll.
pub type CreateThread = unsafe extern "system" fn(
    lpthreadattributes: *const SECURITY_ATTRIBUTES,
    dwstacksize: usize,
    lpstartaddress: LPTHREAD_START_ROUTINE,
    lpparameter: *const core::ffi::c_void,
    dwcreationflags: THREAD_CREATION_FLAGS,
    lpthreadid: *mut u32,
) -> HANDLE;
/// `CreateThreadpool`, kernel32.dll.
pub type CreateThreadpool =
    unsafe extern "system" fn(reserved: *const core::ffi::c_void) -> PTP_POOL;
/// `CreateThreadpoolCleanupGroup`, kernel32.dll.
pub type CreateThreadpoolCleanupGroup = unsafe extern "system" fn() -> PTP_CLEANUP_GROUP;
/// `CreateThreadpoolIo`, kernel32.dll.
pub type CreateThreadpoolIo = unsafe extern "system" fn(
    fl: HANDLE,
    pfnio: PTP_WIN32_IO_CALLBACK,
    pv: *mut core::ffi::c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_IO;
/// `CreateThreadpoolTimer`, kernel32.dll.
pub type CreateThreadpoolTimer = unsafe extern "system" fn(
    pfnti: PTP_TIMER_CALLBACK,
    pv: *mut core::ffi::c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_TIMER;
/// `CreateThreadpoolWait`, kernel32.dll.
pub type CreateThreadpoolWait = unsafe extern "system" fn(
    pfnwa: PTP_WAIT_CALLBACK,
    pv: *mut core::ffi::c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_WAIT;
/// `CreateThreadpoolWork`, kernel32.dll.
pub type CreateThreadpoolWork = unsafe extern "system" fn(
    pfnwk: PTP_WORK_CALLBACK,
    pv: *mut core::ffi::c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_WORK;
/// `CreateTimerQueue`, kernel32.dll.
pub type CreateTimerQueue = unsafe extern "system" fn() -> HANDLE;
/// `CreateTimerQueueTimer`, kernel32.dll.
pub type CreateTimerQueueTimer = unsafe extern "system" fn(
    phnewtimer: *mut HANDLE,
    timerqueue: HANDLE,
    callback: WAITORTIMERCALLBACK,
    parameter: *const core::ffi::c_void,
    duetime: u32,
    period: u32,
    flags: WORKER_THREAD_FLAGS,
) -> BOOL;
/// `CreateWaitableTimerA`, kernel32.dll.
pub type CreateWaitableTimerA = unsafe extern "system" fn(
    lptimerattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    lptimername: PCSTR,
) -> HANDLE;
/// `CreateWaitableTimerExA`, kernel32.dll.
pub type CreateWaitableTimerExA = unsafe extern "system" fn(
    lptimerattributes: *const SECURITY_ATTRIBUTES,
    lptimername: PCSTR,
    dwflags: u32,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateWaitableTimerExW`, kernel32.dll.
pub type CreateWaitableTimerExW = unsafe extern "system" fn(
    lptimerattributes: *const SECURITY_ATTRIBUTES,
    lptimername: PCWSTR,
    dwflags: u32,
    dwdesiredaccess: u32,
) -> HANDLE;
/// `CreateWaitableTimerW`, kernel32.dll.
pub type CreateWaitableTimerW = unsafe extern "system" fn(
    lptimerattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    lptimername: PCWSTR,
) -> HANDLE;
/// `CreateWindowExA`, user32.dll.
pub type CreateWindowExA = unsafe extern "system" fn(
    dwexstyle: WINDOW_EX_STYLE,
    lpclassname: PCSTR,
    lpwindowname: PCSTR,
    dwstyle: WINDOW_STYLE,
    x: i32,
    y: i32,
    nwidth: i32,
    nheight: i32,
    hwndparent: HWND,
    hmenu: HMENU,
    hinstance: HINSTANCE,
    lpparam: *const core::ffi::c_void,
) -> HWND;
/// `CreateWindowExW`, user32.dll.
pub type CreateWindowExW = unsafe extern "system" fn(
    dwexstyle: WINDOW_EX_STYLE,
    lpclassname: PCWSTR,
    lpwindowname: PCWSTR,
    dwstyle: WINDOW_STYLE,
    x: i32,
    y: i32,
    nwidth: i32,
    nheight: i32,
    hwndparent: HWND,
    hmenu: HMENU,
    hinstance: HINSTANCE,
    lpparam: *const core::ffi::c_void,
) -> HWND;
/// `DefWindowProcA`, user32.dll.
pub type DefWindowProcA =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT;
/// `DefWindowProcW`, user32.dll.
pub type DefWindowProcW =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT;
/// `DeleteCriticalSection`, kernel32.dll.
pub type DeleteCriticalSection =
    unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION);
/// `DeleteFileA`, kernel32.dll.
pub type DeleteFileA = unsafe extern "system" fn(lpfilename: PCSTR) -> BOOL;
/// `DeleteFileW`, kernel32.dll.
pub type DeleteFileW = unsafe extern "system" fn(lpfilename: PCWSTR) -> BOOL;
/// `DeleteProcThreadAttributeList`, kernel32.dll.
pub type DeleteProcThreadAttributeList =
    unsafe extern "system" fn(lpattributelist: LPPROC_THREAD_ATTRIBUTE_LIST);
/// `DeleteTimerQueue`, kernel32.dll.
pub type DeleteTimerQueue = unsafe extern "system" fn(timerqueue: HANDLE) -> BOOL;
/// `DeleteTimerQueueEx`, kernel32.dll.
pub type DeleteTimerQueueEx =
    unsafe extern "system" fn(timerqueue: HANDLE, completionevent: HANDLE) -> BOOL;
/// `DeleteTimerQueueTimer`, kernel32.dll.
pub type DeleteTimerQueueTimer =
    unsafe extern "system" fn(timerqueue: HANDLE, timer: HANDLE, completionevent: HANDLE) -> BOOL;
/// `DestroyWindow`, user32.dll.
pub type DestroyWindow = unsafe extern "system" fn(hwnd: HWND) -> BOOL;
/// `DisassociateCurrentThreadFromCallback`, kernel32.dll.
pub type DisassociateCurrentThreadFromCallback =
    unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE);
/// `DisconnectNamedPipe`, kernel32.dll.
pub type DisconnectNamedPipe = unsafe extern "system" fn(hnamedpipe: HANDLE) -> BOOL;
/// `DispatchMessageA`, user32.dll.
pub type DispatchMessageA = unsafe extern "system" fn(lpmsg: *const MSG) -> LRESULT;
/// `DispatchMessageW`, user32.dll.
pub type DispatchMessageW = unsafe extern "system" fn(lpmsg: *const MSG) -> LRESULT;
/// `DuplicateHandle`, kernel32.dll.
pub type DuplicateHandle = unsafe extern "system" fn(
    hsourceprocesshandle: HANDLE,
    hsourcehandle: HANDLE,
    htargetprocesshandle: HANDLE,
    lptargethandle: *mut HANDLE,
    dwdesiredaccess: u32,
    binherithandle: BOOL,
    dwoptions: DUPLICATE_HANDLE_OPTIONS,
) -> BOOL;
/// `EndPaint`, user32.dll.
pub type EndPaint = unsafe extern "system" fn(hwnd: HWND, lppaint: *const PAINTSTRUCT) -> BOOL;
/// `EnterCriticalSection`, kernel32.dll.
pub type EnterCriticalSection = unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION);
/// `EscapeCommFunction`, kernel32.dll.
pub type EscapeCommFunction =
    unsafe extern "system" fn(hfile: HANDLE, dwfunc: ESCAPE_COMM_FUNCTION) -> BOOL;
/// `ExitProcess`, kernel32.dll.
pub type ExitProcess = unsafe extern "system" fn(uexitcode: u32) -> !;
/// `ExitThread`, kernel32.dll.
pub type ExitThread = unsafe extern "system" fn(dwexitcode: u32) -> !;
/// `FileTimeToSystemTime`, kernel32.dll.
pub type FileTimeToSystemTime =
    unsafe extern "system" fn(lpfiletime: *const FILETIME, lpsystemtime: *mut SYSTEMTIME) -> BOOL;
/// `FindClose`, kernel32.dll.
pub type FindClose = unsafe extern "system" fn(hfindfile: HANDLE) -> BOOL;
/// `FindCloseChangeNotification`, kernel32.dll.
pub type FindCloseChangeNotification = unsafe extern "system" fn(hchangehandle: HANDLE) -> BOOL;
/// `FindFirstChangeNotificationA`, kernel32.dll.
pub type FindFirstChangeNotificationA = unsafe extern "system" fn(
    lppathname: PCSTR,
    bwatchsubtree: BOOL,
    dwnotifyfilter: FILE_NOTIFY_CHANGE,
) -> HANDLE;
/// `FindFirstChangeNotificationW`, kernel32.dll.
pub type FindFirstChangeNotificationW = unsafe extern "system" fn(
    lppathname: PCWSTR,
    bwatchsubtree: BOOL,
    dwnotifyfilter: FILE_NOTIFY_CHANGE,
) -> HANDLE;
/// `FindFirstFileA`, kernel32.dll.
pub type FindFirstFileA =
    unsafe extern "system" fn(lpfilename: PCSTR, lpfindfiledata: *mut WIN32_FIND_DATAA) -> HANDLE;
/// `FindFirstFileExA`, kernel32.dll.
pub type FindFirstFileExA = unsafe extern "system" fn(
    lpfilename: PCSTR,
    finfolevelid: FINDEX_INFO_LEVELS,
    lpfindfiledata: *mut core::ffi::c_void,
    fsearchop: FINDEX_SEARCH_OPS,
    lpsearchfilter: *const core::ffi::c_void,
    dwadditionalflags: FIND_FIRST_EX_FLAGS,
) -> HANDLE;
/// `FindFirstFileExW`, kernel32.dll.
pub type FindFirstFileExW = unsafe extern "system" fn(
    lpfilename: PCWSTR,
    finfolevelid: FINDEX_INFO_LEVELS,
    lpfindfiledata: *mut core::ffi::c_void,
    fsearchop: FINDEX_SEARCH_OPS,
    lpsearchfilter: *const core::ffi::c_void,
    dwadditionalflags: FIND_FIRST_EX_FLAGS,
) -> HANDLE;
/// `FindFirstFileW`, kernel32.dll.
pub type FindFirstFileW =
    unsafe extern "system" fn(lpfilename: PCWSTR, lpfindfiledata: *mut WIN32_FIND_DATAW) -> HANDLE;
/// `FindNextChangeNotification`, kernel32.dll.
pub type FindNextChangeNotification = unsafe extern "system" fn(hchangehandle: HANDLE) -> BOOL;
/// `FindNextFileA`, kernel32.dll.
pub type FindNextFileA =
    unsafe extern "system" fn(hfindfile: HANDLE, lpfindfiledata: *mut WIN32_FIND_DATAA) -> BOOL;
/// `FindNextFileW`, kernel32.dll.
pub type FindNextFileW =
    unsafe extern "system" fn(hfindfile: HANDLE, lpfindfiledata: *mut WIN32_FIND_DATAW) -> BOOL;
/// `FindWindowA`, user32.dll.
pub type FindWindowA = unsafe extern "system" fn(lpclassname: PCSTR, lpwindowname: PCSTR) -> HWND;
/// `FindWindowExA`, user32.dll.
pub type FindWindowExA = unsafe extern "system" fn(
    hwndparent: HWND,
    hwndchildafter: HWND,
    lpszclass: PCSTR,
    lpszwindow: PCSTR,
) -> HWND;
/// `FindWindowExW`, user32.dll.
pub type FindWindowExW = unsafe extern "system" fn(
    hwndparent: HWND,
    hwndchildafter: HWND,
    lpszclass: PCWSTR,
    lpszwindow: PCWSTR,
) -> HWND;
/// `FindWindowW`, user32.dll.
pub type FindWindowW = unsafe extern "system" fn(lpclassname: PCWSTR, lpwindowname: PCWSTR) -> HWND;
/// `FlsAlloc`, kernel32.dll.
pub type FlsAlloc = unsafe extern "system" fn(lpcallback: PFLS_CALLBACK_FUNCTION) -> u32;
/// `FlsFree`, kernel32.dll.
pub type FlsFree = unsafe extern "system" fn(dwflsindex: u32) -> BOOL;
/// `FlsGetValue`, kernel32.dll.
pub type FlsGetValue = unsafe extern "system" fn(dwflsindex: u32) -> *mut core::ffi::c_void;
/// `FlsSetValue`, kernel32.dll.
pub type FlsSetValue =
    unsafe extern "system" fn(dwflsindex: u32, lpflsdata: *const core::ffi::c_void) -> BOOL;
/// `FlushConsoleInputBuffer`, kernel32.dll.
pub type FlushConsoleInputBuffer = unsafe extern "system" fn(hconsoleinput: HANDLE) -> BOOL;
/// `FlushFileBuffers`, kernel32.dll.
pub type FlushFileBuffers = unsafe extern "system" fn(hfile: HANDLE) -> BOOL;
/// `FlushViewOfFile`, kernel32.dll.
pub type FlushViewOfFile = unsafe extern "system" fn(
    lpbaseaddress: *const core::ffi::c_void,
    dwnumberofbytestoflush: usize,
) -> BOOL;
/// `FormatMessageA`, kernel32.dll.
pub type FormatMessageA = unsafe extern "system" fn(
    dwflags: FORMAT_MESSAGE_OPTIONS,
    lpsource: *const core::ffi::c_void,
    dwmessageid: u32,
    dwlanguageid: u32,
    lpbuffer: PSTR,
    nsize: u32,
    arguments: *const *const i8,
) -> u32;
/// `FormatMessageW`, kernel32.dll.
pub type FormatMessageW = unsafe extern "system" fn(
    dwflags: FORMAT_MESSAGE_OPTIONS,
    lpsource: *const core::ffi::c_void,
    dwmessageid: u32,
    dwlanguageid: u32,
    lpbuffer: PWSTR,
    nsize: u32,
    arguments: *const *const i8,
) -> u32;
/// `FreeAddrInfoEx`, ws2_32.dll.
pub type FreeAddrInfoEx = unsafe extern "system" fn(paddrinfoex: *const ADDRINFOEXA);
/// `FreeAddrInfoExW`, ws2_32.dll.
pub type FreeAddrInfoExW = unsafe extern "system" fn(paddrinfoex: *const ADDRINFOEXW);
/// `FreeAddrInfoW`, ws2_32.dll.
pub type FreeAddrInfoW = unsafe extern "system" fn(paddrinfo: *const ADDRINFOW);
/// `FreeEnvironmentStringsA`, kernel32.dll.
pub type FreeEnvironmentStringsA = unsafe extern "system" fn(penv: PCSTR) -> BOOL;
/// `FreeEnvironmentStringsW`, kernel32.dll.
pub type FreeEnvironmentStringsW = unsafe extern "system" fn(penv: PCWSTR) -> BOOL;
/// `FreeLibrary`, kernel32.dll.
pub type FreeLibrary = unsafe extern "system" fn(hlibmodule: HMODULE) -> BOOL;
/// `FreeLibraryWhenCallbackReturns`, kernel32.dll.
pub type FreeLibraryWhenCallbackReturns =
    unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE, r#mod: HMODULE);
/// `GenerateConsoleCtrlEvent`, kernel32.dll.
pub type GenerateConsoleCtrlEvent =
    unsafe extern "system" fn(dwctrlevent: u32, dwprocessgroupid: u32) -> BOOL;
/// `GetAcceptExSockaddrs`, mswsock.dll.
pub type GetAcceptExSockaddrs = unsafe extern "system" fn(
    lpoutputbuffer: *const core::ffi::c_void,
    dwreceivedatalength: u32,
    dwlocaladdresslength: u32,
    dwremoteaddresslength: u32,
    localsockaddr: *mut *mut SOCKADDR,
    localsockaddrlength: *mut i32,
    remotesockaddr: *mut *mut SOCKADDR,
    remotesockaddrlength: *mut i32,
);
/// `GetActiveProcessorCount`, kernel32.dll.
pub type GetActiveProcessorCount = unsafe extern "system" fn(groupnumber: u16) -> u32;
/// `GetAddrInfoExA`, ws2_32.dll.
pub type GetAddrInfoExA = unsafe extern "system" fn(
    pname: PCSTR,
    pservicename: PCSTR,
    dwnamespace: u32,
    lpnspid: *const GUID,
    hints: *const ADDRINFOEXA,
    ppresult: *mut *mut ADDRINFOEXA,
    timeout: *const TIMEVAL,
    lpoverlapped: *const OVERLAPPED,
    lpcompletionroutine: LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    lpnamehandle: *mut HANDLE,
) -> i32;
/// `GetAddrInfoExCancel`, ws2_32.dll.
pub type GetAddrInfoExCancel = unsafe extern "system" fn(lphandle: *const HANDLE) -> i32;
/// `GetAddrInfoExOverlappedResult`, ws2_32.dll.
pub type GetAddrInfoExOverlappedResult =
    unsafe extern "system" fn(lpoverlapped: *const OVERLAPPED) -> i32;
/// `GetAddrInfoExW`, ws2_32.dll.
pub type GetAddrInfoExW = unsafe extern "system" fn(
    pname: PCWSTR,
    pservicename: PCWSTR,
    dwnamespace: u32,
    lpnspid: *const GUID,
    hints: *const ADDRINFOEXW,
    ppresult: *mut *mut ADDRINFOEXW,
    timeout: *const TIMEVAL,
    lpoverlapped: *const OVERLAPPED,
    lpcompletionroutine: LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    lphandle: *mut HANDLE,
) -> i32;
/// `GetAddrInfoW`, ws2_32.dll.
pub type GetAddrInfoW = unsafe extern "system" fn(
    pnodename: PCWSTR,
    pservicename: PCWSTR,
    phints: *const ADDRINFOW,
    ppresult: *mut *mut ADDRINFOW,
) -> i32;
/// `GetClassNameA`, user32.dll.
pub type GetClassNameA =
    unsafe extern "system" fn(hwnd: HWND, lpclassname: PSTR, nmaxcount: i32) -> i32;
/// `GetClassNameW`, user32.dll.
pub type GetClassNameW =
    unsafe extern "system" fn(hwnd: HWND, lpclassname: PWSTR, nmaxcount: i32) -> i32;
/// `GetCommMask`, kernel32.dll.
pub type GetCommMask =
    unsafe extern "system" fn(hfile: HANDLE, lpevtmask: *mut COMM_EVENT_MASK) -> BOOL;
/// `GetCommModemStatus`, kernel32.dll.
pub type GetCommModemStatus =
    unsafe extern "system" fn(hfile: HANDLE, lpmodemstat: *mut MODEM_STATUS_FLAGS) -> BOOL;
/// `GetCommState`, kernel32.dll.
pub type GetCommState = unsafe extern "system" fn(hfile: HANDLE, lpdcb: *mut DCB) -> BOOL;
/// `GetCommTimeouts`, kernel32.dll.
pub type GetCommTimeouts =
    unsafe extern "system" fn(hfile: HANDLE, lpcommtimeouts: *mut COMMTIMEOUTS) -> BOOL;
/// `GetCommandLineA`, kernel32.dll.
pub type GetCommandLineA = unsafe extern "system" fn() -> PCSTR;
/// `GetCommandLineW`, kernel32.dll.
pub type GetCommandLineW = unsafe extern "system" fn() -> PCWSTR;
/// `GetComputerNameA`, kernel32.dll.
pub type GetComputerNameA = unsafe extern "system" fn(lpbuffer: PSTR, nsize: *mut u32) -> BOOL;
/// `GetComputerNameW`, kernel32.dll.
pub type GetComputerNameW = unsafe extern "system" fn(lpbuffer: PWSTR, nsize: *mut u32) -> BOOL;
/// `GetConsoleCP`, kernel32.dll.
pub type GetConsoleCP = unsafe extern "system" fn() -> u32;
/// `GetConsoleMode`, kernel32.dll.
pub type GetConsoleMode =
    unsafe extern "system" fn(hconsolehandle: HANDLE, lpmode: *mut CONSOLE_MODE) -> BOOL;
/// `GetConsoleOutputCP`, kernel32.dll.
pub type GetConsoleOutputCP = unsafe extern "system" fn() -> u32;
/// `GetConsoleScreenBufferInfo`, kernel32.dll.
pub type GetConsoleScreenBufferInfo = unsafe extern "system" fn(
    hconsoleoutput: HANDLE,
    lpconsolescreenbufferinfo: *mut CONSOLE_SCREEN_BUFFER_INFO,
) -> BOOL;
/// `GetCurrentDirectoryA`, kernel32.dll.
pub type GetCurrentDirectoryA =
    unsafe extern "system" fn(nbufferlength: u32, lpbuffer: PSTR) -> u32;
/// `GetCurrentDirectoryW`, kernel32.dll.
pub type GetCurrentDirectoryW =
    unsafe extern "system" fn(nbufferlength: u32, lpbuffer: PWSTR) -> u32;
/// `GetCurrentProcess`, kernel32.dll.
pub type GetCurrentProcess = unsafe extern "system" fn() -> HANDLE;
/// `GetCurrentProcessId`, kernel32.dll.
pub type GetCurrentProcessId = unsafe extern "system" fn() -> u32;
/// `GetCurrentProcessorNumber`, kernel32.dll.
pub type GetCurrentProcessorNumber = unsafe extern "system" fn() -> u32;
/// `GetCurrentThread`, kernel32.dll.
pub type GetCurrentThread = unsafe extern "system" fn() -> HANDLE;
/// `GetCurrentThreadId`, kernel32.dll.
pub type GetCurrentThreadId = unsafe extern "system" fn() -> u32;
/// `GetDiskFreeSpaceA`, kernel32.dll.
pub type GetDiskFreeSpaceA = unsafe extern "system" fn(
    lprootpathname: PCSTR,
    lpsectorspercluster: *mut u32,
    lpbytespersector: *mut u32,
    lpnumberoffreeclusters: *mut u32,
    lptotalnumberofclusters: *mut u32,
) -> BOOL;
/// `GetDiskFreeSpaceExA`, kernel32.dll.
pub type GetDiskFreeSpaceExA = unsafe extern "system" fn(
    lpdirectoryname: PCSTR,
    lpfreebytesavailabletocaller: *mut u64,
    lptotalnumberofbytes: *mut u64,
    lptotalnumberoffreebytes: *mut u64,
) -> BOOL;
/// `GetDiskFreeSpaceExW`, kernel32.dll.
pub type GetDiskFreeSpaceExW = unsafe extern "system" fn(
    lpdirectoryname: PCWSTR,
    lpfreebytesavailabletocaller: *mut u64,
    lptotalnumberofbytes: *mut u64,
    lptotalnumberoffreebytes: *mut u64,
) -> BOOL;
/// `GetDiskFreeSpaceW`, kernel32.dll.
pub type GetDiskFreeSpaceW = unsafe extern "system" fn(
    lprootpathname: PCWSTR,
    lpsectorspercluster: *mut u32,
    lpbytespersector: *mut u32,
    lpnumberoffreeclusters: *mut u32,
    lptotalnumberofclusters: *mut u32,
) -> BOOL;
/// `GetDriveTypeA`, kernel32.dll.
pub type GetDriveTypeA = unsafe extern "system" fn(lprootpathname: PCSTR) -> u32;
/// `GetDriveTypeW`, kernel32.dll.
pub type GetDriveTypeW = unsafe extern "system" fn(lprootpathname: PCWSTR) -> u32;
/// `GetEnvironmentStrings`, kernel32.dll.
pub type GetEnvironmentStrings = unsafe extern "system" fn() -> PSTR;
/// `GetEnvironmentStringsW`, kernel32.dll.
pub type GetEnvironmentStringsW = unsafe extern "system" fn() -> PWSTR;
/// `GetEnvironmentVariableA`, kernel32.dll.
pub type GetEnvironmentVariableA =
    unsafe extern "system" fn(lpname: PCSTR, lpbuffer: PSTR, nsize: u32) -> u32;
/// `GetEnvironmentVariableW`, kernel32.dll.
pub type GetEnvironmentVariableW =
    unsafe extern "system" fn(lpname: PCWSTR, lpbuffer: PWSTR, nsize: u32) -> u32;
/// `GetExitCodeProcess`, kernel32.dll.
pub type GetExitCodeProcess =
    unsafe extern "system" fn(hprocess: HANDLE, lpexitcode: *mut u32) -> BOOL;
/// `GetExitCodeThread`, kernel32.dll.
pub type GetExitCodeThread =
    unsafe extern "system" fn(hthread: HANDLE, lpexitcode: *mut u32) -> BOOL;
/// `GetFileAttributesA`, kernel32.dll.
pub type GetFileAttributesA = unsafe extern "system" fn(lpfilename: PCSTR) -> u32;
/// `GetFileAttributesExA`, kernel32.dll.
pub type GetFileAttributesExA = unsafe extern "system" fn(
    lpfilename: PCSTR,
    finfolevelid: GET_FILEEX_INFO_LEVELS,
    lpfileinformation: *mut core::ffi::c_void,
) -> BOOL;
/// `GetFileAttributesExW`, kernel32.dll.
pub type GetFileAttributesExW = unsafe extern "system" fn(
    lpfilename: PCWSTR,
    finfolevelid: GET_FILEEX_INFO_LEVELS,
    lpfileinformation: *mut core::ffi::c_void,
) -> BOOL;
/// `GetFileAttributesW`, kernel32.dll.
pub type GetFileAttributesW = unsafe extern "system" fn(lpfilename: PCWSTR) -> u32;
/// `GetFileInformationByHandle`, kernel32.dll.
pub type GetFileInformationByHandle = unsafe extern "system" fn(
    hfile: HANDLE,
    lpfileinformation: *mut BY_HANDLE_FILE_INFORMATION,
) -> BOOL;
/// `GetFileInformationByHandleEx`, kernel32.dll.
pub type GetFileInformationByHandleEx = unsafe extern "system" fn(
    hfile: HANDLE,
    fileinformationclass: FILE_INFO_BY_HANDLE_CLASS,
    lpfileinformation: *mut core::ffi::c_void,
    dwbuffersize: u32,
) -> BOOL;
/// `GetFileSize`, kernel32.dll.
pub type GetFileSize = unsafe extern "system" fn(hfile: HANDLE, lpfilesizehigh: *mut u32) -> u32;
/// `GetFileSizeEx`, kernel32.dll.
pub type GetFileSizeEx = unsafe extern "system" fn(hfile: HANDLE, lpfilesize: *mut i64) -> BOOL;
/// `GetFileTime`, kernel32.dll.
pub type GetFileTime = unsafe extern "system" fn(
    hfile: HANDLE,
    lpcreationtime: *mut FILETIME,
    lplastaccesstime: *mut FILETIME,
    lplastwritetime: *mut FILETIME,
) -> BOOL;
/// `GetFileType`, kernel32.dll.
pub type GetFileType = unsafe extern "system" fn(hfile: HANDLE) -> FILE_TYPE;
/// `GetFinalPathNameByHandleA`, kernel32.dll.
pub type GetFinalPathNameByHandleA = unsafe extern "system" fn(
    hfile: HANDLE,
    lpszfilepath: PSTR,
    cchfilepath: u32,
    dwflags: GETFINALPATHNAMEBYHANDLE_FLAGS,
) -> u32;
/// `GetFinalPathNameByHandleW`, kernel32.dll.
pub type GetFinalPathNameByHandleW = unsafe extern "system" fn(
    hfile: HANDLE,
    lpszfilepath: PWSTR,
    cchfilepath: u32,
    dwflags: GETFINALPATHNAMEBYHANDLE_FLAGS,
) -> u32;
/// `GetFullPathNameA`, kernel32.dll.
pub type GetFullPathNameA = unsafe extern "system" fn(
    lpfilename: PCSTR,
    nbufferlength: u32,
    lpbuffer: PSTR,
    lpfilepart: *mut PSTR,
) -> u32;
/// `GetFullPathNameW`, kernel32.dll.
pub type GetFullPathNameW = unsafe extern "system" fn(
    lpfilename: PCWSTR,
    nbufferlength: u32,
    lpbuffer: PWSTR,
    lpfilepart: *mut PWSTR,
) -> u32;
/// `GetHandleInformation`, kernel32.dll.
pub type GetHandleInformation =
    unsafe extern "system" fn(hobject: HANDLE, lpdwflags: *mut u32) -> BOOL;
/// `GetHostNameW`, ws2_32.dll.
pub type GetHostNameW = unsafe extern "system" fn(name: PWSTR, namelen: i32) -> i32;
/// `GetLastError`, kernel32.dll.
pub type GetLastError = unsafe extern "system" fn() -> WIN32_ERROR;
/// `GetLocalTime`, kernel32.dll.
pub type GetLocalTime = unsafe extern "system" fn(lpsystemtime: *mut SYSTEMTIME);
/// `GetLogicalDriveStringsA`, kernel32.dll.
pub type GetLogicalDriveStringsA =
    unsafe extern "system" fn(nbufferlength: u32, lpbuffer: PSTR) -> u32;
/// `GetLogicalDriveStringsW`, kernel32.dll.
pub type GetLogicalDriveStringsW =
    unsafe extern "system" fn(nbufferlength: u32, lpbuffer: PWSTR) -> u32;
/// `GetLogicalDrives`, kernel32.dll.
pub type GetLogicalDrives = unsafe extern "system" fn() -> u32;
/// `GetMailslotInfo`, kernel32.dll.
pub type GetMailslotInfo = unsafe extern "system" fn(
    hmailslot: HANDLE,
    lpmaxmessagesize: *mut u32,
    lpnextsize: *mut u32,
    lpmessagecount: *mut u32,
    lpreadtimeout: *mut u32,
) -> BOOL;
/// `GetMessageA`, user32.dll.
pub type GetMessageA = unsafe extern "system" fn(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
) -> BOOL;
/// `GetMessageW`, user32.dll.
pub type GetMessageW = unsafe extern "system" fn(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
) -> BOOL;
/// `GetModuleFileNameA`, kernel32.dll.
pub type GetModuleFileNameA =
    unsafe extern "system" fn(hmodule: HMODULE, lpfilename: PSTR, nsize: u32) -> u32;
/// `GetModuleFileNameW`, kernel32.dll.
pub type GetModuleFileNameW =
    unsafe extern "system" fn(hmodule: HMODULE, lpfilename: PWSTR, nsize: u32) -> u32;
/// `GetModuleHandleA`, kernel32.dll.
pub type GetModuleHandleA = unsafe extern "system" fn(lpmodulename: PCSTR) -> HMODULE;
/// `GetModuleHandleW`, kernel32.dll.
pub type GetModuleHandleW = unsafe extern "system" fn(lpmodulename: PCWSTR) -> HMODULE;
/// `GetNameInfoW`, ws2_32.dll.
pub type GetNameInfoW = unsafe extern "system" fn(
    psockaddr: *const SOCKADDR,
    sockaddrlength: socklen_t,
    pnodebuffer: PWSTR,
    nodebuffersize: u32,
    pservicebuffer: PWSTR,
    servicebuffersize: u32,
    flags: i32,
) -> i32;
/// `GetNamedPipeClientComputerNameA`, kernel32.dll.
pub type GetNamedPipeClientComputerNameA = unsafe extern "system" fn(
    pipe: HANDLE,
    clientcomputername: PSTR,
    clientcomputernamelength: u32,
) -> BOOL;
/// `GetNamedPipeClientComputerNameW`, kernel32.dll.
pub type GetNamedPipeClientComputerNameW = unsafe extern "system" fn(
    pipe: HANDLE,
    clientcomputername: PWSTR,
    clientcomputernamelength: u32,
) -> BOOL;
/// `GetNamedPipeClientProcessId`, kernel32.dll.
pub type GetNamedPipeClientProcessId =
    unsafe extern "system" fn(pipe: HANDLE, clientprocessid: *mut u32) -> BOOL;
/// `GetNamedPipeClientSessionId`, kernel32.dll.
pub type GetNamedPipeClientSessionId =
    unsafe extern "system" fn(pipe: HANDLE, clientsessionid: *mut u32) -> BOOL;
/// `GetNamedPipeHandleStateA`, kernel32.dll.
pub type GetNamedPipeHandleStateA = unsafe extern "system" fn(
    hnamedpipe: HANDLE,
    lpstate: *mut NAMED_PIPE_MODE,
    lpcurinstances: *mut u32,
    lpmaxcollectioncount: *mut u32,
    lpcollectdatatimeout: *mut u32,
    lpusername: PSTR,
    nmaxusernamesize: u32,
) -> BOOL;
/// `GetNamedPipeHandleStateW`, kernel32.dll.
pub type GetNamedPipeHandleStateW = unsafe extern "system" fn(
    hnamedpipe: HANDLE,
    lpstate: *mut NAMED_PIPE_MODE,
    lpcurinstances: *mut u32,
    lpmaxcollectioncount: *mut u32,
    lpcollectdatatimeout: *mut u32,
    lpusername: PWSTR,
    nmaxusernamesize: u32,
) -> BOOL;
/// `GetNamedPipeInfo`, kernel32.dll.
pub type GetNamedPipeInfo = unsafe extern "system" fn(
    hnamedpipe: HANDLE,
    lpflags: *mut NAMED_PIPE_MODE,
    lpoutbuffersize: *mut u32,
    lpinbuffersize: *mut u32,
    lpmaxinstances: *mut u32,
) -> BOOL;
/// `GetNamedPipeServerProcessId`, kernel32.dll.
pub type GetNamedPipeServerProcessId =
    unsafe extern "system" fn(pipe: HANDLE, serverprocessid: *mut u32) -> BOOL;
/// `GetNamedPipeServerSessionId`, kernel32.dll.
pub type GetNamedPipeServerSessionId =
    unsafe extern "system" fn(pipe: HANDLE, serversessionid: *mut u32) -> BOOL;
/// `GetNativeSystemInfo`, kernel32.dll.
pub type GetNativeSystemInfo = unsafe extern "system" fn(lpsysteminfo: *mut SYSTEM_INFO);
/// `GetNumberOfConsoleInputEvents`, kernel32.dll.
pub type GetNumberOfConsoleInputEvents =
    unsafe extern "system" fn(hconsoleinput: HANDLE, lpnumberofevents: *mut u32) -> BOOL;
/// `GetOverlappedResult`, kernel32.dll.
pub type GetOverlappedResult = unsafe extern "system" fn(
    hfile: HANDLE,
    lpoverlapped: *const OVERLAPPED,
    lpnumberofbytestransferred: *mut u32,
    bwait: BOOL,
) -> BOOL;
/// `GetOverlappedResultEx`, kernel32.dll.
pub type GetOverlappedResultEx = unsafe extern "system" fn(
    hfile: HANDLE,
    lpoverlapped: *const OVERLAPPED,
    lpnumberofbytestransferred: *mut u32,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> BOOL;
/// `GetParent`, user32.dll.
pub type GetParent = unsafe extern "system" fn(hwnd: HWND) -> HWND;
/// `GetProcAddress`, kernel32.dll.
pub type GetProcAddress = unsafe extern "system" fn(hmodule: HMODULE, lpprocname: PCSTR) -> FARPROC;
/// `GetProcessAffinityMask`, kernel32.dll.
pub type GetProcessAffinityMask = unsafe extern "system" fn(
    hprocess: HANDLE,
    lpprocessaffinitymask: *mut usize,
    lpsystemaffinitymask: *mut usize,
) -> BOOL;
/// `GetProcessHandleCount`, kernel32.dll.
pub type GetProcessHandleCount =
    unsafe extern "system" fn(hprocess: HANDLE, pdwhandlecount: *mut u32) -> BOOL;
/// `GetProcessHeap`, kernel32.dll.
pub type GetProcessHeap = unsafe extern "system" fn() -> HANDLE;
/// `GetProcessId`, kernel32.dll.
pub type GetProcessId = unsafe extern "system" fn(process: HANDLE) -> u32;
/// `GetProcessTimes`, kernel32.dll.
pub type GetProcessTimes = unsafe extern "system" fn(
    hprocess: HANDLE,
    lpcreationtime: *mut FILETIME,
    lpexittime: *mut FILETIME,
    lpkerneltime: *mut FILETIME,
    lpusertime: *mut FILETIME,
) -> BOOL;
/// `GetQueueStatus`, user32.dll.
pub type GetQueueStatus = unsafe extern "system" fn(flags: QUEUE_STATUS_FLAGS) -> u32;
/// `GetQueuedCompletionStatus`, kernel32.dll.
pub type GetQueuedCompletionStatus = unsafe extern "system" fn(
    completionport: HANDLE,
    lpnumberofbytestransferred: *mut u32,
    lpcompletionkey: *mut usize,
    lpoverlapped: *mut *mut OVERLAPPED,
    dwmilliseconds: u32,
) -> BOOL;
/// `GetQueuedCompletionStatusEx`, kernel32.dll.
pub type GetQueuedCompletionStatusEx = unsafe extern "system" fn(
    completionport: HANDLE,
    lpcompletionportentries: *mut OVERLAPPED_ENTRY,
    ulcount: u32,
    ulnumentriesremoved: *mut u32,
    dwmilliseconds: u32,
    falertable: BOOL,
) -> BOOL;
/// `GetStartupInfoA`, kernel32.dll.
pub type GetStartupInfoA = unsafe extern "system" fn(lpstartupinfo: *mut STARTUPINFOA);
/// `GetStartupInfoW`, kernel32.dll.
pub type GetStartupInfoW = unsafe extern "system" fn(lpstartupinfo: *mut STARTUPINFOW);
/// `GetStdHandle`, kernel32.dll.
pub type GetStdHandle = unsafe extern "system" fn(nstdhandle: STD_HANDLE) -> HANDLE;
/// `GetStockObject`, gdi32.dll.
pub type GetStockObject = unsafe extern "system" fn(i: GET_STOCK_OBJECT_FLAGS) -> HGDIOBJ;
/// `GetSystemInfo`, kernel32.dll.
pub type GetSystemInfo = unsafe extern "system" fn(lpsysteminfo: *mut SYSTEM_INFO);
/// `GetSystemTime`, kernel32.dll.
pub type GetSystemTime = unsafe extern "system" fn(lpsystemtime: *mut SYSTEMTIME);
/// `GetSystemTimeAsFileTime`, kernel32.dll.
pub type GetSystemTimeAsFileTime = unsafe extern "system" fn(lpsystemtimeasfiletime: *mut FILETIME);
/// `GetSystemTimePreciseAsFileTime`, kernel32.dll.
pub type GetSystemTimePreciseAsFileTime =
    unsafe extern "system" fn(lpsystemtimeasfiletime: *mut FILETIME);
/// `GetTempFileNameA`, kernel32.dll.
pub type GetTempFileNameA = unsafe extern "system" fn(
    lppathname: PCSTR,
    lpprefixstring: PCSTR,
    uunique: u32,
    lptempfilename: PSTR,
) -> u32;
/// `GetTempFileNameW`, kernel32.dll.
pub type GetTempFileNameW = unsafe extern "system" fn(
    lppathname: PCWSTR,
    lpprefixstring: PCWSTR,
    uunique: u32,
    lptempfilename: PWSTR,
) -> u32;
/// `GetTempPathA`, kernel32.dll.
pub type GetTempPathA = unsafe extern "system" fn(nbufferlength: u32, lpbuffer: PSTR) -> u32;
/// `GetTempPathW`, kernel32.dll.
pub type GetTempPathW = unsafe extern "system" fn(nbufferlength: u32, lpbuffer: PWSTR) -> u32;
/// `GetThreadId`, kernel32.dll.
pub type GetThreadId = unsafe extern "system" fn(thread: HANDLE) -> u32;
/// `GetThreadPriority`, kernel32.dll.
pub type GetThreadPriority = unsafe extern "system" fn(hthread: HANDLE) -> i32;
/// `GetTickCount`, kernel32.dll.
pub type GetTickCount = unsafe extern "system" fn() -> u32;
/// `GetTickCount64`, kernel32.dll.
pub type GetTickCount64 = unsafe extern "system" fn() -> u64;
/// `GetVersion`, kernel32.dll.
pub type GetVersion = unsafe extern "system" fn() -> u32;
/// `GetVersionExA`, kernel32.dll.
pub type GetVersionExA =
    unsafe extern "system" fn(lpversioninformation: *mut OSVERSIONINFOA) -> BOOL;
/// `GetVersionExW`, kernel32.dll.
pub type GetVersionExW =
    unsafe extern "system" fn(lpversioninformation: *mut OSVERSIONINFOW) -> BOOL;
/// `GetWindowLongA`, user32.dll.
pub type GetWindowLongA =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX) -> i32;
/// `GetWindowLongPtrA`, user32.dll.
pub type GetWindowLongPtrA =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX) -> isize;
/// `GetWindowLongPtrW`, user32.dll.
pub type GetWindowLongPtrW =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX) -> isize;
/// `GetWindowLongW`, user32.dll.
pub type GetWindowLongW =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX) -> i32;
/// `GetWindowTextA`, user32.dll.
pub type GetWindowTextA =
    unsafe extern "system" fn(hwnd: HWND, lpstring: PSTR, nmaxcount: i32) -> i32;
/// `GetWindowTextW`, user32.dll.
pub type GetWindowTextW =
    unsafe extern "system" fn(hwnd: HWND, lpstring: PWSTR, nmaxcount: i32) -> i32;
/// `GetWindowThreadProcessId`, user32.dll.
pub type GetWindowThreadProcessId =
    unsafe extern "system" fn(hwnd: HWND, lpdwprocessid: *mut u32) -> u32;
/// `GlobalAlloc`, kernel32.dll.
pub type GlobalAlloc =
    unsafe extern "system" fn(uflags: GLOBAL_ALLOC_FLAGS, dwbytes: usize) -> HGLOBAL;
/// `GlobalFree`, kernel32.dll.
pub type GlobalFree = unsafe extern "system" fn(hmem: HGLOBAL) -> HGLOBAL;
/// `HeapAlloc`, kernel32.dll.
pub type HeapAlloc = unsafe extern "system" fn(
    hheap: HANDLE,
    dwflags: HEAP_FLAGS,
    dwbytes: usize,
) -> *mut core::ffi::c_void;
/// `HeapCreate`, kernel32.dll.
pub type HeapCreate = unsafe extern "system" fn(
    floptions: HEAP_FLAGS,
    dwinitialsize: usize,
    dwmaximumsize: usize,
) -> HANDLE;
/// `HeapDestroy`, kernel32.dll.
pub type HeapDestroy = unsafe extern "system" fn(hheap: HANDLE) -> BOOL;
/// `HeapFree`, kernel32.dll.
pub type HeapFree = unsafe extern "system" fn(
    hheap: HANDLE,
    dwflags: HEAP_FLAGS,
    lpmem: *const core::ffi::c_void,
) -> BOOL;
/// `HeapReAlloc`, kernel32.dll.
pub type HeapReAlloc = unsafe extern "system" fn(
    hheap: HANDLE,
    dwflags: HEAP_FLAGS,
    lpmem: *const core::ffi::c_void,
    dwbytes: usize,
) -> *mut core::ffi::c_void;
/// `HeapSize`, kernel32.dll.
pub type HeapSize = unsafe extern "system" fn(
    hheap: HANDLE,
    dwflags: HEAP_FLAGS,
    lpmem: *const core::ffi::c_void,
) -> usize;
/// `ImpersonateNamedPipeClient`, advapi32.dll.
pub type ImpersonateNamedPipeClient = unsafe extern "system" fn(hnamedpipe: HANDLE) -> BOOL;
/// `InSendMessage`, user32.dll.
pub type InSendMessage = unsafe extern "system" fn() -> BOOL;
/// `InetNtopW`, ws2_32.dll.
pub type InetNtopW = unsafe extern "system" fn(
    family: i32,
    paddr: *const core::ffi::c_void,
    pstringbuf: PWSTR,
    stringbufsize: usize,
) -> PCWSTR;
/// `InetPtonW`, ws2_32.dll.
pub type InetPtonW = unsafe extern "system" fn(
    family: i32,
    pszaddrstring: PCWSTR,
    paddrbuf: *mut core::ffi::c_void,
) -> i32;
/// `InitOnceBeginInitialize`, kernel32.dll.
pub type InitOnceBeginInitialize = unsafe extern "system" fn(
    lpinitonce: *mut INIT_ONCE,
    dwflags: u32,
    fpending: *mut BOOL,
    lpcontext: *mut *mut core::ffi::c_void,
) -> BOOL;
/// `InitOnceComplete`, kernel32.dll.
pub type InitOnceComplete = unsafe extern "system" fn(
    lpinitonce: *mut INIT_ONCE,
    dwflags: u32,
    lpcontext: *const core::ffi::c_void,
) -> BOOL;
/// `InitOnceExecuteOnce`, kernel32.dll.
pub type InitOnceExecuteOnce = unsafe extern "system" fn(
    initonce: *mut INIT_ONCE,
    initfn: PINIT_ONCE_FN,
    parameter: *mut core::ffi::c_void,
    context: *mut *mut core::ffi::c_void,
) -> BOOL;
/// `InitOnceInitialize`, kernel32.dll.
pub type InitOnceInitialize = unsafe extern "system" fn(initonce: *mut INIT_ONCE);
/// `InitializeConditionVariable`, kernel32.dll.
pub type InitializeConditionVariable =
    unsafe extern "system" fn(conditionvariable: *mut CONDITION_VARIABLE);
/// `InitializeCriticalSection`, kernel32.dll.
pub type InitializeCriticalSection =
    unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION);
/// `InitializeCriticalSectionAndSpinCount`, kernel32.dll.
pub type InitializeCriticalSectionAndSpinCount =
    unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION, dwspincount: u32) -> BOOL;
/// `InitializeCriticalSectionEx`, kernel32.dll.
pub type InitializeCriticalSectionEx = unsafe extern "system" fn(
    lpcriticalsection: *mut CRITICAL_SECTION,
    dwspincount: u32,
    flags: u32,
) -> BOOL;
/// `InitializeProcThreadAttributeList`, kernel32.dll.
pub type InitializeProcThreadAttributeList = unsafe extern "system" fn(
    lpattributelist: LPPROC_THREAD_ATTRIBUTE_LIST,
    dwattributecount: u32,
    dwflags: u32,
    lpsize: *mut usize,
) -> BOOL;
/// `InitializeSRWLock`, kernel32.dll.
pub type InitializeSRWLock = unsafe extern "system" fn(srwlock: *mut SRWLOCK);
/// `InitializeSecurityDescriptor`, advapi32.dll.
pub type InitializeSecurityDescriptor =
    unsafe extern "system" fn(psecuritydescriptor: PSECURITY_DESCRIPTOR, dwrevision: u32) -> BOOL;
/// `IsDebuggerPresent`, kernel32.dll.
pub type IsDebuggerPresent = unsafe extern "system" fn() -> BOOL;
/// `IsThreadpoolTimerSet`, kernel32.dll.
pub type IsThreadpoolTimerSet = unsafe extern "system" fn(pti: PTP_TIMER) -> BOOL;
/// `IsValidSecurityDescriptor`, advapi32.dll.
pub type IsValidSecurityDescriptor =
    unsafe extern "system" fn(psecuritydescriptor: PSECURITY_DESCRIPTOR) -> BOOL;
/// `IsWindow`, user32.dll.
pub type IsWindow = unsafe extern "system" fn(hwnd: HWND) -> BOOL;
/// `IsWindowUnicode`, user32.dll.
pub type IsWindowUnicode = unsafe extern "system" fn(hwnd: HWND) -> BOOL;
/// `KillTimer`, user32.dll.
pub type KillTimer = unsafe extern "system" fn(hwnd: HWND, uidevent: usize) -> BOOL;
/// `LeaveCriticalSection`, kernel32.dll.
pub type LeaveCriticalSection = unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION);
/// `LeaveCriticalSectionWhenCallbackReturns`, kernel32.dll.
pub type LeaveCriticalSectionWhenCallbackReturns =
    unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE, pcs: *mut CRITICAL_SECTION);
/// `LoadCursorA`, user32.dll.
pub type LoadCursorA =
    unsafe extern "system" fn(hinstance: HINSTANCE, lpcursorname: PCSTR) -> HCURSOR;
/// `LoadCursorW`, user32.dll.
pub type LoadCursorW =
    unsafe extern "system" fn(hinstance: HINSTANCE, lpcursorname: PCWSTR) -> HCURSOR;
/// `LoadIconA`, user32.dll.
pub type LoadIconA = unsafe extern "system" fn(hinstance: HINSTANCE, lpiconname: PCSTR) -> HICON;
/// `LoadIconW`, user32.dll.
pub type LoadIconW = unsafe extern "system" fn(hinstance: HINSTANCE, lpiconname: PCWSTR) -> HICON;
/// `LoadLibraryA`, kernel32.dll.
pub type LoadLibraryA = unsafe extern "system" fn(lplibfilename: PCSTR) -> HMODULE;
/// `LoadLibraryExA`, kernel32.dll.
pub type LoadLibraryExA = unsafe extern "system" fn(
    lplibfilename: PCSTR,
    hfile: HANDLE,
    dwflags: LOAD_LIBRARY_FLAGS,
) -> HMODULE;
/// `LoadLibraryExW`, kernel32.dll.
pub type LoadLibraryExW = unsafe extern "system" fn(
    lplibfilename: PCWSTR,
    hfile: HANDLE,
    dwflags: LOAD_LIBRARY_FLAGS,
) -> HMODULE;
/// `LoadLibraryW`, kernel32.dll.
pub type LoadLibraryW = unsafe extern "system" fn(lplibfilename: PCWSTR) -> HMODULE;
/// `LocalAlloc`, kernel32.dll.
pub type LocalAlloc = unsafe extern "system" fn(uflags: LOCAL_ALLOC_FLAGS, ubytes: usize) -> HLOCAL;
/// `LocalFree`, kernel32.dll.
pub type LocalFree = unsafe extern "system" fn(hmem: HLOCAL) -> HLOCAL;
/// `LockFile`, kernel32.dll.
pub type LockFile = unsafe extern "system" fn(
    hfile: HANDLE,
    dwfileoffsetlow: u32,
    dwfileoffsethigh: u32,
    nnumberofbytestolocklow: u32,
    nnumberofbytestolockhigh: u32,
) -> BOOL;
/// `LockFileEx`, kernel32.dll.
pub type LockFileEx = unsafe extern "system" fn(
    hfile: HANDLE,
    dwflags: LOCK_FILE_FLAGS,
    dwreserved: u32,
    nnumberofbytestolocklow: u32,
    nnumberofbytestolockhigh: u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `MapViewOfFile`, kernel32.dll.
pub type MapViewOfFile = unsafe extern "system" fn(
    hfilemappingobject: HANDLE,
    dwdesiredaccess: FILE_MAP,
    dwfileoffsethigh: u32,
    dwfileoffsetlow: u32,
    dwnumberofbytestomap: usize,
) -> MEMORY_MAPPED_VIEW_ADDRESS;
/// `MapViewOfFileEx`, kernel32.dll.
pub type MapViewOfFileEx = unsafe extern "system" fn(
    hfilemappingobject: HANDLE,
    dwdesiredaccess: FILE_MAP,
    dwfileoffsethigh: u32,
    dwfileoffsetlow: u32,
    dwnumberofbytestomap: usize,
    lpbaseaddress: *const core::ffi::c_void,
) -> MEMORY_MAPPED_VIEW_ADDRESS;
/// `MessageBoxA`, user32.dll.
pub type MessageBoxA = unsafe extern "system" fn(
    hwnd: HWND,
    lptext: PCSTR,
    lpcaption: PCSTR,
    utype: MESSAGEBOX_STYLE,
) -> MESSAGEBOX_RESULT;
/// `MessageBoxW`, user32.dll.
pub type MessageBoxW = unsafe extern "system" fn(
    hwnd: HWND,
    lptext: PCWSTR,
    lpcaption: PCWSTR,
    utype: MESSAGEBOX_STYLE,
) -> MESSAGEBOX_RESULT;
/// `MoveFileA`, kernel32.dll.
pub type MoveFileA =
    unsafe extern "system" fn(lpexistingfilename: PCSTR, lpnewfilename: PCSTR) -> BOOL;
/// `MoveFileExA`, kernel32.dll.
pub type MoveFileExA = unsafe extern "system" fn(
    lpexistingfilename: PCSTR,
    lpnewfilename: PCSTR,
    dwflags: MOVE_FILE_FLAGS,
) -> BOOL;
/// `MoveFileExW`, kernel32.dll.
pub type MoveFileExW = unsafe extern "system" fn(
    lpexistingfilename: PCWSTR,
    lpnewfilename: PCWSTR,
    dwflags: MOVE_FILE_FLAGS,
) -> BOOL;
/// `MoveFileW`, kernel32.dll.
pub type MoveFileW =
    unsafe extern "system" fn(lpexistingfilename: PCWSTR, lpnewfilename: PCWSTR) -> BOOL;
/// `MsgWaitForMultipleObjects`, user32.dll.
pub type MsgWaitForMultipleObjects = unsafe extern "system" fn(
    ncount: u32,
    phandles: *const HANDLE,
    fwaitall: BOOL,
    dwmilliseconds: u32,
    dwwakemask: QUEUE_STATUS_FLAGS,
) -> WAIT_EVENT;
/// `MsgWaitForMultipleObjectsEx`, user32.dll.
pub type MsgWaitForMultipleObjectsEx = unsafe extern "system" fn(
    ncount: u32,
    phandles: *const HANDLE,
    dwmilliseconds: u32,
    dwwakemask: QUEUE_STATUS_FLAGS,
    dwflags: MSG_WAIT_FOR_MULTIPLE_OBJECTS_EX_FLAGS,
) -> WAIT_EVENT;
/// `MultiByteToWideChar`, kernel32.dll.
pub type MultiByteToWideChar = unsafe extern "system" fn(
    codepage: u32,
    dwflags: MULTI_BYTE_TO_WIDE_CHAR_FLAGS,
    lpmultibytestr: PCSTR,
    cbmultibyte: i32,
    lpwidecharstr: PWSTR,
    cchwidechar: i32,
) -> i32;
/// `NtClose`, ntdll.dll.
pub type NtClose = unsafe extern "system" fn(handle: HANDLE) -> NTSTATUS;
/// `NtCreateFile`, ntdll.dll.
pub type NtCreateFile = unsafe extern "system" fn(
    filehandle: *mut HANDLE,
    desiredaccess: FILE_ACCESS_RIGHTS,
    objectattributes: *const OBJECT_ATTRIBUTES,
    iostatusblock: *mut IO_STATUS_BLOCK,
    allocationsize: *const i64,
    fileattributes: FILE_FLAGS_AND_ATTRIBUTES,
    shareaccess: FILE_SHARE_MODE,
    createdisposition: NTCREATEFILE_CREATE_DISPOSITION,
    createoptions: NTCREATEFILE_CREATE_OPTIONS,
    eabuffer: *const core::ffi::c_void,
    ealength: u32,
) -> NTSTATUS;
/// `NtDeviceIoControlFile`, ntdll.dll.
pub type NtDeviceIoControlFile = unsafe extern "system" fn(
    filehandle: HANDLE,
    event: HANDLE,
    apcroutine: PIO_APC_ROUTINE,
    apccontext: *const core::ffi::c_void,
    iostatusblock: *mut IO_STATUS_BLOCK,
    iocontrolcode: u32,
    inputbuffer: *const core::ffi::c_void,
    inputbufferlength: u32,
    outputbuffer: *mut core::ffi::c_void,
    outputbufferlength: u32,
) -> NTSTATUS;
/// `NtOpenFile`, ntdll.dll.
pub type NtOpenFile = unsafe extern "system" fn(
    filehandle: *mut HANDLE,
    desiredaccess: u32,
    objectattributes: *const OBJECT_ATTRIBUTES,
    iostatusblock: *mut IO_STATUS_BLOCK,
    shareaccess: u32,
    openoptions: u32,
) -> NTSTATUS;
/// `NtSetInformationFile`, ntdll.dll.
pub type NtSetInformationFile = unsafe extern "system" fn(
    filehandle: HANDLE,
    iostatusblock: *mut IO_STATUS_BLOCK,
    fileinformation: *const core::ffi::c_void,
    length: u32,
    fileinformationclass: FILE_INFORMATION_CLASS,
) -> NTSTATUS;
/// `OpenEventA`, kernel32.dll.
pub type OpenEventA = unsafe extern "system" fn(
    dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    binherithandle: BOOL,
    lpname: PCSTR,
) -> HANDLE;
/// `OpenEventW`, kernel32.dll.
pub type OpenEventW = unsafe extern "system" fn(
    dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    binherithandle: BOOL,
    lpname: PCWSTR,
) -> HANDLE;
/// `OpenFileMappingA`, kernel32.dll.
pub type OpenFileMappingA =
    unsafe extern "system" fn(dwdesiredaccess: u32, binherithandle: BOOL, lpname: PCSTR) -> HANDLE;
/// `OpenFileMappingW`, kernel32.dll.
pub type OpenFileMappingW =
    unsafe extern "system" fn(dwdesiredaccess: u32, binherithandle: BOOL, lpname: PCWSTR) -> HANDLE;
/// `OpenMutexA`, kernel32.dll.
pub type OpenMutexA =
    unsafe extern "system" fn(dwdesiredaccess: u32, binherithandle: BOOL, lpname: PCSTR) -> HANDLE;
/// `OpenMutexW`, kernel32.dll.
pub type OpenMutexW = unsafe extern "system" fn(
    dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    binherithandle: BOOL,
    lpname: PCWSTR,
) -> HANDLE;
/// `OpenProcess`, kernel32.dll.
pub type OpenProcess = unsafe extern "system" fn(
    dwdesiredaccess: PROCESS_ACCESS_RIGHTS,
    binherithandle: BOOL,
    dwprocessid: u32,
) -> HANDLE;
/// `OpenSemaphoreA`, kernel32.dll.
pub type OpenSemaphoreA =
    unsafe extern "system" fn(dwdesiredaccess: u32, binherithandle: BOOL, lpname: PCSTR) -> HANDLE;
/// `OpenSemaphoreW`, kernel32.dll.
pub type OpenSemaphoreW = unsafe extern "system" fn(
    dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    binherithandle: BOOL,
    lpname: PCWSTR,
) -> HANDLE;
/// `OpenWaitableTimerW`, kernel32.dll.
pub type OpenWaitableTimerW = unsafe extern "system" fn(
    dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    binherithandle: BOOL,
    lptimername: PCWSTR,
) -> HANDLE;
/// `OutputDebugStringA`, kernel32.dll.
pub type OutputDebugStringA = unsafe extern "system" fn(lpoutputstring: PCSTR);
/// `OutputDebugStringW`, kernel32.dll.
pub type OutputDebugStringW = unsafe extern "system" fn(lpoutputstring: PCWSTR);
/// `PeekConsoleInputA`, kernel32.dll.
pub type PeekConsoleInputA = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *mut INPUT_RECORD,
    nlength: u32,
    lpnumberofeventsread: *mut u32,
) -> BOOL;
/// `PeekConsoleInputW`, kernel32.dll.
pub type PeekConsoleInputW = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *mut INPUT_RECORD,
    nlength: u32,
    lpnumberofeventsread: *mut u32,
) -> BOOL;
/// `PeekMessageA`, user32.dll.
pub type PeekMessageA = unsafe extern "system" fn(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
    wremovemsg: PEEK_MESSAGE_REMOVE_TYPE,
) -> BOOL;
/// `PeekMessageW`, user32.dll.
pub type PeekMessageW = unsafe extern "system" fn(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
    wremovemsg: PEEK_MESSAGE_REMOVE_TYPE,
) -> BOOL;
/// `PeekNamedPipe`, kernel32.dll.
pub type PeekNamedPipe = unsafe extern "system" fn(
    hnamedpipe: HANDLE,
    lpbuffer: *mut core::ffi::c_void,
    nbuffersize: u32,
    lpbytesread: *mut u32,
    lptotalbytesavail: *mut u32,
    lpbytesleftthismessage: *mut u32,
) -> BOOL;
/// `PostMessageA`, user32.dll.
pub type PostMessageA =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL;
/// `PostMessageW`, user32.dll.
pub type PostMessageW =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL;
/// `PostQueuedCompletionStatus`, kernel32.dll.
pub type PostQueuedCompletionStatus = unsafe extern "system" fn(
    completionport: HANDLE,
    dwnumberofbytestransferred: u32,
    dwcompletionkey: usize,
    lpoverlapped: *const OVERLAPPED,
) -> BOOL;
/// `PostQuitMessage`, user32.dll.
pub type PostQuitMessage = unsafe extern "system" fn(nexitcode: i32);
/// `PostThreadMessageA`, user32.dll.
pub type PostThreadMessageA =
    unsafe extern "system" fn(idthread: u32, msg: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL;
/// `PostThreadMessageW`, user32.dll.
pub type PostThreadMessageW =
    unsafe extern "system" fn(idthread: u32, msg: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL;
/// `PulseEvent`, kernel32.dll.
pub type PulseEvent = unsafe extern "system" fn(hevent: HANDLE) -> BOOL;
/// `PurgeComm`, kernel32.dll.
pub type PurgeComm = unsafe extern "system" fn(hfile: HANDLE, dwflags: PURGE_COMM_FLAGS) -> BOOL;
/// `QueryPerformanceCounter`, kernel32.dll.
pub type QueryPerformanceCounter = unsafe extern "system" fn(lpperformancecount: *mut i64) -> BOOL;
/// `QueryPerformanceFrequency`, kernel32.dll.
pub type QueryPerformanceFrequency = unsafe extern "system" fn(lpfrequency: *mut i64) -> BOOL;
/// `QueryThreadpoolStackInformation`, kernel32.dll.
pub type QueryThreadpoolStackInformation =
    unsafe extern "system" fn(ptpp: PTP_POOL, ptpsi: *mut TP_POOL_STACK_INFORMATION) -> BOOL;
/// `QueueUserAPC`, kernel32.dll.
pub type QueueUserAPC =
    unsafe extern "system" fn(pfnapc: PAPCFUNC, hthread: HANDLE, dwdata: usize) -> u32;
/// `QueueUserWorkItem`, kernel32.dll.
pub type QueueUserWorkItem = unsafe extern "system" fn(
    function: LPTHREAD_START_ROUTINE,
    context: *const core::ffi::c_void,
    flags: WORKER_THREAD_FLAGS,
) -> BOOL;
/// `ReadConsoleA`, kernel32.dll.
pub type ReadConsoleA = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *mut core::ffi::c_void,
    nnumberofcharstoread: u32,
    lpnumberofcharsread: *mut u32,
    pinputcontrol: *const CONSOLE_READCONSOLE_CONTROL,
) -> BOOL;
/// `ReadConsoleInputA`, kernel32.dll.
pub type ReadConsoleInputA = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *mut INPUT_RECORD,
    nlength: u32,
    lpnumberofeventsread: *mut u32,
) -> BOOL;
/// `ReadConsoleInputW`, kernel32.dll.
pub type ReadConsoleInputW = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *mut INPUT_RECORD,
    nlength: u32,
    lpnumberofeventsread: *mut u32,
) -> BOOL;
/// `ReadConsoleW`, kernel32.dll.
pub type ReadConsoleW = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *mut core::ffi::c_void,
    nnumberofcharstoread: u32,
    lpnumberofcharsread: *mut u32,
    pinputcontrol: *const CONSOLE_READCONSOLE_CONTROL,
) -> BOOL;
/// `ReadDirectoryChangesW`, kernel32.dll.
pub type ReadDirectoryChangesW = unsafe extern "system" fn(
    hdirectory: HANDLE,
    lpbuffer: *mut core::ffi::c_void,
    nbufferlength: u32,
    bwatchsubtree: BOOL,
    dwnotifyfilter: FILE_NOTIFY_CHANGE,
    lpbytesreturned: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL;
/// `ReadFile`, kernel32.dll.
pub type ReadFile = unsafe extern "system" fn(
    hfile: HANDLE,
    lpbuffer: *mut u8,
    nnumberofbytestoread: u32,
    lpnumberofbytesread: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `ReadFileEx`, kernel32.dll.
pub type ReadFileEx = unsafe extern "system" fn(
    hfile: HANDLE,
    lpbuffer: *mut u8,
    nnumberofbytestoread: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL;
/// `ReadFileScatter`, kernel32.dll.
pub type ReadFileScatter = unsafe extern "system" fn(
    hfile: HANDLE,
    asegmentarray: *const FILE_SEGMENT_ELEMENT,
    nnumberofbytestoread: u32,
    lpreserved: *const u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `RegisterClassA`, user32.dll.
pub type RegisterClassA = unsafe extern "system" fn(lpwndclass: *const WNDCLASSA) -> u16;
/// `RegisterClassExA`, user32.dll.
pub type RegisterClassExA = unsafe extern "system" fn(param0: *const WNDCLASSEXA) -> u16;
/// `RegisterClassExW`, user32.dll.
pub type RegisterClassExW = unsafe extern "system" fn(param0: *const WNDCLASSEXW) -> u16;
/// `RegisterClassW`, user32.dll.
pub type RegisterClassW = unsafe extern "system" fn(lpwndclass: *const WNDCLASSW) -> u16;
/// `RegisterWaitForSingleObject`, kernel32.dll.
pub type RegisterWaitForSingleObject = unsafe extern "system" fn(
    phnewwaitobject: *mut HANDLE,
    hobject: HANDLE,
    callback: WAITORTIMERCALLBACK,
    context: *const core::ffi::c_void,
    dwmilliseconds: u32,
    dwflags: WORKER_THREAD_FLAGS,
) -> BOOL;
/// `RegisterWindowMessageA`, user32.dll.
pub type RegisterWindowMessageA = unsafe extern "system" fn(lpstring: PCSTR) -> u32;
/// `RegisterWindowMessageW`, user32.dll.
pub type RegisterWindowMessageW = unsafe extern "system" fn(lpstring: PCWSTR) -> u32;
/// `ReleaseMutex`, kernel32.dll.
pub type ReleaseMutex = unsafe extern "system" fn(hmutex: HANDLE) -> BOOL;
/// `ReleaseMutexWhenCallbackReturns`, kernel32.dll.
pub type ReleaseMutexWhenCallbackReturns =
    unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE, r#mut: HANDLE);
/// `ReleaseSRWLockExclusive`, kernel32.dll.
pub type ReleaseSRWLockExclusive = unsafe extern "system" fn(srwlock: *mut SRWLOCK);
/// `ReleaseSRWLockShared`, kernel32.dll.
pub type ReleaseSRWLockShared = unsafe extern "system" fn(srwlock: *mut SRWLOCK);
/// `ReleaseSemaphore`, kernel32.dll.
pub type ReleaseSemaphore = unsafe extern "system" fn(
    hsemaphore: HANDLE,
    lreleasecount: i32,
    lppreviouscount: *mut i32,
) -> BOOL;
/// `ReleaseSemaphoreWhenCallbackReturns`, kernel32.dll.
pub type ReleaseSemaphoreWhenCallbackReturns =
    unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE, sem: HANDLE, crel: u32);
/// `RemoveDirectoryA`, kernel32.dll.
pub type RemoveDirectoryA = unsafe extern "system" fn(lppathname: PCSTR) -> BOOL;
/// `RemoveDirectoryW`, kernel32.dll.
pub type RemoveDirectoryW = unsafe extern "system" fn(lppathname: PCWSTR) -> BOOL;
/// `ReplaceFileA`, kernel32.dll.
pub type ReplaceFileA = unsafe extern "system" fn(
    lpreplacedfilename: PCSTR,
    lpreplacementfilename: PCSTR,
    lpbackupfilename: PCSTR,
    dwreplaceflags: REPLACE_FILE_FLAGS,
    lpexclude: *const core::ffi::c_void,
    lpreserved: *const core::ffi::c_void,
) -> BOOL;
/// `ReplaceFileW`, kernel32.dll.
pub type ReplaceFileW = unsafe extern "system" fn(
    lpreplacedfilename: PCWSTR,
    lpreplacementfilename: PCWSTR,
    lpbackupfilename: PCWSTR,
    dwreplaceflags: REPLACE_FILE_FLAGS,
    lpexclude: *const core::ffi::c_void,
    lpreserved: *const core::ffi::c_void,
) -> BOOL;
/// `ReplyMessage`, user32.dll.
pub type ReplyMessage = unsafe extern "system" fn(lresult: LRESULT) -> BOOL;
/// `ResetEvent`, kernel32.dll.
pub type ResetEvent = unsafe extern "system" fn(hevent: HANDLE) -> BOOL;
/// `ResumeThread`, kernel32.dll.
pub type ResumeThread = unsafe extern "system" fn(hthread: HANDLE) -> u32;
/// `RevertToSelf`, advapi32.dll.
pub type RevertToSelf = unsafe extern "system" fn() -> BOOL;
/// `RtlInitUnicodeString`, ntdll.dll.
pub type RtlInitUnicodeString =
    unsafe extern "system" fn(destinationstring: *mut UNICODE_STRING, sourcestring: PCWSTR);
/// `RtlNtStatusToDosError`, ntdll.dll.
pub type RtlNtStatusToDosError = unsafe extern "system" fn(status: NTSTATUS) -> u32;
/// `SendMessageA`, user32.dll.
pub type SendMessageA =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT;
/// `SendMessageTimeoutA`, user32.dll.
pub type SendMessageTimeoutA = unsafe extern "system" fn(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    fuflags: SEND_MESSAGE_TIMEOUT_FLAGS,
    utimeout: u32,
    lpdwresult: *mut usize,
) -> LRESULT;
/// `SendMessageTimeoutW`, user32.dll.
pub type SendMessageTimeoutW = unsafe extern "system" fn(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    fuflags: SEND_MESSAGE_TIMEOUT_FLAGS,
    utimeout: u32,
    lpdwresult: *mut usize,
) -> LRESULT;
/// `SendMessageW`, user32.dll.
pub type SendMessageW =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT;
/// `SendNotifyMessageA`, user32.dll.
pub type SendNotifyMessageA =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL;
/// `SendNotifyMessageW`, user32.dll.
pub type SendNotifyMessageW =
    unsafe extern "system" fn(hwnd: HWND, msg: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL;
/// `SetCommBreak`, kernel32.dll.
pub type SetCommBreak = unsafe extern "system" fn(hfile: HANDLE) -> BOOL;
/// `SetCommMask`, kernel32.dll.
pub type SetCommMask = unsafe extern "system" fn(hfile: HANDLE, dwevtmask: COMM_EVENT_MASK) -> BOOL;
/// `SetCommState`, kernel32.dll.
pub type SetCommState = unsafe extern "system" fn(hfile: HANDLE, lpdcb: *const DCB) -> BOOL;
/// `SetCommTimeouts`, kernel32.dll.
pub type SetCommTimeouts =
    unsafe extern "system" fn(hfile: HANDLE, lpcommtimeouts: *const COMMTIMEOUTS) -> BOOL;
/// `SetConsoleCP`, kernel32.dll.
pub type SetConsoleCP = unsafe extern "system" fn(wcodepageid: u32) -> BOOL;
/// `SetConsoleCtrlHandler`, kernel32.dll.
pub type SetConsoleCtrlHandler =
    unsafe extern "system" fn(handlerroutine: PHANDLER_ROUTINE, add: BOOL) -> BOOL;
/// `SetConsoleMode`, kernel32.dll.
pub type SetConsoleMode =
    unsafe extern "system" fn(hconsolehandle: HANDLE, dwmode: CONSOLE_MODE) -> BOOL;
/// `SetConsoleOutputCP`, kernel32.dll.
pub type SetConsoleOutputCP = unsafe extern "system" fn(wcodepageid: u32) -> BOOL;
/// `SetCriticalSectionSpinCount`, kernel32.dll.
pub type SetCriticalSectionSpinCount =
    unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION, dwspincount: u32) -> u32;
/// `SetCurrentDirectoryA`, kernel32.dll.
pub type SetCurrentDirectoryA = unsafe extern "system" fn(lppathname: PCSTR) -> BOOL;
/// `SetCurrentDirectoryW`, kernel32.dll.
pub type SetCurrentDirectoryW = unsafe extern "system" fn(lppathname: PCWSTR) -> BOOL;
/// `SetEndOfFile`, kernel32.dll.
pub type SetEndOfFile = unsafe extern "system" fn(hfile: HANDLE) -> BOOL;
/// `SetEnvironmentVariableA`, kernel32.dll.
pub type SetEnvironmentVariableA = unsafe extern "system" fn(lpname: PCSTR, lpvalue: PCSTR) -> BOOL;
/// `SetEnvironmentVariableW`, kernel32.dll.
pub type SetEnvironmentVariableW =
    unsafe extern "system" fn(lpname: PCWSTR, lpvalue: PCWSTR) -> BOOL;
/// `SetEvent`, kernel32.dll.
pub type SetEvent = unsafe extern "system" fn(hevent: HANDLE) -> BOOL;
/// `SetEventWhenCallbackReturns`, kernel32.dll.
pub type SetEventWhenCallbackReturns =
    unsafe extern "system" fn(pci: PTP_CALLBACK_INSTANCE, evt: HANDLE);
/// `SetFileAttributesA`, kernel32.dll.
pub type SetFileAttributesA = unsafe extern "system" fn(
    lpfilename: PCSTR,
    dwfileattributes: FILE_FLAGS_AND_ATTRIBUTES,
) -> BOOL;
/// `SetFileAttributesW`, kernel32.dll.
pub type SetFileAttributesW = unsafe extern "system" fn(
    lpfilename: PCWSTR,
    dwfileattributes: FILE_FLAGS_AND_ATTRIBUTES,
) -> BOOL;
/// `SetFileCompletionNotificationModes`, kernel32.dll.
pub type SetFileCompletionNotificationModes =
    unsafe extern "system" fn(filehandle: HANDLE, flags: u8) -> BOOL;
/// `SetFileInformationByHandle`, kernel32.dll.
pub type SetFileInformationByHandle = unsafe extern "system" fn(
    hfile: HANDLE,
    fileinformationclass: FILE_INFO_BY_HANDLE_CLASS,
    lpfileinformation: *const core::ffi::c_void,
    dwbuffersize: u32,
) -> BOOL;
/// `SetFilePointer`, kernel32.dll.
pub type SetFilePointer = unsafe extern "system" fn(
    hfile: HANDLE,
    ldistancetomove: i32,
    lpdistancetomovehigh: *mut i32,
    dwmovemethod: SET_FILE_POINTER_MOVE_METHOD,
) -> u32;
/// `SetFilePointerEx`, kernel32.dll.
pub type SetFilePointerEx = unsafe extern "system" fn(
    hfile: HANDLE,
    lidistancetomove: i64,
    lpnewfilepointer: *mut i64,
    dwmovemethod: SET_FILE_POINTER_MOVE_METHOD,
) -> BOOL;
/// `SetFileTime`, kernel32.dll.
pub type SetFileTime = unsafe extern "system" fn(
    hfile: HANDLE,
    lpcreationtime: *const FILETIME,
    lplastaccesstime: *const FILETIME,
    lplastwritetime: *const FILETIME,
) -> BOOL;
/// `SetHandleInformation`, kernel32.dll.
pub type SetHandleInformation =
    unsafe extern "system" fn(hobject: HANDLE, dwmask: u32, dwflags: HANDLE_FLAGS) -> BOOL;
/// `SetLastError`, kernel32.dll.
pub type SetLastError = unsafe extern "system" fn(dwerrcode: WIN32_ERROR);
/// `SetMailslotInfo`, kernel32.dll.
pub type SetMailslotInfo = unsafe extern "system" fn(hmailslot: HANDLE, lreadtimeout: u32) -> BOOL;
/// `SetNamedPipeHandleState`, kernel32.dll.
pub type SetNamedPipeHandleState = unsafe extern "system" fn(
    hnamedpipe: HANDLE,
    lpmode: *const NAMED_PIPE_MODE,
    lpmaxcollectioncount: *const u32,
    lpcollectdatatimeout: *const u32,
) -> BOOL;
/// `SetSecurityDescriptorDacl`, advapi32.dll.
pub type SetSecurityDescriptorDacl = unsafe extern "system" fn(
    psecuritydescriptor: PSECURITY_DESCRIPTOR,
    bdaclpresent: BOOL,
    pdacl: *const ACL,
    bdacldefaulted: BOOL,
) -> BOOL;
/// `SetStdHandle`, kernel32.dll.
pub type SetStdHandle = unsafe extern "system" fn(nstdhandle: STD_HANDLE, hhandle: HANDLE) -> BOOL;
/// `SetThreadAffinityMask`, kernel32.dll.
pub type SetThreadAffinityMask =
    unsafe extern "system" fn(hthread: HANDLE, dwthreadaffinitymask: usize) -> usize;
/// `SetThreadDescription`, kernel32.dll.
pub type SetThreadDescription =
    unsafe extern "system" fn(hthread: HANDLE, lpthreaddescription: PCWSTR) -> HRESULT;
/// `SetThreadPriority`, kernel32.dll.
pub type SetThreadPriority =
    unsafe extern "system" fn(hthread: HANDLE, npriority: THREAD_PRIORITY) -> BOOL;
/// `SetThreadpoolStackInformation`, kernel32.dll.
pub type SetThreadpoolStackInformation =
    unsafe extern "system" fn(ptpp: PTP_POOL, ptpsi: *const TP_POOL_STACK_INFORMATION) -> BOOL;
/// `SetThreadpoolThreadMaximum`, kernel32.dll.
pub type SetThreadpoolThreadMaximum = unsafe extern "system" fn(ptpp: PTP_POOL, cthrdmost: u32);
/// `SetThreadpoolThreadMinimum`, kernel32.dll.
pub type SetThreadpoolThreadMinimum =
    unsafe extern "system" fn(ptpp: PTP_POOL, cthrdmic: u32) -> BOOL;
/// `SetThreadpoolTimer`, kernel32.dll.
pub type SetThreadpoolTimer = unsafe extern "system" fn(
    pti: PTP_TIMER,
    pftduetime: *const FILETIME,
    msperiod: u32,
    mswindowlength: u32,
);
/// `SetThreadpoolTimerEx`, kernel32.dll.
pub type SetThreadpoolTimerEx = unsafe extern "system" fn(
    pti: PTP_TIMER,
    pftduetime: *const FILETIME,
    msperiod: u32,
    mswindowlength: u32,
) -> BOOL;
/// `SetThreadpoolWait`, kernel32.dll.
pub type SetThreadpoolWait =
    unsafe extern "system" fn(pwa: PTP_WAIT, h: HANDLE, pfttimeout: *const FILETIME);
/// `SetThreadpoolWaitEx`, kernel32.dll.
pub type SetThreadpoolWaitEx = unsafe extern "system" fn(
    pwa: PTP_WAIT,
    h: HANDLE,
    pfttimeout: *const FILETIME,
    reserved: *const core::ffi::c_void,
) -> BOOL;
/// `SetTimer`, user32.dll.
pub type SetTimer = unsafe extern "system" fn(
    hwnd: HWND,
    nidevent: usize,
    uelapse: u32,
    lptimerfunc: TIMERPROC,
) -> usize;
/// `SetWaitableTimer`, kernel32.dll.
pub type SetWaitableTimer = unsafe extern "system" fn(
    htimer: HANDLE,
    lpduetime: *const i64,
    lperiod: i32,
    pfncompletionroutine: PTIMERAPCROUTINE,
    lpargtocompletionroutine: *const core::ffi::c_void,
    fresume: BOOL,
) -> BOOL;
/// `SetWindowLongA`, user32.dll.
pub type SetWindowLongA =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX, dwnewlong: i32) -> i32;
/// `SetWindowLongPtrA`, user32.dll.
pub type SetWindowLongPtrA =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX, dwnewlong: isize) -> isize;
/// `SetWindowLongPtrW`, user32.dll.
pub type SetWindowLongPtrW =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX, dwnewlong: isize) -> isize;
/// `SetWindowLongW`, user32.dll.
pub type SetWindowLongW =
    unsafe extern "system" fn(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX, dwnewlong: i32) -> i32;
/// `SetWindowTextA`, user32.dll.
pub type SetWindowTextA = unsafe extern "system" fn(hwnd: HWND, lpstring: PCSTR) -> BOOL;
/// `SetWindowTextW`, user32.dll.
pub type SetWindowTextW = unsafe extern "system" fn(hwnd: HWND, lpstring: PCWSTR) -> BOOL;
/// `SetupComm`, kernel32.dll.
pub type SetupComm =
    unsafe extern "system" fn(hfile: HANDLE, dwinqueue: u32, dwoutqueue: u32) -> BOOL;
/// `ShowWindow`, user32.dll.
pub type ShowWindow = unsafe extern "system" fn(hwnd: HWND, ncmdshow: SHOW_WINDOW_CMD) -> BOOL;
/// `SignalObjectAndWait`, kernel32.dll.
pub type SignalObjectAndWait = unsafe extern "system" fn(
    hobjecttosignal: HANDLE,
    hobjecttowaiton: HANDLE,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> WAIT_EVENT;
/// `Sleep`, kernel32.dll.
pub type Sleep = unsafe extern "system" fn(dwmilliseconds: u32);
/// `SleepConditionVariableCS`, kernel32.dll.
pub type SleepConditionVariableCS = unsafe extern "system" fn(
    conditionvariable: *mut CONDITION_VARIABLE,
    criticalsection: *mut CRITICAL_SECTION,
    dwmilliseconds: u32,
) -> BOOL;
/// `SleepConditionVariableSRW`, kernel32.dll.
pub type SleepConditionVariableSRW = unsafe extern "system" fn(
    conditionvariable: *mut CONDITION_VARIABLE,
    srwlock: *mut SRWLOCK,
    dwmilliseconds: u32,
    flags: u32,
) -> BOOL;
/// `SleepEx`, kernel32.dll.
pub type SleepEx = unsafe extern "system" fn(dwmilliseconds: u32, balertable: BOOL) -> u32;
/// `StartThreadpoolIo`, kernel32.dll.
pub type StartThreadpoolIo = unsafe extern "system" fn(pio: PTP_IO);
/// `SubmitThreadpoolWork`, kernel32.dll.
pub type SubmitThreadpoolWork = unsafe extern "system" fn(pwk: PTP_WORK);
/// `SwitchToThread`, kernel32.dll.
pub type SwitchToThread = unsafe extern "system" fn() -> BOOL;
/// `SystemTimeToFileTime`, kernel32.dll.
pub type SystemTimeToFileTime =
    unsafe extern "system" fn(lpsystemtime: *const SYSTEMTIME, lpfiletime: *mut FILETIME) -> BOOL;
/// `TerminateProcess`, kernel32.dll.
pub type TerminateProcess = unsafe extern "system" fn(hprocess: HANDLE, uexitcode: u32) -> BOOL;
/// `TerminateThread`, kernel32.dll.
pub type TerminateThread = unsafe extern "system" fn(hthread: HANDLE, dwexitcode: u32) -> BOOL;
/// `TlsAlloc`, kernel32.dll.
pub type TlsAlloc = unsafe extern "system" fn() -> u32;
/// `TlsFree`, kernel32.dll.
pub type TlsFree = unsafe extern "system" fn(dwtlsindex: u32) -> BOOL;
/// `TlsGetValue`, kernel32.dll.
pub type TlsGetValue = unsafe extern "system" fn(dwtlsindex: u32) -> *mut core::ffi::c_void;
/// `TlsSetValue`, kernel32.dll.
pub type TlsSetValue =
    unsafe extern "system" fn(dwtlsindex: u32, lptlsvalue: *const core::ffi::c_void) -> BOOL;
/// `TransactNamedPipe`, kernel32.dll.
pub type TransactNamedPipe = unsafe extern "system" fn(
    hnamedpipe: HANDLE,
    lpinbuffer: *const core::ffi::c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut core::ffi::c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `TranslateMessage`, user32.dll.
pub type TranslateMessage = unsafe extern "system" fn(lpmsg: *const MSG) -> BOOL;
/// `TransmitCommChar`, kernel32.dll.
pub type TransmitCommChar = unsafe extern "system" fn(hfile: HANDLE, cchar: i8) -> BOOL;
/// `TransmitFile`, mswsock.dll.
pub type TransmitFile = unsafe extern "system" fn(
    hsocket: SOCKET,
    hfile: HANDLE,
    nnumberofbytestowrite: u32,
    nnumberofbytespersend: u32,
    lpoverlapped: *mut OVERLAPPED,
    lptransmitbuffers: *const TRANSMIT_FILE_BUFFERS,
    dwreserved: u32,
) -> BOOL;
/// `TryAcquireSRWLockExclusive`, kernel32.dll.
pub type TryAcquireSRWLockExclusive = unsafe extern "system" fn(srwlock: *mut SRWLOCK) -> bool;
/// `TryAcquireSRWLockShared`, kernel32.dll.
pub type TryAcquireSRWLockShared = unsafe extern "system" fn(srwlock: *mut SRWLOCK) -> bool;
/// `TryEnterCriticalSection`, kernel32.dll.
pub type TryEnterCriticalSection =
    unsafe extern "system" fn(lpcriticalsection: *mut CRITICAL_SECTION) -> BOOL;
/// `TrySubmitThreadpoolCallback`, kernel32.dll.
pub type TrySubmitThreadpoolCallback = unsafe extern "system" fn(
    pfns: PTP_SIMPLE_CALLBACK,
    pv: *mut core::ffi::c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> BOOL;
/// `UnlockFile`, kernel32.dll.
pub type UnlockFile = unsafe extern "system" fn(
    hfile: HANDLE,
    dwfileoffsetlow: u32,
    dwfileoffsethigh: u32,
    nnumberofbytestounlocklow: u32,
    nnumberofbytestounlockhigh: u32,
) -> BOOL;
/// `UnlockFileEx`, kernel32.dll.
pub type UnlockFileEx = unsafe extern "system" fn(
    hfile: HANDLE,
    dwreserved: u32,
    nnumberofbytestounlocklow: u32,
    nnumberofbytestounlockhigh: u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `UnmapViewOfFile`, kernel32.dll.
pub type UnmapViewOfFile =
    unsafe extern "system" fn(lpbaseaddress: MEMORY_MAPPED_VIEW_ADDRESS) -> BOOL;
/// `UnregisterClassA`, user32.dll.
pub type UnregisterClassA =
    unsafe extern "system" fn(lpclassname: PCSTR, hinstance: HINSTANCE) -> BOOL;
/// `UnregisterClassW`, user32.dll.
pub type UnregisterClassW =
    unsafe extern "system" fn(lpclassname: PCWSTR, hinstance: HINSTANCE) -> BOOL;
/// `UnregisterWait`, kernel32.dll.
pub type UnregisterWait = unsafe extern "system" fn(waithandle: HANDLE) -> BOOL;
/// `UnregisterWaitEx`, kernel32.dll.
pub type UnregisterWaitEx =
    unsafe extern "system" fn(waithandle: HANDLE, completionevent: HANDLE) -> BOOL;
/// `UpdateProcThreadAttribute`, kernel32.dll.
pub type UpdateProcThreadAttribute = unsafe extern "system" fn(
    lpattributelist: LPPROC_THREAD_ATTRIBUTE_LIST,
    dwflags: u32,
    attribute: usize,
    lpvalue: *const core::ffi::c_void,
    cbsize: usize,
    lppreviousvalue: *mut core::ffi::c_void,
    lpreturnsize: *const usize,
) -> BOOL;
/// `UpdateWindow`, user32.dll.
pub type UpdateWindow = unsafe extern "system" fn(hwnd: HWND) -> BOOL;
/// `VerSetConditionMask`, kernel32.dll.
pub type VerSetConditionMask =
    unsafe extern "system" fn(conditionmask: u64, typemask: VER_FLAGS, condition: u8) -> u64;
/// `VerifyVersionInfoA`, kernel32.dll.
pub type VerifyVersionInfoA = unsafe extern "system" fn(
    lpversioninformation: *mut OSVERSIONINFOEXA,
    dwtypemask: VER_FLAGS,
    dwlconditionmask: u64,
) -> BOOL;
/// `VerifyVersionInfoW`, kernel32.dll.
pub type VerifyVersionInfoW = unsafe extern "system" fn(
    lpversioninformation: *mut OSVERSIONINFOEXW,
    dwtypemask: VER_FLAGS,
    dwlconditionmask: u64,
) -> BOOL;
/// `VirtualAlloc`, kernel32.dll.
pub type VirtualAlloc = unsafe extern "system" fn(
    lpaddress: *const core::ffi::c_void,
    dwsize: usize,
    flallocationtype: VIRTUAL_ALLOCATION_TYPE,
    flprotect: PAGE_PROTECTION_FLAGS,
) -> *mut core::ffi::c_void;
/// `VirtualFree`, kernel32.dll.
pub type VirtualFree = unsafe extern "system" fn(
    lpaddress: *mut core::ffi::c_void,
    dwsize: usize,
    dwfreetype: VIRTUAL_FREE_TYPE,
) -> BOOL;
/// `WSAAccept`, ws2_32.dll.
pub type WSAAccept = unsafe extern "system" fn(
    s: SOCKET,
    addr: *mut SOCKADDR,
    addrlen: *mut i32,
    lpfncondition: LPCONDITIONPROC,
    dwcallbackdata: usize,
) -> SOCKET;
/// `WSAAddressToStringA`, ws2_32.dll.
pub type WSAAddressToStringA = unsafe extern "system" fn(
    lpsaaddress: *const SOCKADDR,
    dwaddresslength: u32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    lpszaddressstring: PSTR,
    lpdwaddressstringlength: *mut u32,
) -> i32;
/// `WSAAddressToStringW`, ws2_32.dll.
pub type WSAAddressToStringW = unsafe extern "system" fn(
    lpsaaddress: *const SOCKADDR,
    dwaddresslength: u32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    lpszaddressstring: PWSTR,
    lpdwaddressstringlength: *mut u32,
) -> i32;
/// `WSAAsyncGetHostByAddr`, ws2_32.dll.
pub type WSAAsyncGetHostByAddr = unsafe extern "system" fn(
    hwnd: HWND,
    wmsg: u32,
    addr: PCSTR,
    len: i32,
    r#type: i32,
    buf: PSTR,
    buflen: i32,
) -> HANDLE;
/// `WSAAsyncGetHostByName`, ws2_32.dll.
pub type WSAAsyncGetHostByName =
    unsafe extern "system" fn(hwnd: HWND, wmsg: u32, name: PCSTR, buf: PSTR, buflen: i32) -> HANDLE;
/// `WSAAsyncGetProtoByName`, ws2_32.dll.
pub type WSAAsyncGetProtoByName =
    unsafe extern "system" fn(hwnd: HWND, wmsg: u32, name: PCSTR, buf: PSTR, buflen: i32) -> HANDLE;
/// `WSAAsyncGetProtoByNumber`, ws2_32.dll.
pub type WSAAsyncGetProtoByNumber =
    unsafe extern "system" fn(hwnd: HWND, wmsg: u32, number: i32, buf: PSTR, buflen: i32) -> HANDLE;
/// `WSAAsyncGetServByName`, ws2_32.dll.
pub type WSAAsyncGetServByName = unsafe extern "system" fn(
    hwnd: HWND,
    wmsg: u32,
    name: PCSTR,
    proto: PCSTR,
    buf: PSTR,
    buflen: i32,
) -> HANDLE;
/// `WSAAsyncGetServByPort`, ws2_32.dll.
pub type WSAAsyncGetServByPort = unsafe extern "system" fn(
    hwnd: HWND,
    wmsg: u32,
    port: i32,
    proto: PCSTR,
    buf: PSTR,
    buflen: i32,
) -> HANDLE;
/// `WSAAsyncSelect`, ws2_32.dll.
pub type WSAAsyncSelect =
    unsafe extern "system" fn(s: SOCKET, hwnd: HWND, wmsg: u32, levent: i32) -> i32;
/// `WSACancelAsyncRequest`, ws2_32.dll.
pub type WSACancelAsyncRequest = unsafe extern "system" fn(hasynctaskhandle: HANDLE) -> i32;
/// `WSACleanup`, ws2_32.dll.
pub type WSACleanup = unsafe extern "system" fn() -> i32;
/// `WSACloseEvent`, ws2_32.dll.
pub type WSACloseEvent = unsafe extern "system" fn(hevent: WSAEVENT) -> BOOL;
/// `WSAConnect`, ws2_32.dll.
pub type WSAConnect = unsafe extern "system" fn(
    s: SOCKET,
    name: *const SOCKADDR,
    namelen: i32,
    lpcallerdata: *const WSABUF,
    lpcalleedata: *mut WSABUF,
    lpsqos: *const QOS,
    lpgqos: *const QOS,
) -> i32;
/// `WSAConnectByList`, ws2_32.dll.
pub type WSAConnectByList = unsafe extern "system" fn(
    s: SOCKET,
    socketaddress: *const SOCKET_ADDRESS_LIST,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL;
/// `WSAConnectByNameA`, ws2_32.dll.
pub type WSAConnectByNameA = unsafe extern "system" fn(
    s: SOCKET,
    nodename: PCSTR,
    servicename: PCSTR,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL;
/// `WSAConnectByNameW`, ws2_32.dll.
pub type WSAConnectByNameW = unsafe extern "system" fn(
    s: SOCKET,
    nodename: PCWSTR,
    servicename: PCWSTR,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL;
/// `WSACreateEvent`, ws2_32.dll.
pub type WSACreateEvent = unsafe extern "system" fn() -> WSAEVENT;
/// `WSADuplicateSocketA`, ws2_32.dll.
pub type WSADuplicateSocketA = unsafe extern "system" fn(
    s: SOCKET,
    dwprocessid: u32,
    lpprotocolinfo: *mut WSAPROTOCOL_INFOA,
) -> i32;
/// `WSADuplicateSocketW`, ws2_32.dll.
pub type WSADuplicateSocketW = unsafe extern "system" fn(
    s: SOCKET,
    dwprocessid: u32,
    lpprotocolinfo: *mut WSAPROTOCOL_INFOW,
) -> i32;
/// `WSAEnumNetworkEvents`, ws2_32.dll.
pub type WSAEnumNetworkEvents = unsafe extern "system" fn(
    s: SOCKET,
    heventobject: WSAEVENT,
    lpnetworkevents: *mut WSANETWORKEVENTS,
) -> i32;
/// `WSAEnumProtocolsA`, ws2_32.dll.
pub type WSAEnumProtocolsA = unsafe extern "system" fn(
    lpiprotocols: *const i32,
    lpprotocolbuffer: *mut WSAPROTOCOL_INFOA,
    lpdwbufferlength: *mut u32,
) -> i32;
/// `WSAEnumProtocolsW`, ws2_32.dll.
pub type WSAEnumProtocolsW = unsafe extern "system" fn(
    lpiprotocols: *const i32,
    lpprotocolbuffer: *mut WSAPROTOCOL_INFOW,
    lpdwbufferlength: *mut u32,
) -> i32;
/// `WSAEventSelect`, ws2_32.dll.
pub type WSAEventSelect =
    unsafe extern "system" fn(s: SOCKET, heventobject: WSAEVENT, lnetworkevents: i32) -> i32;
/// `WSAGetLastError`, ws2_32.dll.
pub type WSAGetLastError = unsafe extern "system" fn() -> WSA_ERROR;
/// `WSAGetOverlappedResult`, ws2_32.dll.
pub type WSAGetOverlappedResult = unsafe extern "system" fn(
    s: SOCKET,
    lpoverlapped: *const OVERLAPPED,
    lpcbtransfer: *mut u32,
    fwait: BOOL,
    lpdwflags: *mut u32,
) -> BOOL;
/// `WSAHtonl`, ws2_32.dll.
pub type WSAHtonl = unsafe extern "system" fn(s: SOCKET, hostlong: u32, lpnetlong: *mut u32) -> i32;
/// `WSAHtons`, ws2_32.dll.
pub type WSAHtons =
    unsafe extern "system" fn(s: SOCKET, hostshort: u16, lpnetshort: *mut u16) -> i32;
/// `WSAIoctl`, ws2_32.dll.
pub type WSAIoctl = unsafe extern "system" fn(
    s: SOCKET,
    dwiocontrolcode: u32,
    lpvinbuffer: *const core::ffi::c_void,
    cbinbuffer: u32,
    lpvoutbuffer: *mut core::ffi::c_void,
    cboutbuffer: u32,
    lpcbbytesreturned: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;
/// `WSANtohl`, ws2_32.dll.
pub type WSANtohl = unsafe extern "system" fn(s: SOCKET, netlong: u32, lphostlong: *mut u32) -> i32;
/// `WSANtohs`, ws2_32.dll.
pub type WSANtohs =
    unsafe extern "system" fn(s: SOCKET, netshort: u16, lphostshort: *mut u16) -> i32;
/// `WSAPoll`, ws2_32.dll.
pub type WSAPoll =
    unsafe extern "system" fn(fdarray: *mut WSAPOLLFD, fds: u32, timeout: i32) -> i32;
/// `WSARecv`, ws2_32.dll.
pub type WSARecv = unsafe extern "system" fn(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytesrecvd: *mut u32,
    lpflags: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;
/// `WSARecvDisconnect`, ws2_32.dll.
pub type WSARecvDisconnect =
    unsafe extern "system" fn(s: SOCKET, lpinbounddisconnectdata: *const WSABUF) -> i32;
/// `WSARecvFrom`, ws2_32.dll.
pub type WSARecvFrom = unsafe extern "system" fn(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytesrecvd: *mut u32,
    lpflags: *mut u32,
    lpfrom: *mut SOCKADDR,
    lpfromlen: *mut i32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;
/// `WSAResetEvent`, ws2_32.dll.
pub type WSAResetEvent = unsafe extern "system" fn(hevent: WSAEVENT) -> BOOL;
/// `WSASend`, ws2_32.dll.
pub type WSASend = unsafe extern "system" fn(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytessent: *mut u32,
    dwflags: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;
/// `WSASendDisconnect`, ws2_32.dll.
pub type WSASendDisconnect =
    unsafe extern "system" fn(s: SOCKET, lpoutbounddisconnectdata: *const WSABUF) -> i32;
/// `WSASendMsg`, ws2_32.dll.
pub type WSASendMsg = unsafe extern "system" fn(
    handle: SOCKET,
    lpmsg: *const WSAMSG,
    dwflags: u32,
    lpnumberofbytessent: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;
/// `WSASendTo`, ws2_32.dll.
pub type WSASendTo = unsafe extern "system" fn(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytessent: *mut u32,
    dwflags: u32,
    lpto: *const SOCKADDR,
    itolen: i32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;
/// `WSASetEvent`, ws2_32.dll.
pub type WSASetEvent = unsafe extern "system" fn(hevent: WSAEVENT) -> BOOL;
/// `WSASetLastError`, ws2_32.dll.
pub type WSASetLastError = unsafe extern "system" fn(ierror: i32);
/// `WSASocketA`, ws2_32.dll.
pub type WSASocketA = unsafe extern "system" fn(
    af: i32,
    r#type: i32,
    protocol: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    g: u32,
    dwflags: u32,
) -> SOCKET;
/// `WSASocketW`, ws2_32.dll.
pub type WSASocketW = unsafe extern "system" fn(
    af: i32,
    r#type: i32,
    protocol: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    g: u32,
    dwflags: u32,
) -> SOCKET;
/// `WSAStartup`, ws2_32.dll.
pub type WSAStartup =
    unsafe extern "system" fn(wversionrequested: u16, lpwsadata: *mut WSADATA) -> i32;
/// `WSAStringToAddressA`, ws2_32.dll.
pub type WSAStringToAddressA = unsafe extern "system" fn(
    addressstring: PCSTR,
    addressfamily: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    lpaddress: *mut SOCKADDR,
    lpaddresslength: *mut i32,
) -> i32;
/// `WSAStringToAddressW`, ws2_32.dll.
pub type WSAStringToAddressW = unsafe extern "system" fn(
    addressstring: PCWSTR,
    addressfamily: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    lpaddress: *mut SOCKADDR,
    lpaddresslength: *mut i32,
) -> i32;
/// `WSAWaitForMultipleEvents`, ws2_32.dll.
pub type WSAWaitForMultipleEvents = unsafe extern "system" fn(
    cevents: u32,
    lphevents: *const HANDLE,
    fwaitall: BOOL,
    dwtimeout: u32,
    falertable: BOOL,
) -> WAIT_EVENT;
/// `WaitCommEvent`, kernel32.dll.
pub type WaitCommEvent = unsafe extern "system" fn(
    hfile: HANDLE,
    lpevtmask: *mut COMM_EVENT_MASK,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `WaitForMultipleObjects`, kernel32.dll.
pub type WaitForMultipleObjects = unsafe extern "system" fn(
    ncount: u32,
    lphandles: *const HANDLE,
    bwaitall: BOOL,
    dwmilliseconds: u32,
) -> WAIT_EVENT;
/// `WaitForMultipleObjectsEx`, kernel32.dll.
pub type WaitForMultipleObjectsEx = unsafe extern "system" fn(
    ncount: u32,
    lphandles: *const HANDLE,
    bwaitall: BOOL,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> WAIT_EVENT;
/// `WaitForSingleObject`, kernel32.dll.
pub type WaitForSingleObject =
    unsafe extern "system" fn(hhandle: HANDLE, dwmilliseconds: u32) -> WAIT_EVENT;
/// `WaitForSingleObjectEx`, kernel32.dll.
pub type WaitForSingleObjectEx =
    unsafe extern "system" fn(hhandle: HANDLE, dwmilliseconds: u32, balertable: BOOL) -> WAIT_EVENT;
/// `WaitForThreadpoolIoCallbacks`, kernel32.dll.
pub type WaitForThreadpoolIoCallbacks =
    unsafe extern "system" fn(pio: PTP_IO, fcancelpendingcallbacks: BOOL);
/// `WaitForThreadpoolTimerCallbacks`, kernel32.dll.
pub type WaitForThreadpoolTimerCallbacks =
    unsafe extern "system" fn(pti: PTP_TIMER, fcancelpendingcallbacks: BOOL);
/// `WaitForThreadpoolWaitCallbacks`, kernel32.dll.
pub type WaitForThreadpoolWaitCallbacks =
    unsafe extern "system" fn(pwa: PTP_WAIT, fcancelpendingcallbacks: BOOL);
/// `WaitForThreadpoolWorkCallbacks`, kernel32.dll.
pub type WaitForThreadpoolWorkCallbacks =
    unsafe extern "system" fn(pwk: PTP_WORK, fcancelpendingcallbacks: BOOL);
/// `WaitMessage`, user32.dll.
pub type WaitMessage = unsafe extern "system" fn() -> BOOL;
/// `WaitNamedPipeA`, kernel32.dll.
pub type WaitNamedPipeA = unsafe extern "system" fn(lpnamedpipename: PCSTR, ntimeout: u32) -> BOOL;
/// `WaitNamedPipeW`, kernel32.dll.
pub type WaitNamedPipeW = unsafe extern "system" fn(lpnamedpipename: PCWSTR, ntimeout: u32) -> BOOL;
/// `WaitOnAddress`, api-ms-win-core-synch-l1-2-0.dll.
pub type WaitOnAddress = unsafe extern "system" fn(
    address: *const core::ffi::c_void,
    compareaddress: *const core::ffi::c_void,
    addresssize: usize,
    dwmilliseconds: u32,
) -> BOOL;
/// `WakeAllConditionVariable`, kernel32.dll.
pub type WakeAllConditionVariable =
    unsafe extern "system" fn(conditionvariable: *mut CONDITION_VARIABLE);
/// `WakeByAddressAll`, api-ms-win-core-synch-l1-2-0.dll.
pub type WakeByAddressAll = unsafe extern "system" fn(address: *const core::ffi::c_void);
/// `WakeByAddressSingle`, api-ms-win-core-synch-l1-2-0.dll.
pub type WakeByAddressSingle = unsafe extern "system" fn(address: *const core::ffi::c_void);
/// `WakeConditionVariable`, kernel32.dll.
pub type WakeConditionVariable =
    unsafe extern "system" fn(conditionvariable: *mut CONDITION_VARIABLE);
/// `WideCharToMultiByte`, kernel32.dll.
pub type WideCharToMultiByte = unsafe extern "system" fn(
    codepage: u32,
    dwflags: u32,
    lpwidecharstr: PCWSTR,
    cchwidechar: i32,
    lpmultibytestr: PSTR,
    cbmultibyte: i32,
    lpdefaultchar: PCSTR,
    lpuseddefaultchar: *mut BOOL,
) -> i32;
/// `WriteConsoleA`, kernel32.dll.
pub type WriteConsoleA = unsafe extern "system" fn(
    hconsoleoutput: HANDLE,
    lpbuffer: PCSTR,
    nnumberofcharstowrite: u32,
    lpnumberofcharswritten: *mut u32,
    lpreserved: *const core::ffi::c_void,
) -> BOOL;
/// `WriteConsoleInputA`, kernel32.dll.
pub type WriteConsoleInputA = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *const INPUT_RECORD,
    nlength: u32,
    lpnumberofeventswritten: *mut u32,
) -> BOOL;
/// `WriteConsoleInputW`, kernel32.dll.
pub type WriteConsoleInputW = unsafe extern "system" fn(
    hconsoleinput: HANDLE,
    lpbuffer: *const INPUT_RECORD,
    nlength: u32,
    lpnumberofeventswritten: *mut u32,
) -> BOOL;
/// `WriteConsoleW`, kernel32.dll.
pub type WriteConsoleW = unsafe extern "system" fn(
    hconsoleoutput: HANDLE,
    lpbuffer: PCWSTR,
    nnumberofcharstowrite: u32,
    lpnumberofcharswritten: *mut u32,
    lpreserved: *const core::ffi::c_void,
) -> BOOL;
/// `WriteFile`, kernel32.dll.
pub type WriteFile = unsafe extern "system" fn(
    hfile: HANDLE,
    lpbuffer: *const u8,
    nnumberofbytestowrite: u32,
    lpnumberofbyteswritten: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `WriteFileEx`, kernel32.dll.
pub type WriteFileEx = unsafe extern "system" fn(
    hfile: HANDLE,
    lpbuffer: *const u8,
    nnumberofbytestowrite: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL;
/// `WriteFileGather`, kernel32.dll.
pub type WriteFileGather = unsafe extern "system" fn(
    hfile: HANDLE,
    asegmentarray: *const FILE_SEGMENT_ELEMENT,
    nnumberofbytestowrite: u32,
    lpreserved: *const u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL;
/// `__WSAFDIsSet`, ws2_32.dll.
pub type __WSAFDIsSet = unsafe extern "system" fn(fd: SOCKET, param1: *mut FD_SET) -> i32;
/// `accept`, ws2_32.dll.
pub type accept =
    unsafe extern "system" fn(s: SOCKET, addr: *mut SOCKADDR, addrlen: *mut i32) -> SOCKET;
/// `bind`, ws2_32.dll.
pub type bind = unsafe extern "system" fn(s: SOCKET, name: *const SOCKADDR, namelen: i32) -> i32;
/// `closesocket`, ws2_32.dll.
pub type closesocket = unsafe extern "system" fn(s: SOCKET) -> i32;
/// `connect`, ws2_32.dll.
pub type connect = unsafe extern "system" fn(s: SOCKET, name: *const SOCKADDR, namelen: i32) -> i32;
/// `freeaddrinfo`, ws2_32.dll.
pub type freeaddrinfo = unsafe extern "system" fn(paddrinfo: *const ADDRINFOA);
/// `getaddrinfo`, ws2_32.dll.
pub type getaddrinfo = unsafe extern "system" fn(
    pnodename: PCSTR,
    pservicename: PCSTR,
    phints: *const ADDRINFOA,
    ppresult: *mut *mut ADDRINFOA,
) -> i32;
/// `gethostbyaddr`, ws2_32.dll.
pub type gethostbyaddr =
    unsafe extern "system" fn(addr: PCSTR, len: i32, r#type: i32) -> *mut HOSTENT;
/// `gethostbyname`, ws2_32.dll.
pub type gethostbyname = unsafe extern "system" fn(name: PCSTR) -> *mut HOSTENT;
/// `gethostname`, ws2_32.dll.
pub type gethostname = unsafe extern "system" fn(name: PSTR, namelen: i32) -> i32;
/// `getnameinfo`, ws2_32.dll.
pub type getnameinfo = unsafe extern "system" fn(
    psockaddr: *const SOCKADDR,
    sockaddrlength: socklen_t,
    pnodebuffer: PSTR,
    nodebuffersize: u32,
    pservicebuffer: PSTR,
    servicebuffersize: u32,
    flags: i32,
) -> i32;
/// `getpeername`, ws2_32.dll.
pub type getpeername =
    unsafe extern "system" fn(s: SOCKET, name: *mut SOCKADDR, namelen: *mut i32) -> i32;
/// `getprotobyname`, ws2_32.dll.
pub type getprotobyname = unsafe extern "system" fn(name: PCSTR) -> *mut PROTOENT;
/// `getprotobynumber`, ws2_32.dll.
pub type getprotobynumber = unsafe extern "system" fn(number: i32) -> *mut PROTOENT;
/// `getservbyname`, ws2_32.dll.
pub type getservbyname = unsafe extern "system" fn(name: PCSTR, proto: PCSTR) -> *mut SERVENT;
/// `getservbyport`, ws2_32.dll.
pub type getservbyport = unsafe extern "system" fn(port: i32, proto: PCSTR) -> *mut SERVENT;
/// `getsockname`, ws2_32.dll.
pub type getsockname =
    unsafe extern "system" fn(s: SOCKET, name: *mut SOCKADDR, namelen: *mut i32) -> i32;
/// `getsockopt`, ws2_32.dll.
pub type getsockopt = unsafe extern "system" fn(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PSTR,
    optlen: *mut i32,
) -> i32;
/// `htonl`, ws2_32.dll.
pub type htonl = unsafe extern "system" fn(hostlong: u32) -> u32;
/// `htons`, ws2_32.dll.
pub type htons = unsafe extern "system" fn(hostshort: u16) -> u16;
/// `inet_addr`, ws2_32.dll.
pub type inet_addr = unsafe extern "system" fn(cp: PCSTR) -> u32;
/// `inet_ntoa`, ws2_32.dll.
pub type inet_ntoa = unsafe extern "system" fn(r#in: IN_ADDR) -> PSTR;
/// `inet_ntop`, ws2_32.dll.
pub type inet_ntop = unsafe extern "system" fn(
    family: i32,
    paddr: *const core::ffi::c_void,
    pstringbuf: PSTR,
    stringbufsize: usize,
) -> PCSTR;
/// `inet_pton`, ws2_32.dll.
pub type inet_pton = unsafe extern "system" fn(
    family: i32,
    pszaddrstring: PCSTR,
    paddrbuf: *mut core::ffi::c_void,
) -> i32;
/// `ioctlsocket`, ws2_32.dll.
pub type ioctlsocket = unsafe extern "system" fn(s: SOCKET, cmd: i32, argp: *mut u32) -> i32;
/// `listen`, ws2_32.dll.
pub type listen = unsafe extern "system" fn(s: SOCKET, backlog: i32) -> i32;
/// `lstrlenA`, kernel32.dll.
pub type lstrlenA = unsafe extern "system" fn(lpstring: PCSTR) -> i32;
/// `lstrlenW`, kernel32.dll.
pub type lstrlenW = unsafe extern "system" fn(lpstring: PCWSTR) -> i32;
/// `ntohl`, ws2_32.dll.
pub type ntohl = unsafe extern "system" fn(netlong: u32) -> u32;
/// `ntohs`, ws2_32.dll.
pub type ntohs = unsafe extern "system" fn(netshort: u16) -> u16;
/// `recv`, ws2_32.dll.
pub type recv =
    unsafe extern "system" fn(s: SOCKET, buf: PSTR, len: i32, flags: SEND_RECV_FLAGS) -> i32;
/// `recvfrom`, ws2_32.dll.
pub type recvfrom = unsafe extern "system" fn(
    s: SOCKET,
    buf: PSTR,
    len: i32,
    flags: i32,
    from: *mut SOCKADDR,
    fromlen: *mut i32,
) -> i32;
/// `select`, ws2_32.dll.
pub type select = unsafe extern "system" fn(
    nfds: i32,
    readfds: *mut FD_SET,
    writefds: *mut FD_SET,
    exceptfds: *mut FD_SET,
    timeout: *const TIMEVAL,
) -> i32;
/// `send`, ws2_32.dll.
pub type send =
    unsafe extern "system" fn(s: SOCKET, buf: PCSTR, len: i32, flags: SEND_RECV_FLAGS) -> i32;
/// `sendto`, ws2_32.dll.
pub type sendto = unsafe extern "system" fn(
    s: SOCKET,
    buf: PCSTR,
    len: i32,
    flags: i32,
    to: *const SOCKADDR,
    tolen: i32,
) -> i32;
/// `setsockopt`, ws2_32.dll.
pub type setsockopt = unsafe extern "system" fn(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PCSTR,
    optlen: i32,
) -> i32;
/// `shutdown`, ws2_32.dll.
pub type shutdown = unsafe extern "system" fn(s: SOCKET, how: WINSOCK_SHUTDOWN_HOW) -> i32;
/// `socket`, ws2_32.dll.
pub type socket =
    unsafe extern "system" fn(af: i32, r#type: WINSOCK_SOCKET_TYPE, protocol: i32) -> SOCKET;
/// `timeBeginPeriod`, winmm.dll.
pub type timeBeginPeriod = unsafe extern "system" fn(uperiod: u32) -> u32;
/// `timeEndPeriod`, winmm.dll.
pub type timeEndPeriod = unsafe extern "system" fn(uperiod: u32) -> u32;
/// `timeGetTime`, winmm.dll.
pub type timeGetTime = unsafe extern "system" fn() -> u32;
