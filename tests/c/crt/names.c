/* Microsoft's names with an underscore, and the headers that have them. */
#include <windows.h>
#include <conio.h>
#include <crtdbg.h>
#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <malloc.h>
#include <process.h>
#include <sys/stat.h>
#include <sys/timeb.h>
#include <tchar.h>
#include <time.h>
#include <wchar.h>
#include "check.h"

static void texts(void)
{
    char text[16];
    wchar_t wide[16], *copy;

    FACT("14", "text");
    CHECK(_stricmp("Lapwing", "LAPWING") == 0 && _strnicmp("LAPdog", "lapwing", 3) == 0);
    CHECK(_memicmp("ABC", "abd", 2) == 0 && _memicmp("abc", "ABD", 3) < 0);
    CHECK_STR(_strrev(strcpy(text, "abc")), "cba");
    CHECK(_wcsicmp(L"Lapwing", L"LAPWING") == 0 && _wcsnicmp(L"LAPdog", L"lapwing", 3) == 0);
    copy = _wcsdup(L"abc");
    CHECK(wcscmp(_wcsupr(copy), L"ABC") == 0 && wcscmp(_wcsrev(copy), L"CBA") == 0);
    free(copy);
    CHECK(_snwprintf(wide, 4, L"%s", L"abc") == 3 && wcscmp(wide, L"abc") == 0);
    CHECK_EQ(_snwprintf(wide, 4, L"%s", L"abcde"), -1);
    CHECK_EQ(_wtoi(L"-12"), -12);
    CHECK(_wtoi64(L"5000000000") == 5000000000LL);
    CHECK(_tcscmp(_T("x"), TEXT("x")) == 0 && _ttoi(_T("5")) == 5);
    CHECK(_rotl(0x80000001u, 1) == 3 && _rotr(3u, 1) == 0x80000001u);
}

static void files(void)
{
    char buffer[8] = {0};
    struct _stat64 found;
    FILE *stream;
    int file;

    FACT("14", "files by number");
    CHECK_EQ(_mkdir("lapwing-crt.tmp"), 0);
    CHECK_EQ(_mkdir("lapwing-crt.tmp"), -1);
    CHECK_EQ(errno, EEXIST);
    file = _open("lapwing-crt.tmp/file", _O_CREAT | _O_RDWR | _O_TRUNC | _O_BINARY,
                 _S_IREAD | _S_IWRITE);
    REQUIRE(file >= 0);
    CHECK_EQ(_write(file, "abcdef", 6), 6);
    CHECK_EQ(_lseeki64(file, 2, SEEK_SET), 2);
    CHECK_EQ(_read(file, buffer, 7), 4);
    CHECK_STR(buffer, "cdef");
    CHECK_EQ(_eof(file), 1);
    CHECK_EQ(_filelength(file), 6);
    CHECK_EQ(_chsize(file, 3), 0);
    CHECK_EQ(_close(file), 0);
    CHECK(_stat64("lapwing-crt.tmp/file", &found) == 0 && found.st_size == 3);
    CHECK(_wstat64(L"lapwing-crt.tmp/file", &found) == 0 && (found.st_mode & _S_IFREG) != 0);
    CHECK_EQ(_access("lapwing-crt.tmp/file", 6), 0);
    CHECK_EQ(_access("lapwing-crt.tmp/none", 0), -1);
    stream = _wfopen(L"lapwing-crt.tmp/file", L"rb");
    CHECK(stream != NULL && _fseeki64(stream, 0, SEEK_END) == 0 && _ftelli64(stream) == 3);
    if (stream) fclose(stream);
    CHECK_EQ(_unlink("lapwing-crt.tmp/file"), 0);
    CHECK_EQ(_rmdir("lapwing-crt.tmp"), 0);
}

static void others(void)
{
    struct _timeb now;

    FACT("14", "process, time");
    CHECK_EQ(_getpid(), GetCurrentProcessId());
    _ftime(&now);
    CHECK(now.time > 1500000000 && now.millitm < 1000);
    CHECK(_time64(NULL) >= now.time);
    CHECK_EQ(_CrtDumpMemoryLeaks(), 0);
    *_errno() = ERANGE;
    CHECK_EQ(errno, ERANGE);
}

int main(void)
{
    texts();
    files();
    others();
    return check_end();
}
