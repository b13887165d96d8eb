// \\.\PhysicalDrive5: a disk as a whole, which the configuration names.  Here it is a loop device.
// test: native Wine has the system's own disks
// test: mounts
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

#define LINUX_LOOP_SET_FD 0x4C00
#define LINUX_LOOP_CLR_FD 0x4C01
#define LINUX_LOOP_CTL_GET_FREE 0x4C82
#define SECTORS 128

static char loop_name[60];

/* Makes a file the content of a loop device; -1 where there are none. */
static int make_loop(int content)
{
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), loop = -1, attempt;

    for (attempt = 0; control >= 0 && attempt < 20 && loop < 0; attempt++) {
        snprintf(loop_name, sizeof loop_name, "/dev/loop%d",
                 ioctl(control, LINUX_LOOP_CTL_GET_FREE));
        loop = open(loop_name, O_RDWR | O_CLOEXEC);
        /* Somebody else may have taken it meanwhile. */
        if (loop >= 0 && ioctl(loop, LINUX_LOOP_SET_FD, content) != 0) {
            close(loop);
            loop = -1;
        }
    }
    if (control >= 0)
        close(control);
    return loop;
}

static HANDLE open_drive(DWORD access, DWORD disposition, DWORD flags)
{
    return CreateFileA("\\\\.\\PhysicalDrive5", access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       disposition, flags, NULL);
}

static void blocking(HANDLE drive)
{
    static char sector[512], again[512];
    LARGE_INTEGER size, place;
    DWORD count;

    FACT("D:CreateFile", "a physical drive is read and written in whole sectors");
    CHECK_EQ(GetFileType(drive), FILE_TYPE_DISK);
    memset(sector, 'a', sizeof sector);
    place.QuadPart = 512 * 3;
    CHECK(SetFilePointerEx(drive, place, NULL, FILE_BEGIN));
    CHECK(WriteFile(drive, sector, 512, &count, NULL) && count == 512);
    CHECK(SetFilePointerEx(drive, place, NULL, FILE_BEGIN));
    CHECK(ReadFile(drive, again, 512, &count, NULL) && count == 512);
    CHECK(!memcmp(sector, again, 512));
    CHECK_EQ(CODE(ReadFile(drive, again, 100, &count, NULL)), ERROR_INVALID_PARAMETER);
    CHECK_EQ(CODE(WriteFile(drive, again, 513, &count, NULL)), ERROR_INVALID_PARAMETER);

    FACT("dotnet/runtime 73669", "its size is told by a control code only");
    CHECK_EQ(CODE(GetFileSizeEx(drive, &size)), ERROR_INVALID_FUNCTION);
    place.QuadPart = 0;
    CHECK_EQ(CODE(SetFilePointerEx(drive, place, NULL, FILE_END)), ERROR_INVALID_FUNCTION);
}

static void overlapped(void)
{
    static char sector[512];
    HANDLE drive = open_drive(GENERIC_READ, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    OVERLAPPED request = {0};
    DWORD count = 0;

    FACT("D:CreateFile", "overlapped too");
    request.Offset = 512 * 3;
    CHECK(ReadFile(drive, sector, 512, NULL, &request) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(drive, &request, &count, TRUE) && count == 512);
    CHECK(sector[0] == 'a' && sector[511] == 'a');
    CHECK(CloseHandle(drive));
}

int main(void)
{
    int content = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), map, loop;
    char map_name[60];
    HANDLE drive;

    snprintf(map_name, sizeof map_name, "/tmp/lapwing-drive-map-%d", (int)getpid());
    map = open(map_name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    REQUIRE(content >= 0 && map >= 0 && ftruncate(content, 512 * SECTORS) == 0);
    loop = make_loop(content);
    if (loop < 0) {
        SHOW("there are no loop devices here");
        unlink(map_name);
        return check_end();
    }
    dprintf(map, "PhysicalDrive5 %s\n", loop_name);
    setenv("LAPWING_CONFIG", map_name, 1);
    drive = open_drive(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    /* It goes with the last descriptor. */
    CHECK(ioctl(loop, LINUX_LOOP_CLR_FD) == 0);
    blocking(drive);
    overlapped();
    CHECK(CloseHandle(drive));

    FACT("D:CreateFile", "only one that is there can be opened");
    CHECK(open_drive(GENERIC_READ, CREATE_NEW, 0) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    close(loop);
    close(content);
    unlink(map_name);
    return check_end();
}
