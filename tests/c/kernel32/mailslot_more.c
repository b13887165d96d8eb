// Mailslots: messages that do not fit, empty, many and long ones; the longest that is
// taken; overlapped reads.
// test: native Wine 8 keeps messages in a small socket, cuts them, reads only synchronously
#include <winsock2.h>
#include <windows.h>

#define NAME "\\\\.\\mailslot\\lapwing\\Many"
#include "check_mailslot.h"

static char bytes[300000], more[300000];

static void everywhere(void)
{
    HANDLE slot = slot_of(0, 0), writer;
    DWORD count;

    FACT("18", "\\\\* and this computer's names reach this machine's mailslots");
    writer = writer_of("\\\\*\\mailslot\\lapwing\\many");
    put(writer, "all");
    expect(slot, "all");
    CHECK(CloseHandle(writer));
    writer = writer_of("\\\\localhost\\mailslot\\lapwing\\many");
    CHECK(WriteFile(writer, "own", 3, &count, NULL));
    expect(slot, "own");
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
}

static void limit(void)
{
    HANDLE slot, writer;
    DWORD count;

    FACT("18", "a message longer than the mailslot takes: 87");
    slot = slot_of(4, 0);
    writer = writer_of(NAME);
    CHECK_FAILS(WriteFile(writer, "12345", 5, &count, NULL), ERROR_INVALID_PARAMETER);
    put(writer, "1234");
    expect(slot, "1234");
    expect_nothing(slot);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
}

static void counted(void)
{
    HANDLE slot = slot_of(0, 0), writer = writer_of(NAME);
    DWORD next = 99, waiting = 99;

    FACT("18", "messages are counted, and empty ones are messages");
    put(writer, "a");
    put(writer, "bc");
    put(writer, "");
    CHECK(GetMailslotInfo(slot, NULL, &next, &waiting, NULL));
    CHECK_EQ(next, 1);
    CHECK_EQ(waiting, 3);
    expect(slot, "a");
    expect(slot, "bc");
    CHECK(GetMailslotInfo(slot, NULL, &next, &waiting, NULL));
    CHECK_EQ(next, 0);
    CHECK_EQ(waiting, 1);
    expect(slot, "");
    expect_nothing(slot);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
}

static void overlapped(void)
{
    HANDLE port = check_port();
    HANDLE slot = slot_of(0, MAILSLOT_WAIT_FOREVER), writer = writer_of(NAME);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED first = {0}, second = {0}, third = {0};
    DWORD count;
    char one[8] = "", two[8] = "", three[8] = "";

    FACT("18", "overlapped reads wait, and messages end them in their order");
    first.hEvent = event;
    CHECK_FAILS(ReadFile(slot, one, 8, NULL, &first), ERROR_IO_PENDING);
    CHECK_FAILS(ReadFile(slot, two, 8, NULL, &second), ERROR_IO_PENDING);
    put(writer, "one");
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(slot, &first, &count, FALSE) && count == 3);
    CHECK_STR(one, "one");
    CHECK_FAILS(GetOverlappedResult(slot, &second, &count, FALSE), ERROR_IO_INCOMPLETE);

    put(writer, "two");
    CHECK(GetOverlappedResult(slot, &second, &count, TRUE) && count == 3);
    CHECK_STR(two, "two");

    FACT("18", "a read's time counts for overlapped reads too");
    CHECK(SetMailslotInfo(slot, 30));
    CHECK_FAILS(ReadFile(slot, one, 8, NULL, &first), ERROR_IO_PENDING);
    CHECK(!GetOverlappedResult(slot, &first, &count, TRUE));
    CHECK_EQ(GetLastError(), ERROR_SEM_TIMEOUT);
    CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));

    FACT("4.4", "a mailslot's reads complete to a port");
    CHECK_EQ(CreateIoCompletionPort(slot, port, 77, 0), port);
    CHECK_FAILS(ReadFile(slot, three, 8, NULL, &third), ERROR_IO_PENDING);
    put(writer, "three");
    CHECK_SUCCESS(port, 77, &third, 5);
    CHECK_STR(three, "three");

    FACT("6", "CancelIo and the close end a read with 995");
    CHECK_FAILS(ReadFile(slot, three, 8, NULL, &third), ERROR_IO_PENDING);
    CHECK(CancelIo(slot));
    CHECK_FAILURE(port, 77, &third, ERROR_OPERATION_ABORTED);
    CHECK_FAILS(ReadFile(slot, three, 8, NULL, &third), ERROR_IO_PENDING);
    CHECK(CloseHandle(slot));
    CHECK_FAILURE(port, 77, &third, ERROR_OPERATION_ABORTED);

    FACT("18", "writing after the reader's end: 38");
    CHECK_FAILS(WriteFile(writer, "x", 1, &count, NULL), ERROR_HANDLE_EOF);
    CHECK_REFUSED(open_slot(NAME, GENERIC_WRITE), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(event));
    CHECK(CloseHandle(port));
}

int main(void)
{
    HANDLE slot = slot_of(0, 0), writer = writer_of(NAME);
    DWORD count = 99, next = 99, waiting = 99;
    OVERLAPPED second = {0};
    char two[8] = "";

    FACT("18", "a message that does not fit: 122, and it stays");
    put(writer, "longer");
    CHECK_FAILS(ReadFile(slot, bytes, 5, &count, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(count, 0);
    expect(slot, "longer");

    FACT("18", "a message that a waiting read has no room for: 122, and it stays");
    CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
    CHECK_FAILS(ReadFile(slot, two, 8, NULL, &second), ERROR_IO_PENDING);
    put(writer, "too long a message");
    CHECK(!GetOverlappedResult(slot, &second, &count, TRUE));
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    CHECK(ReadFile(slot, bytes, 100, &count, NULL));
    CHECK_EQ(count, 18);

    FACT("18", "many messages wait for a reader, and their writer for nobody");
    for (int i = 0; i < 1000; i++) {
        char text[16];
        sprintf(text, "%d", i);
        if (!WriteFile(writer, text, strlen(text), &count, NULL))
            CHECK_EQ(i, 1000);
    }
    CHECK(GetMailslotInfo(slot, NULL, NULL, &waiting, NULL));
    CHECK_EQ(waiting, 1000);
    int in_order = 0;
    for (int i = 0; i < 1000; i++) {
        char text[16] = "";
        in_order += ReadFile(slot, text, 15, &count, NULL) && atoi(text) == i;
    }
    CHECK_EQ(in_order, 1000);

    FACT("18", "without a limit messages of any length are taken");
    for (DWORD i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31 >> 3);
    for (DWORD length = 60000; length <= sizeof bytes; length += 120000) {
        CHECK(WriteFile(writer, bytes, length, &count, NULL) && count == length);
        CHECK(GetMailslotInfo(slot, NULL, &next, NULL, NULL) && next == length);
        CHECK(ReadFile(slot, more, sizeof more, &count, NULL) && count == length);
        CHECK_EQ(memcmp(bytes, more, length), 0);
    }
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
    limit();
    everywhere();
    counted();
    overlapped();
    return check_end();
}
