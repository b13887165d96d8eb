/* Stands in front of glibc's <sys/stat.h> and adds Microsoft's names: the structure is glibc's. */
#pragma GCC system_header
#include_next <sys/stat.h>
#ifndef LAPWING_CRT_SYS_STAT_H
#define LAPWING_CRT_SYS_STAT_H
#include "../lapwing/narrow-path.h"

#define _S_IFMT 0170000
#define _S_IFDIR 0040000
#define _S_IFCHR 0020000
#define _S_IFREG 0100000
#define _S_IREAD 0400
#define _S_IWRITE 0200
#define _S_IEXEC 0100

/* Each name is a structure's and a function's. */
#define _stat stat
#define _stati64 stat
#define _stat64 stat
#define __stat64 stat
#define _stat32 stat
#define _fstat fstat
#define _fstati64 fstat
#define _fstat64 fstat

LAPWING_CRT_INLINE int __lapwing_wstat(const wchar_t *path, struct stat *found) {
    char *narrow = __lapwing_narrow(path);
    int result = narrow ? stat(narrow, found) : -1;
    __builtin_free(narrow);
    return result;
}
#define _wstat __lapwing_wstat
#define _wstati64 __lapwing_wstat
#define _wstat64 __lapwing_wstat

#endif
