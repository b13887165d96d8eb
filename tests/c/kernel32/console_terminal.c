// The console on a terminal of our own: the program starts itself again on a pseudo terminal.
// test: native Wine has its consoles from elsewhere; a pseudo terminal is Linux'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <winsock2.h>
#include <windows.h>
#include <wincon.h>
#include "check.h"

#define HANG_GUARD 20000

/* What the other side of the terminal is to type: the pipe's end that the child inherits. */
#define ORDERS 9

static void type(const char *text)
{
    REQUIRE(write(ORDERS, text, strlen(text)) == (ssize_t)strlen(text));
}

static HANDLE side(const char *name, DWORD access)
{
    return CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0,
                       NULL);
}

static void names(void)
{
    FACT("13.4", "CONIN$, CONOUT$, and CON by the access that is wanted");
    HANDLE input = side("CONIN$", GENERIC_READ | GENERIC_WRITE);
    HANDLE output = side("CONOUT$", GENERIC_READ | GENERIC_WRITE);
    HANDLE by_read = side("CON", GENERIC_READ), by_write = side("\\\\.\\CON", GENERIC_WRITE);
    CHECK(input != INVALID_HANDLE_VALUE && output != INVALID_HANDLE_VALUE);
    CHECK(by_read != INVALID_HANDLE_VALUE && by_write != INVALID_HANDLE_VALUE);
    CHECK(side("CON", GENERIC_READ | GENERIC_WRITE) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(GetFileType(input), FILE_TYPE_CHAR);
    DWORD mode;
    CHECK(GetConsoleMode(by_read, &mode) && mode & ENABLE_LINE_INPUT);
    CHECK(GetConsoleMode(by_write, &mode) && mode & ENABLE_PROCESSED_OUTPUT);
    CloseHandle(input);
    CloseHandle(output);
    CloseHandle(by_read);
    CloseHandle(by_write);
}

static void modes(HANDLE input)
{
    struct termios terminal;
    DWORD mode = 0;
    FACT("13.4", "lines, echo and Ctrl-C are the terminal's own modes");
    CHECK(GetConsoleMode(input, &mode));
    CHECK_EQ(mode & 7, ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
    CHECK(SetConsoleMode(input, mode & ~(DWORD)ENABLE_ECHO_INPUT));
    CHECK(tcgetattr(8, &terminal) == 0 && !(terminal.c_lflag & ECHO));
    CHECK(terminal.c_lflag & ICANON && terminal.c_lflag & ISIG);
    CHECK(GetConsoleMode(input, &mode) && !(mode & ENABLE_ECHO_INPUT));
    FACT("13.4", "echo without lines, and what is no mode: 87");
    CHECK(!SetConsoleMode(input, ENABLE_ECHO_INPUT));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(!SetConsoleMode(input, 0x80000000));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    FACT("13.4", "what is no console: 6");
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(!GetConsoleMode(event, &mode));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CloseHandle(event);
    FACT("13.4", "the code page is UTF-8");
    CHECK_EQ(GetConsoleCP(), 65001);
    CHECK_EQ(GetConsoleOutputCP(), 65001);
    CHECK(SetConsoleOutputCP(65001));
    CHECK(!SetConsoleCP(437));
}

static void reading(HANDLE input)
{
    char text[20];
    wchar_t wide[20];
    DWORD count;
    FACT("13.4", "input is signalled while something can be read");
    CHECK_EQ(WaitForSingleObject(input, 0), WAIT_TIMEOUT);
    type("hello\n");
    CHECK_EQ(WaitForSingleObject(input, HANG_GUARD), WAIT_OBJECT_0);
    FACT("13.4", "a line ends with CR and LF; what does not fit is for the next call");
    CHECK(ReadConsoleA(input, text, 3, &count, NULL) && count == 3);
    CHECK(memcmp(text, "hel", 3) == 0);
    CHECK(ReadConsoleA(input, text, sizeof text, &count, NULL) && count == 4);
    CHECK(memcmp(text, "lo\r\n", 4) == 0);
    CHECK_EQ(WaitForSingleObject(input, 0), WAIT_TIMEOUT);
    FACT("13.4", "a wait that has begun ends when something is typed");
    type("\xc3\xa9\n");
    CHECK_EQ(WaitForSingleObject(input, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(ReadConsoleW(input, wide, 20, &count, NULL) && count == 3);
    CHECK(wide[0] == 0xe9 && wide[1] == '\r' && wide[2] == '\n');

    FACT("13.4", "without lines a read gets what there is");
    CHECK(SetConsoleMode(input, 0));
    type("x");
    CHECK(ReadConsoleA(input, text, sizeof text, &count, NULL) && count == 1 && text[0] == 'x');
    FACT("13.4", "flushed input is gone");
    type("y");
    CHECK_EQ(WaitForSingleObject(input, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(FlushConsoleInputBuffer(input));
    CHECK_EQ(WaitForSingleObject(input, 0), WAIT_TIMEOUT);
    HANDLE standard = GetStdHandle(STD_INPUT_HANDLE);
    type("z");
    CHECK_EQ(WaitForSingleObject(standard, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(ReadFile(standard, text, 1, &count, NULL) && count == 1 && text[0] == 'z');
}

/* The next record is this key, pressed or let go. */
static void key(HANDLE input, int down, WORD code, wchar_t text, DWORD held)
{
    INPUT_RECORD record = {0};
    DWORD count = 0;
    CHECK(ReadConsoleInputW(input, &record, 1, &count) && count == 1);
    CHECK_EQ(record.EventType, KEY_EVENT);
    const KEY_EVENT_RECORD *event = &record.Event.KeyEvent;
    CHECK(event->bKeyDown == down && event->wRepeatCount == 1);
    CHECK_EQ(event->wVirtualKeyCode, code);
    CHECK_EQ(event->uChar.UnicodeChar, text);
    CHECK_EQ(event->dwControlKeyState, held);
}

static void press(HANDLE input, WORD code, wchar_t text, DWORD held)
{
    key(input, TRUE, code, text, held);
    key(input, FALSE, code, text, held);
}

static DWORD WINAPI write_later(LPVOID input)
{
    INPUT_RECORD records[2] = {{.EventType = FOCUS_EVENT}, {.EventType = KEY_EVENT}};
    DWORD count = 0;
    records[0].Event.FocusEvent.bSetFocus = TRUE;
    records[1].Event.KeyEvent =
        (KEY_EVENT_RECORD){TRUE, 1, VK_RETURN, 28, {L'\r'}, CAPSLOCK_ON};
    return WriteConsoleInputW(input, records, 2, &count) && count == 2;
}

static void records(HANDLE input)
{
    INPUT_RECORD seen[8];
    char text[20];
    DWORD count = 9;
    FACT("13.4", "without input there are no records, and a look at them does not wait");
    CHECK(GetNumberOfConsoleInputEvents(input, &count) && count == 0);
    CHECK(PeekConsoleInputW(input, seen, 8, &count) && count == 0);
    FACT("13.4", "a character is a key that is pressed and let go");
    type("aZ\xc3\xa9");
    press(input, 'A', L'a', 0);
    press(input, 'Z', L'Z', SHIFT_PRESSED);
    press(input, 0, 0xe9, 0);
    FACT("13.4", "so are arrows and function keys, and Ctrl and Alt with letters");
    type("\x1b[A\x1bOQ\x1b[3~\x01\x1bx\r");
    press(input, VK_UP, 0, ENHANCED_KEY);
    press(input, VK_F2, 0, 0);
    press(input, VK_DELETE, 0, ENHANCED_KEY);
    press(input, 'A', 1, LEFT_CTRL_PRESSED);
    press(input, 'X', L'x', LEFT_ALT_PRESSED);
    press(input, VK_RETURN, L'\r', 0);
    FACT("13.4", "what was looked at is still there, and the handle is signalled until it is read");
    type("q");
    CHECK_EQ(WaitForSingleObject(input, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(PeekConsoleInputA(input, seen, 1, &count) && count == 1);
    CHECK_EQ(seen[0].Event.KeyEvent.uChar.AsciiChar, 'q');
    CHECK(GetNumberOfConsoleInputEvents(input, &count) && count == 2);
    CHECK_EQ(WaitForSingleObject(input, 0), WAIT_OBJECT_0);
    press(input, 'Q', L'q', 0);
    CHECK_EQ(WaitForSingleObject(input, 0), WAIT_TIMEOUT);
    FACT("13.4", "ReadConsoleInputA gives the bytes of a character one by one");
    type("\xc3\xa9");
    CHECK(ReadConsoleInputA(input, seen, 1, &count) && count == 1);
    CHECK_EQ(seen[0].Event.KeyEvent.uChar.AsciiChar, '\xc3');
    CHECK(ReadConsoleInputA(input, seen, 1, &count) && count == 1);
    CHECK_EQ(seen[0].Event.KeyEvent.uChar.AsciiChar, '\xa9');
    CHECK(ReadConsoleInputA(input, seen, 8, &count) && count == 2);
    CHECK(!seen[0].Event.KeyEvent.bKeyDown && !seen[1].Event.KeyEvent.bKeyDown);
    FACT("13.4", "WriteConsoleInput ends a read of records that waits");
    HANDLE writer = CreateThread(NULL, 0, write_later, input, 0, NULL);
    CHECK(ReadConsoleInputW(input, seen, 1, &count) && count == 1);
    CHECK(seen[0].EventType == FOCUS_EVENT && seen[0].Event.FocusEvent.bSetFocus);
    CHECK_EQ(WaitForSingleObject(writer, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(writer, &count) && count);
    key(input, TRUE, VK_RETURN, L'\r', CAPSLOCK_ON);
    CloseHandle(writer);
    FACT("13.4", "ReadConsole gets the characters of the records");
    CHECK(write_later(input));
    CHECK(ReadConsoleA(input, text, sizeof text, &count, NULL) && count == 1 && text[0] == '\r');
    FACT("13.4", "whole lines and echo do not count for records, and stay for the others");
    CHECK(SetConsoleMode(input, ENABLE_LINE_INPUT));
    type("s");
    press(input, 'S', L's', 0);
    CHECK(GetConsoleMode(input, &count) && count == ENABLE_LINE_INPUT);
    type("t");
    do
        count = GetNumberOfConsoleInputEvents(input, &count) ? count : 9;
    while (count < 2);
    CHECK_EQ(count, 2);
    type("u\n");
    CHECK(ReadConsoleA(input, text, sizeof text, &count, NULL) && count == 4);
    CHECK(memcmp(text, "tu\r\n", 4) == 0);
    FACT("13.4", "flushed records are gone");
    CHECK(write_later(input) && FlushConsoleInputBuffer(input));
    CHECK(GetNumberOfConsoleInputEvents(input, &count) && count == 0);
    FACT("13.4", "with ENABLE_VIRTUAL_TERMINAL_INPUT sequences are characters");
    CHECK(SetConsoleMode(input, ENABLE_VIRTUAL_TERMINAL_INPUT));
    type("\x1b[A");
    press(input, VK_ESCAPE, 27, 0);
    press(input, VK_OEM_4, L'[', 0);
    press(input, 'A', L'A', SHIFT_PRESSED);
    CHECK(SetConsoleMode(input, 0));
    FACT("13.4", "what is no console's input: 6");
    HANDLE output = side("CONOUT$", GENERIC_WRITE);
    CHECK(!ReadConsoleInputA(output, seen, 1, &count));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(!GetNumberOfConsoleInputEvents(output, &count));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CloseHandle(output);
}

static void screen(HANDLE output)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    DWORD count;
    FACT("13.4", "the screen is as large as the terminal");
    CHECK(GetConsoleScreenBufferInfo(output, &info));
    CHECK(info.dwSize.X == 100 && info.dwSize.Y == 30);
    CHECK(info.srWindow.Right == 99 && info.srWindow.Bottom == 29);
    FACT("13.4", "WriteConsole writes to CONOUT$");
    CHECK(WriteConsoleW(output, L"written", 7, &count, NULL) && count == 7);
}

static int child(void)
{
    HANDLE input = side("CONIN$", GENERIC_READ | GENERIC_WRITE);
    HANDLE output = side("CONOUT$", GENERIC_READ | GENERIC_WRITE);
    names();
    modes(input);
    reading(input);
    records(input);
    screen(output);
    return check_end();
}

/* Without a terminal: what the names mean then. */
static int without(void)
{
    FACT("13.4", "a process without a console: 6");
    CHECK(side("CONIN$", GENERIC_READ) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(side("CONOUT$", GENERIC_WRITE) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    return check_end();
}

/* Starts this program in a session of its own, on the terminal if there is one; its exit code. */
static pid_t start(char *own, const char *mode, const char *terminal, int orders)
{
    pid_t process = fork();
    if (process == 0) {
        setsid();
        if (terminal) {
            int fd = open(terminal, O_RDWR);
            dup2(fd, 0);
            dup2(fd, 8);
            dup2(orders, ORDERS);
        }
        execl("/proc/self/exe", own, mode, (char *)NULL);
        _exit(99);
    }
    return process;
}

static int end_of(pid_t process)
{
    int status = 0;
    return waitpid(process, &status, 0) == process && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int count, char **arguments)
{
    if (count > 1)
        return strcmp(arguments[1], "child") == 0 ? child() : without();
    struct winsize size = {30, 100, 0, 0};
    struct termios before, after;
    int orders[2], keyboard = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(keyboard >= 0 && grantpt(keyboard) == 0 && unlockpt(keyboard) == 0);
    REQUIRE(pipe(orders) == 0 && ioctl(keyboard, TIOCSWINSZ, &size) == 0);
    int screen = open(ptsname(keyboard), O_RDWR | O_NOCTTY);
    REQUIRE(tcgetattr(screen, &before) == 0);
    pid_t process = start(arguments[0], "child", ptsname(keyboard), orders[1]);
    close(orders[1]);
    char text[100];
    ssize_t length;
    /* Typed when the child asks for it; the pipe ends with the child. */
    while ((length = read(orders[0], text, sizeof text)) > 0)
        REQUIRE(write(keyboard, text, (size_t)length) == length);
    CHECK_EQ(end_of(process), 0);
    FACT("13.4", "the terminal is as it was before");
    CHECK(tcgetattr(screen, &after) == 0 && after.c_lflag == before.c_lflag);
    /* What was typed before the echo was off, and what was written. */
    length = read(keyboard, text, sizeof text);
    CHECK(length >= 7 && memcmp(text + length - 7, "written", 7) == 0);
    CHECK_EQ(end_of(start(arguments[0], "without", NULL, -1)), 0);
    return check_end();
}
