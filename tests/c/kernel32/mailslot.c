// Mailslots: names, messages and their limits, time-outs, the end.
#include <winsock2.h>
#include <windows.h>

#define NAME "\\\\.\\mailslot\\lapwing\\Test.1"
#include "check_mailslot.h"

static char bytes[100], more[100];

static void names(void)
{
    HANDLE slot, writer;

    FACT("18", "a mailslot's name begins with \\\\.\\mailslot\\");
    CHECK_REFUSED(CreateMailslotA("blah", 0, 0, NULL), ERROR_INVALID_NAME);
    CHECK_REFUSED(CreateMailslotA(NULL, 0, 0, NULL), ERROR_PATH_NOT_FOUND);

    FACT("18", "opening one that is not there: 2");
    CHECK_REFUSED(open_slot(NAME, GENERIC_WRITE), ERROR_FILE_NOT_FOUND);

    FACT("18", "the name is taken once, whatever its case, and is free again after the close");
    slot = slot_of(0, 0);
    CHECK_REFUSED(CreateMailslotA(NAME, 0, 0, NULL), ERROR_ALREADY_EXISTS);
    CHECK_REFUSED(CreateMailslotA("\\\\.\\MAILSLOT\\LAPWING\\test.1", 0, 0, NULL),
                  ERROR_ALREADY_EXISTS);
    CHECK(CloseHandle(slot));
    slot = slot_of(0, 0);

    FACT("18", "writers find it by any case");
    writer = writer_of("\\\\.\\MailSlot\\LAPWING\\test.1");
    put(writer, "case");
    expect(slot, "case");
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));

    FACT("18", "wide names are the same names");
    slot = CreateMailslotW(L"\\\\.\\mailslot\\lapwing\\Test.1", 0, 0, NULL);
    writer = writer_of(NAME);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
}

static void information(void)
{
    DWORD limit = 9, next = 9, count = 9, timeout = 9;
    HANDLE slot = slot_of(400, 5000), writer = writer_of(NAME);

    FACT("18", "GetMailslotInfo tells what was given, the next message and how many wait");
    CHECK(GetMailslotInfo(slot, &limit, &next, &count, &timeout));
    CHECK_EQ(limit, 400);
    CHECK_EQ(next, MAILSLOT_NO_MESSAGE);
    CHECK_EQ(count, 0);
    CHECK_EQ(timeout, 5000);
    CHECK(GetMailslotInfo(slot, NULL, NULL, NULL, NULL));
    put(writer, "abc");
    CHECK(GetMailslotInfo(slot, NULL, &next, &count, NULL));
    CHECK_EQ(next, 3);
    CHECK_EQ(count, 1);

    FACT("18", "SetMailslotInfo changes how long reads wait");
    CHECK(SetMailslotInfo(slot, 0));
    CHECK(GetMailslotInfo(slot, NULL, NULL, NULL, &timeout));
    CHECK_EQ(timeout, 0);
    expect(slot, "abc");
    expect_nothing(slot);

    FACT("18", "both are for the reading end only");
    CHECK_FAILS(GetMailslotInfo(writer, NULL, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(SetMailslotInfo(writer, 0), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(GetMailslotInfo(INVALID_HANDLE_VALUE, NULL, NULL, NULL, NULL),
                  ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));

    FACT("18", "all ones: any message, and a read that waits for ever");
    slot = slot_of((DWORD)-1, MAILSLOT_WAIT_FOREVER);
    CHECK(GetMailslotInfo(slot, &limit, NULL, NULL, &timeout));
    CHECK_EQ(limit, (DWORD)-1);
    CHECK_EQ(timeout, MAILSLOT_WAIT_FOREVER);
    CHECK(CloseHandle(slot));
}

static void messages(void)
{
    DWORD count = 99;
    HANDLE slot = slot_of(0, 0), writer = writer_of(NAME), second = writer_of(NAME);

    FACT("18", "an empty mailslot without a time-out: 121");
    expect_nothing(slot);
    CHECK_FAILS(ReadFile(slot, bytes, 0, &count, NULL), ERROR_SEM_TIMEOUT);

    FACT("18", "the reading end is not written, a writing end not read");
    CHECK_FAILS(WriteFile(slot, "x", 1, &count, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(ReadFile(writer, bytes, 15, &count, NULL), ERROR_ACCESS_DENIED);

    FACT("18", "messages of several writers come whole and in order");
    put(writer, "a");
    put(second, "bc");
    expect(slot, "a");
    expect(slot, "bc");
    expect_nothing(slot);

    CHECK(CloseHandle(second));
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
}

static struct check_thread reader;
static HANDLE read_from;
static BOOL was_read;
static DWORD read_error, read_count;

static void read_blocking(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&reader);
    was_read = ReadFile(read_from, more, 10, &read_count, NULL);
    read_error = GetLastError();
}

static void waiting(void)
{
    HANDLE slot = slot_of(0, 50), writer = writer_of(NAME);
    DWORD before, count;

    FACT("18", "a read waits for its time and ends with 121");
    before = GetTickCount();
    expect_nothing(slot);
    CHECK(GetTickCount() - before >= 40);

    FACT("18", "a message ends the wait of a blocked read");
    CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
    read_from = slot;
    check_thread_start(&reader, read_blocking, NULL);
    check_thread_wait_blocked(&reader);
    CHECK(WriteFile(writer, "now", 3, &count, NULL));
    check_thread_join(&reader);
    CHECK(was_read);
    CHECK_EQ(read_count, 3);
    CHECK_EQ(memcmp(more, "now", 3), 0);
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
}

static void ending(void)
{
    HANDLE slot = slot_of(0, 0), writer = writer_of(NAME);

    FACT("18", "nobody finds it after its end");
    CHECK(CloseHandle(writer));
    CHECK(CloseHandle(slot));
    CHECK_REFUSED(open_slot(NAME, GENERIC_WRITE), ERROR_FILE_NOT_FOUND);
}

int main(void)
{
    names();
    information();
    messages();
    waiting();
    ending();
    return check_end();
}
