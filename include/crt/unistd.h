/* Stands in front of glibc's <unistd.h>, which libstdc++'s threads draw in.
 *
 * Two names clash: gethostname takes a size_t here and an int in Winsock; socklen_t is unsigned
 * here and signed there.  C++20's <thread> comes through this file, so the clash is not exotic. */
#ifndef LAPWING_CRT_UNISTD_H
#define LAPWING_CRT_UNISTD_H
#pragma GCC system_header
#define gethostname __glibc_gethostname
#define socklen_t __glibc_socklen_t
#include_next <unistd.h>
#undef gethostname
#undef socklen_t
#endif
