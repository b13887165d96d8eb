/* Stands in front of glibc's <sys/types.h>, which <stdlib.h> draws in.
 *
 * glibc's u_long has 64 bits, Winsock's has 32.  glibc's is renamed; winsock2.h defines ours. */
#ifndef LAPWING_CRT_SYS_TYPES_H
#define LAPWING_CRT_SYS_TYPES_H
#pragma GCC system_header
#define u_long __glibc_u_long
#include_next <sys/types.h>
#undef u_long
#endif
