/* io.h: files by number.  The numbers, the flags and what the calls do are Linux'; text is never
 * translated, so _O_TEXT and _O_BINARY are nothing. */
#ifndef _INC_IO
#define _INC_IO
#pragma GCC system_header
#include "_lapwing.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define _O_RDONLY O_RDONLY
#define _O_WRONLY O_WRONLY
#define _O_RDWR O_RDWR
#define _O_APPEND O_APPEND
#define _O_CREAT O_CREAT
#define _O_TRUNC O_TRUNC
#define _O_EXCL O_EXCL
#define _O_NOINHERIT 02000000 /* O_CLOEXEC */
#define _O_TEXT 0
#define _O_BINARY 0
#define _O_SEQUENTIAL 0
#define _O_RANDOM 0
#define O_TEXT 0
#define O_BINARY 0
#define _SH_DENYRW 0x10
#define _SH_DENYWR 0x20
#define _SH_DENYRD 0x30
#define _SH_DENYNO 0x40

LAPWING_BEGIN
int _open(const char *path, int flags, ...) __asm__("open");
int _creat(const char *path, int mode) __asm__("creat");
_CRTIMP int __cdecl _close(int fd);
_CRTIMP intptr_t __cdecl _get_osfhandle(int fd);
_CRTIMP int __cdecl _open_osfhandle(intptr_t osfhandle, int flags);
int _dup(int file) __asm__("dup");
int _dup2(int file, int other) __asm__("dup2");
int _isatty(int file) __asm__("isatty");
int _commit(int file) __asm__("fsync");
int _unlink(const char *path) __asm__("unlink");
int _chmod(const char *path, int mode) __asm__("chmod");
int _umask(int mode) __asm__("umask");
long _lseek(int file, long offset, int origin) __asm__("lseek");
__int64 _lseeki64(int file, __int64 offset, int origin) __asm__("lseek");
int _chsize(int file, long size) __asm__("ftruncate");
int __lapwing_access(const char *path, int mode) __asm__("access");
__int64 __lapwing_read(int file, void *buffer, size_t count) __asm__("read");
__int64 __lapwing_write(int file, const void *buffer, size_t count) __asm__("write");
LAPWING_END

FORCEINLINE int _read(int file, void *buffer, unsigned count) {
    return (int)__lapwing_read(file, buffer, count & 0x7fffffff);
}
FORCEINLINE int _write(int file, const void *buffer, unsigned count) {
    return (int)__lapwing_write(file, buffer, count & 0x7fffffff);
}
/* 0: it exists; 2, 4, 6: it can be written, read, both. */
FORCEINLINE int _access(const char *path, int mode) {
    return __lapwing_access(path, mode & 6);
}
FORCEINLINE errno_t _access_s(const char *path, int mode) {
    return _access(path, mode) ? errno : 0;
}
FORCEINLINE __int64 _telli64(int file) {
    return _lseeki64(file, 0, SEEK_CUR);
}
FORCEINLINE long _tell(int file) {
    return _lseek(file, 0, SEEK_CUR);
}
FORCEINLINE __int64 _filelengthi64(int file) {
    struct stat found;
    return fstat(file, &found) ? -1 : found.st_size;
}
FORCEINLINE long _filelength(int file) {
    return (long)_filelengthi64(file);
}
FORCEINLINE errno_t _chsize_s(int file, __int64 size) {
    return _chsize(file, (long)size) ? errno : 0;
}
FORCEINLINE int _eof(int file) {
    __int64 at = _telli64(file), end = _filelengthi64(file);
    return at < 0 || end < 0 ? -1 : at >= end;
}
/* The mode before, which is always the same. */
FORCEINLINE int _setmode(int file, int mode) {
    (void)mode;
    return fcntl(file, F_GETFD) < 0 ? -1 : _O_BINARY;
}
#define setmode _setmode
FORCEINLINE errno_t _sopen_s(int *file, const char *path, int flags, int sharing, int mode) {
    (void)sharing;
    if (!file) return EINVAL;
    *file = path ? _open(path, flags, mode) : -1;
    return *file >= 0 ? 0 : path ? errno : EINVAL;
}
static inline __attribute__((__unused__)) int _wopen(const wchar_t *path, int flags, ...) {
    va_list arguments;
    char *narrow = __lapwing_narrow(path);
    int mode, file;
    va_start(arguments, flags);
    mode = flags & _O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    file = narrow ? _open(narrow, flags, mode) : -1;
    __builtin_free(narrow);
    return file;
}
FORCEINLINE int _waccess(const wchar_t *path, int mode) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? _access(narrow, mode) : -1;
    __builtin_free(narrow);
    return result;
}
FORCEINLINE int _wunlink(const wchar_t *path) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? _unlink(narrow) : -1;
    __builtin_free(narrow);
    return result;
}
FORCEINLINE int _wchmod(const wchar_t *path, int mode) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? _chmod(narrow, mode) : -1;
    __builtin_free(narrow);
    return result;
}

#endif
