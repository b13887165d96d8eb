/* winsock.h: Winsock 1.1.  Its functions are a part of Winsock 2, and the numbers in which the two
 * headers differ on Windows (IP_TTL and its neighbours) are wrong in the old one when the program
 * then runs on ws2_32; so this is the new header.  Its FD_SET is the old one, which does not look
 * whether the socket is there already. */
#pragma GCC system_header
#ifndef _WINSOCK2API_
# include "winsock2.h"
# undef FD_SET
# define FD_SET(socket, set) __lapwing_fd_add((SOCKET)(socket), (fd_set *)(set))
FORCEINLINE void __lapwing_fd_add(SOCKET socket, fd_set *set) {
    if (set->fd_count < FD_SETSIZE) set->fd_array[set->fd_count++] = socket;
}
#endif
