// A serial port; a pseudo terminal is the line, and we are what is at its other end.
// test: native Wine's COM1 is the system's, and a pseudo terminal is Linux'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <winsock2.h>
#include <windows.h>
#include "check_thread.h"

#define HANG_GUARD 20000

static int line;
static HANDLE port;

static void arrive(const char *text)
{
    REQUIRE(write(line, text, strlen(text)) == (ssize_t)strlen(text));
}

/* Returns when so many bytes can be read. */
static void await_input(DWORD count)
{
    COMSTAT state;
    do
        REQUIRE(ClearCommError(port, NULL, &state));
    while (state.cbInQue < count);
}

/* These bytes have left the port. */
static void leave(const char *text)
{
    char seen[20] = "";
    size_t got = 0, length = strlen(text);
    while (got < length) {
        ssize_t count = read(line, seen + got, length - got);
        REQUIRE(count > 0);
        got += (size_t)count;
    }
    CHECK_STR(seen, text);
}

static HANDLE open_port(const char *name, DWORD flags, DWORD disposition)
{
    return CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, disposition, flags, NULL);
}

static void timeouts(HANDLE of, DWORD interval, DWORD multiplier, DWORD constant)
{
    COMMTIMEOUTS wanted = {interval, multiplier, constant, 0, 0};
    CHECK(SetCommTimeouts(of, &wanted));
}

