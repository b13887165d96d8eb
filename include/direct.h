/* direct.h: folders. */
#ifndef _INC_DIRECT
#define _INC_DIRECT
#pragma GCC system_header
#include "_lapwing.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

LAPWING_BEGIN
int _rmdir(const char *path) __asm__("rmdir");
int _chdir(const char *path) __asm__("chdir");
LAPWING_END

FORCEINLINE int _mkdir(const char *path) {
    return mkdir(path, 0777);
}
/* Without a buffer, one of the right size, for free(). */
FORCEINLINE char *_getcwd(char *buffer, int size) {
    return getcwd(buffer, buffer ? (size_t)size : 0);
}
FORCEINLINE int _wmkdir(const wchar_t *path) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? _mkdir(narrow) : -1;
    __builtin_free(narrow);
    return result;
}
FORCEINLINE int _wrmdir(const wchar_t *path) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? _rmdir(narrow) : -1;
    __builtin_free(narrow);
    return result;
}
FORCEINLINE int _wchdir(const wchar_t *path) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? _chdir(narrow) : -1;
    __builtin_free(narrow);
    return result;
}

#endif
