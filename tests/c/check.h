/* Checks for the C tests.  A test is a program that prints a transcript: the same natively and,
 * built by mingw-w64, under Wine.  So print nothing that differs from run to run: no handle, no
 * port, no time.
 *
 *   #include <winsock2.h>
 *   #include "check.h"
 *   int main(void)
 *   {
 *       FACT("2.3", "a closed port gives 735 to its waiters");
 *       CHECK(CloseHandle(port));
 *       CHECK_EQ(GetLastError(), ERROR_ABANDONED_WAIT_0);
 *       return check_end();
 *   }
 *
 * FACT(number, title)         begins what follows; number: the section of semantics.md
 * CHECK(condition)            prints "ok: condition" or "FAILED: condition"
 * CHECK_EQ(actual, expected)  the same for two integers or pointers, with both if they differ
 * CHECK_STR(actual, expected) the same for two strings
 * REQUIRE(condition)          CHECK, and the program ends if it fails: what follows makes no sense
 * SHOW(format, ...)           a line of its own in the transcript
 * check_end()                 prints "N checks, M failed"; the exit code: 0, or 1 if any failed
 *
 * Any thread may check; the order of lines of several threads is the test's to fix.
 */
#ifndef LAPWING_TESTS_CHECK_H
#define LAPWING_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACT(number, title) check_line("== %s %s\n", number, title)
#define SHOW(...) check_line_and_end(__VA_ARGS__)
#define CHECK(condition) \
    check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
#define CHECK_EQ(actual, expected) \
    check_equal((long long)(actual), (long long)(expected), #actual " == " #expected, \
                __FILE__, __LINE__)
#define CHECK_STR(actual, expected) \
    check_equal_text((actual), (expected), #actual " == " #expected, __FILE__, __LINE__)
#define REQUIRE(condition) \
    ((void)(CHECK(condition) || (fflush(stdout), exit(check_end()), 0)))

#define CHECK_UNUSED __attribute__((unused))

static int check_count, check_failed;

#define check_line(...) ((void)printf(__VA_ARGS__), (void)fflush(stdout))
#define check_line_and_end(...) \
    ((void)printf(__VA_ARGS__), (void)printf("\n"), (void)fflush(stdout))

/* All of these return whether the check succeeded. */
CHECK_UNUSED static int check_that(int succeeded, const char *text, const char *file, int line)
{
    __atomic_fetch_add(&check_count, 1, __ATOMIC_RELAXED);
    if (succeeded) {
        check_line("ok: %s\n", text);
    } else {
        __atomic_fetch_add(&check_failed, 1, __ATOMIC_RELAXED);
        check_line("FAILED: %s (%s:%d)\n", text, file, line);
    }
    return succeeded;
}

CHECK_UNUSED static int check_equal(long long actual, long long expected, const char *text,
                                    const char *file, int line)
{
    if (!check_that(actual == expected, text, file, line))
        check_line("  seen %lld (0x%llx), wanted %lld (0x%llx)\n", actual,
                   (unsigned long long)actual, expected, (unsigned long long)expected);
    return actual == expected;
}

CHECK_UNUSED static int check_equal_text(const char *actual, const char *expected,
                                         const char *text, const char *file, int line)
{
    int equal = actual && expected && strcmp(actual, expected) == 0;
    if (!check_that(equal, text, file, line))
        check_line("  seen \"%s\", wanted \"%s\"\n", actual ? actual : "(NULL)",
                   expected ? expected : "(NULL)");
    return equal;
}

CHECK_UNUSED static int check_end(void)
{
    check_line("%d checks, %d failed\n", check_count, check_failed);
    return check_failed != 0 || check_count == 0;
}

#endif
