/* Mailslots for the C tests.  Include <winsock2.h> and <windows.h> first, and define NAME: the
 * mailslot's. */
#ifndef LAPWING_TESTS_CHECK_MAILSLOT_H
#define LAPWING_TESTS_CHECK_MAILSLOT_H

#include "check_pipe.h"

static char check_text[16];

CHECK_UNUSED static HANDLE slot_of(DWORD limit, DWORD timeout)
{
    HANDLE slot = CreateMailslotA(NAME, limit, timeout, NULL);
    BOOL is_open = slot != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return slot;
}

CHECK_UNUSED static HANDLE open_slot(const char *name, DWORD access)
{
    return CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0,
                       NULL);
}

CHECK_UNUSED static HANDLE writer_of(const char *name)
{
    HANDLE writer = open_slot(name, GENERIC_WRITE);
    BOOL is_open = writer != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return writer;
}

CHECK_UNUSED static void put(HANDLE writer, const char *text)
{
    DWORD count = 99;
    CHECK(WriteFile(writer, text, strlen(text), &count, NULL) && count == strlen(text));
}

CHECK_UNUSED static void expect(HANDLE slot, const char *text)
{
    DWORD count = 99;
    memset(check_text, 0, 16);
    CHECK(ReadFile(slot, check_text, 15, &count, NULL));
    CHECK_EQ(count, strlen(text));
    CHECK_STR(check_text, text);
}

CHECK_UNUSED static void expect_nothing(HANDLE slot)
{
    DWORD count = 99;
    CHECK_FAILS(ReadFile(slot, check_text, 15, &count, NULL), ERROR_SEM_TIMEOUT);
    CHECK_EQ(count, 0);
}

#endif
