// A handle of the wrong kind in every call for pipes, mailslots, serial ports and consoles.
#include <winsock2.h>
#include <windows.h>
#include "check_wrong_handle.h"

static char bytes[4096];
static DWORD number, count;
static OVERLAPPED overlapped;

#define INTO(type) ((type *)memset(bytes, 0, sizeof bytes))
#define DISK "file folder changes "
#define PIPES "pipe client reader writer "
#define OTHERS "socket slot sender "

/* What only asks is asked of anonymous pipes too (D:GetNamedPipeInfo). */
#define NAMED_PIPES(X) \
    X(ConnectNamedPipe, !ConnectNamedPipe(h, NULL), "- pipe reader 1 client writer " DISK OTHERS) \
    X(DisconnectNamedPipe, !DisconnectNamedPipe(h), \
      "- pipe reader 1 client writer " DISK OTHERS) \
    X(PeekNamedPipe, !PeekNamedPipe(h, NULL, 0, NULL, &count, NULL), \
      "- pipe client reader sender 5 writer 1 socket slot " DISK) \
    X(TransactNamedPipe, !TransactNamedPipe(h, bytes, 1, bytes, 1, &count, NULL), \
      "- folder changes slot sender " PIPES "1 file socket") \
    X(TransactNamedPipe_overlapped, \
      !TransactNamedPipe(h, bytes, 1, bytes, 1, &count, &overlapped), \
      "- folder changes slot sender " PIPES "1 file socket") \
    X(SetNamedPipeHandleState, (number = 0, !SetNamedPipeHandleState(h, &number, NULL, NULL)), \
      "- " PIPES OTHERS "87 " DISK) \
    X(GetNamedPipeHandleStateA, \
      !GetNamedPipeHandleStateA(h, &number, NULL, NULL, NULL, NULL, 0), \
      "- " PIPES OTHERS "87 " DISK) \
    X(GetNamedPipeHandleStateW, \
      !GetNamedPipeHandleStateW(h, &number, NULL, NULL, NULL, NULL, 0), \
      "- " PIPES OTHERS "87 " DISK) \
    X(GetNamedPipeInfo, !GetNamedPipeInfo(h, &number, NULL, NULL, NULL), \
      "- " PIPES OTHERS "87 " DISK) \
    X(GetNamedPipeClientProcessId, !GetNamedPipeClientProcessId(h, &number), \
      "- " PIPES "1 " DISK OTHERS) \
    X(GetNamedPipeServerProcessId, !GetNamedPipeServerProcessId(h, &number), \
      "- " PIPES "1 " DISK OTHERS) \
    X(GetNamedPipeClientSessionId, !GetNamedPipeClientSessionId(h, &number), \
      "- " PIPES "1 " DISK OTHERS) \
    X(GetNamedPipeServerSessionId, !GetNamedPipeServerSessionId(h, &number), \
      "- " PIPES "1 " DISK OTHERS) \
    X(ImpersonateNamedPipeClient, !ImpersonateNamedPipeClient(h), \
      "- pipe reader 1 client writer " DISK OTHERS)

#define MAILSLOTS(X) \
    X(GetMailslotInfo, !GetMailslotInfo(h, &number, NULL, NULL, NULL), \
      "- slot sender socket 87 " DISK PIPES) \
    X(SetMailslotInfo, !SetMailslotInfo(h, 0), "- slot sender socket 87 " DISK PIPES)