static void opening(void)
{
    FACT("13.4", "COM1 by the configuration; one handle at a time, existing ports only");
    port = open_port("COM1", 0, OPEN_EXISTING);
    REQUIRE(port != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetFileType(port), FILE_TYPE_CHAR);
    CHECK(open_port("\\\\.\\COM1", 0, OPEN_EXISTING) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(open_port("COM2", 0, OPEN_EXISTING) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK(open_port("COM1", 0, CREATE_ALWAYS) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

static void settings(void)
{
    DCB block = {0};
    FACT("13.4", "a DCB is kept as it was set; what no port can do: 87, and nothing changes");
    CHECK(GetCommState(port, &block));
    CHECK(block.DCBlength == sizeof block && block.fBinary && block.ByteSize == 8);
    block.BaudRate = 115200;
    block.fOutX = 1;
    CHECK(SetCommState(port, &block));
    block.ByteSize = 9;
    CHECK(!SetCommState(port, &block));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(GetCommState(port, &block));
    CHECK(block.BaudRate == 115200 && block.fOutX && block.ByteSize == 8);

    FACT("13.4", "BuildCommDCB: the long form and the short one");
    CHECK(BuildCommDCBA("COM1: baud=1200 parity=E data=7 stop=2 dtr=off rts=hs", &block));
    CHECK(block.BaudRate == 1200 && block.Parity == EVENPARITY && block.ByteSize == 7);
    CHECK(block.StopBits == TWOSTOPBITS && !block.fDtrControl);
    CHECK_EQ(block.fRtsControl, RTS_CONTROL_HANDSHAKE);
    CHECK(BuildCommDCBW(L"96,n,8,1", &block));
    CHECK(block.BaudRate == 9600 && block.Parity == NOPARITY && block.StopBits == ONESTOPBIT);
    CHECK(!BuildCommDCBA("baud=fast", &block));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);

    FACT("13.4", "what is no serial port: 1");
    HANDLE file = CreateFileA("NUL", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(!GetCommState(file, &block));
    CHECK_EQ(GetLastError(), ERROR_INVALID_FUNCTION);
    CloseHandle(file);
    CHECK(SetupComm(port, 4096, 4096));
}

static void reading(void)
{
    char bytes[20] = "";
    DWORD count = 9;
    FACT("13.4", "interval MAXDWORD: what is there, at once");
    timeouts(port, MAXDWORD, 0, 0);
    CHECK(ReadFile(port, bytes, 10, &count, NULL));
    CHECK_EQ(count, 0);
    FACT("13.4", "a constant: what has come by then");
    timeouts(port, 0, 0, 20);
    CHECK(ReadFile(port, bytes, 10, &count, NULL));
    CHECK_EQ(count, 0);
    arrive("abc");
    await_input(3);
    CHECK(ReadFile(port, bytes, 10, &count, NULL));
    CHECK(count == 3 && memcmp(bytes, "abc", 3) == 0);
    FACT("13.4", "an interval: the end of a burst");
    timeouts(port, 10, 0, 0);
    arrive("de");
    await_input(2);
    CHECK(ReadFile(port, bytes, 10, &count, NULL));
    CHECK(count == 2 && memcmp(bytes, "de", 2) == 0);
    FACT("13.4", "interval and multiplier MAXDWORD: the first bytes in time");
    timeouts(port, MAXDWORD, MAXDWORD, HANG_GUARD);
    arrive("f");
    CHECK(ReadFile(port, bytes, 10, &count, NULL));
    CHECK_EQ(count, 1);
    FACT("13.4", "no times: all that is wanted");
    timeouts(port, 0, 0, 0);
    arrive("ghij");
    CHECK(ReadFile(port, bytes, 4, &count, NULL));
    CHECK(count == 4 && memcmp(bytes, "ghij", 4) == 0);
    CHECK(WriteFile(port, "written", 7, &count, NULL) && count == 7);
    leave("written");
    CHECK(TransmitCommChar(port, '!'));
    leave("!");
}

/* fNull. */
static void zeros(void)
{
    DCB block = {0};
    char bytes[20] = "";
    DWORD count = 0;
    FACT("13.4", "with fNull bytes of zero are not received");
    timeouts(port, 0, 0, 0);
    CHECK(GetCommState(port, &block));
    block.fNull = 1;
    CHECK(SetCommState(port, &block));
    REQUIRE(write(line, "\0a\0\0bc\0", 7) == 7);
    CHECK(ReadFile(port, bytes, 3, &count, NULL));
    CHECK(count == 3 && memcmp(bytes, "abc", 3) == 0);
    block.fNull = 0;
    CHECK(SetCommState(port, &block));
    CHECK(PurgeComm(port, PURGE_RXCLEAR));
}

static void queues(void)
{
    COMSTAT state;
    DWORD errors = 9, mask = 0;
    FACT("13.4", "ClearCommError counts what has arrived, PurgeComm forgets it");
    CHECK(SetCommMask(port, EV_RXCHAR));
    arrive("xyz");
    CHECK(WaitCommEvent(port, &mask, NULL) && mask == EV_RXCHAR);
    await_input(3);
    CHECK(ClearCommError(port, &errors, &state));
    CHECK(errors == 0 && state.cbInQue == 3);
    CHECK(PurgeComm(port, PURGE_RXCLEAR));
    CHECK(ClearCommError(port, NULL, &state) && state.cbInQue == 0);
    CHECK(!PurgeComm(port, 0x80));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

/* Overlapped, on a handle of its own. */
static void overlapped(void)
{
    char bytes[20] = "";
    DWORD count, mask = 77;
    OVERLAPPED reading = {0}, waiting = {0};
    reading.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    waiting.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CloseHandle(port);
    port = open_port("\\\\.\\COM1", FILE_FLAG_OVERLAPPED, OPEN_EXISTING);
    REQUIRE(port != INVALID_HANDLE_VALUE);
    FACT("4.4", "a read that waits is pending until all has come");
    CHECK(!ReadFile(port, bytes, 4, NULL, &reading));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    arrive("ab");
    arrive("cd");
    CHECK(GetOverlappedResult(port, &reading, &count, TRUE) && count == 4);
    CHECK(memcmp(bytes, "abcd", 4) == 0);
    FACT("13.4", "or until its time has passed: success with what has come");
    timeouts(port, 0, 0, 15);
    CHECK(!ReadFile(port, bytes, 4, NULL, &reading));
    CHECK(GetOverlappedResult(port, &reading, &count, TRUE) && count == 0);
    FACT("4.4", "PurgeComm ends it with 995");
    timeouts(port, 0, 0, 0);
    CHECK(!ReadFile(port, bytes, 4, NULL, &reading));
    CHECK(PurgeComm(port, PURGE_RXABORT));
    CHECK(!GetOverlappedResult(port, &reading, &count, TRUE));
    CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);

    FACT("4.4", "WaitCommEvent: without a mask 87, then pending until something happens");
    CHECK(SetCommMask(port, 0));
    CHECK(!WaitCommEvent(port, &mask, &waiting));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(SetCommMask(port, EV_RXCHAR));
    CHECK(GetCommMask(port, &mask) && mask == EV_RXCHAR);
    CHECK(!WaitCommEvent(port, &mask, &waiting));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK(!WaitCommEvent(port, &mask, &reading));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    arrive("e");
    CHECK(GetOverlappedResult(port, &waiting, &count, TRUE));
    CHECK_EQ(mask, EV_RXCHAR);
    CHECK(ReadFile(port, bytes, 1, &count, &reading) && bytes[0] == 'e');
    FACT("4.4", "SetCommMask ends the wait, with no event");
    mask = 77;
    CHECK(!WaitCommEvent(port, &mask, &waiting));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK(SetCommMask(port, EV_TXEMPTY));
    CHECK(GetOverlappedResult(port, &waiting, &count, TRUE));
    CHECK_EQ(mask, 0);
    FACT("13.4", "EV_TXEMPTY: the last byte has left");
    CHECK(!WaitCommEvent(port, &mask, &waiting));
    CHECK(WriteFile(port, "out", 3, &count, &reading));
    leave("out");
    CHECK(GetOverlappedResult(port, &waiting, &count, TRUE));
    CHECK_EQ(mask, EV_TXEMPTY);

    FACT("13.4", "SETXOFF holds what is written, SETXON lets it go");
    COMSTAT state;
    CHECK(EscapeCommFunction(port, SETXOFF));
    CHECK(ClearCommError(port, NULL, &state) && state.fXoffHold);
    CHECK(!WriteFile(port, "held", 4, NULL, &reading));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(reading.hEvent, 0), WAIT_TIMEOUT);
    CHECK(EscapeCommFunction(port, SETXON));
    CHECK(GetOverlappedResult(port, &reading, &count, TRUE) && count == 4);
    leave("held");
    CHECK(ClearCommError(port, NULL, &state) && !state.fXoffHold);

    FACT("4.4", "at a completion port; CancelIo; the close ends what is pending");
    HANDLE completion = CreateIoCompletionPort(port, NULL, 5, 0);
    ULONG_PTR key;
    OVERLAPPED *which, plain = {0};
    CHECK(!ReadFile(port, bytes, 1, NULL, &plain));
    arrive("f");
    CHECK(GetQueuedCompletionStatus(completion, &count, &key, &which, HANG_GUARD));
    CHECK(count == 1 && key == 5 && which == &plain);
    CHECK(!ReadFile(port, bytes, 1, NULL, &plain));
    CHECK(CancelIo(port));
    CHECK(!GetQueuedCompletionStatus(completion, &count, &key, &which, HANG_GUARD));
    CHECK(GetLastError() == ERROR_OPERATION_ABORTED && which == &plain);
    CHECK(!ReadFile(port, bytes, 1, NULL, &plain));
    CHECK(CloseHandle(port));
    CHECK(!GetQueuedCompletionStatus(completion, &count, &key, &which, HANG_GUARD));
    CHECK(GetLastError() == ERROR_OPERATION_ABORTED && which == &plain);
    CloseHandle(completion);
}

int main(void)
{
    char name[] = "/tmp/lapwing-serial-" "XX" "XX" "XX", text[80];
    line = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(line >= 0 && grantpt(line) == 0 && unlockpt(line) == 0);
    /* The line stays up when the port is closed. */
    int other = open(ptsname(line), O_RDWR | O_NOCTTY), file = mkstemp(name);
    REQUIRE(other >= 0 && file >= 0);
    snprintf(text, sizeof text, "COM1 %s\n", ptsname(line));
    REQUIRE(write(file, text, strlen(text)) == (ssize_t)strlen(text) && close(file) == 0);
    setenv("LAPWING_CONFIG", name, 1);
    opening();
    unlink(name);
    settings();
    reading();
    zeros();
    queues();
    overlapped();
    return check_end();
}
