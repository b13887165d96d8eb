/* Stands in front of glibc's <sys/select.h>, which <sys/types.h> draws in.
 *
 * fd_set, select and the FD_ macros mean something else on Windows.  glibc's are renamed out of the
 * way, and an FD_SETSIZE that the program chose (it may do so before any header) survives.  What
 * stays is struct timeval, which this header is also the shortest way to. */
#ifndef LAPWING_CRT_SYS_SELECT_H
#define LAPWING_CRT_SYS_SELECT_H
#pragma GCC system_header
#pragma push_macro("FD_SETSIZE")
#undef FD_SETSIZE
#define fd_set __glibc_fd_set
#define select __glibc_select
#define pselect __glibc_pselect
#include_next <sys/select.h>
#undef fd_set
#undef select
#undef pselect
#undef FD_SET
#undef FD_CLR
#undef FD_ISSET
#undef FD_ZERO
#undef FD_SETSIZE
#pragma pop_macro("FD_SETSIZE")
#endif