#define NO_SERIAL_PORT "1 " DISK PIPES OTHERS
#define SERIAL_PORTS(X) \
    X(GetCommState, !GetCommState(h, INTO(DCB)), NO_SERIAL_PORT) \
    X(SetCommState, (INTO(DCB)->DCBlength = sizeof(DCB), !SetCommState(h, (DCB *)bytes)), \
      NO_SERIAL_PORT) \
    X(GetCommTimeouts, !GetCommTimeouts(h, INTO(COMMTIMEOUTS)), NO_SERIAL_PORT) \
    X(SetCommTimeouts, !SetCommTimeouts(h, INTO(COMMTIMEOUTS)), NO_SERIAL_PORT) \
    X(GetCommMask, !GetCommMask(h, &number), NO_SERIAL_PORT) \
    X(SetCommMask, !SetCommMask(h, 0), NO_SERIAL_PORT) \
    X(GetCommModemStatus, !GetCommModemStatus(h, &number), NO_SERIAL_PORT) \
    X(ClearCommError, !ClearCommError(h, &number, NULL), NO_SERIAL_PORT) \
    X(ClearCommBreak, !ClearCommBreak(h), NO_SERIAL_PORT) \
    X(SetCommBreak, !SetCommBreak(h), NO_SERIAL_PORT) \
    X(EscapeCommFunction, !EscapeCommFunction(h, SETDTR), NO_SERIAL_PORT) \
    X(PurgeComm, !PurgeComm(h, PURGE_TXCLEAR), NO_SERIAL_PORT) \
    X(SetupComm, !SetupComm(h, 100, 100), NO_SERIAL_PORT) \
    X(TransmitCommChar, !TransmitCommChar(h, 'x'), NO_SERIAL_PORT) \
    X(WaitCommEvent, !WaitCommEvent(h, &number, &overlapped), NO_SERIAL_PORT) \
    X(WaitCommEvent_waiting, !WaitCommEvent(h, &number, NULL), NO_SERIAL_PORT)

#define CONSOLES(X) \
    X(GetConsoleMode, !GetConsoleMode(h, &number), "") \
    X(SetConsoleMode, !SetConsoleMode(h, 0), "") \
    X(FlushConsoleInputBuffer, !FlushConsoleInputBuffer(h), "") \
    X(GetConsoleScreenBufferInfo, \
      !GetConsoleScreenBufferInfo(h, INTO(CONSOLE_SCREEN_BUFFER_INFO)), "") \
    X(ReadConsoleA, !ReadConsoleA(h, bytes, 10, &count, NULL), "") \
    X(ReadConsoleW, !ReadConsoleW(h, bytes, 10, &count, NULL), "") \
    X(WriteConsoleA, !WriteConsoleA(h, bytes, 1, &count, NULL), "") \
    X(WriteConsoleW, !WriteConsoleW(h, bytes, 1, &count, NULL), "")

NAMED_PIPES(CHECK_WRONG_CALL)
MAILSLOTS(CHECK_WRONG_CALL)
SERIAL_PORTS(CHECK_WRONG_CALL)
CONSOLES(CHECK_WRONG_CALL)

static const struct check_wrong_call named_pipes[] = {NAMED_PIPES(CHECK_WRONG_ROW)};
static const struct check_wrong_call mailslots[] = {MAILSLOTS(CHECK_WRONG_ROW)};
static const struct check_wrong_call serial_ports[] = {SERIAL_PORTS(CHECK_WRONG_ROW)};
static const struct check_wrong_call consoles[] = {CONSOLES(CHECK_WRONG_ROW)};

static void anonymous_pipes(void)
{
    DWORD state = 9, instances = 9, flags = 9, in = 0, most = 9;
    HANDLE reader = check_handles[KIND_READER];
    FACT("12.5", "an anonymous pipe can be asked as a named one");
    CHECK(GetNamedPipeHandleStateA(reader, &state, &instances, NULL, NULL, NULL, 0));
    CHECK_EQ(state, PIPE_WAIT | PIPE_READMODE_BYTE);
    CHECK_EQ(instances, 1);
    CHECK(GetNamedPipeInfo(reader, &flags, NULL, &in, &most));
    CHECK_EQ(flags, PIPE_SERVER_END | PIPE_TYPE_BYTE);
    CHECK(in >= 4096);
    CHECK_EQ(most, 1);
}

int main(void)
{
    check_open_every_kind();
    FACT("13.8", "what is no such device is refused by every call for it");
    CHECK_WRONG_HANDLES(named_pipes, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(mailslots, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(serial_ports, ERROR_INVALID_HANDLE);
    CHECK_WRONG_HANDLES(consoles, ERROR_INVALID_HANDLE);
    anonymous_pipes();
    check_close_every_kind();
    return check_end();
}
