/* What the servers on epoll do for a connection that is ready. */
#ifndef ECHO_ONCE_H
#define ECHO_ONCE_H

#include "../echo.h"
#include <errno.h>

/* Sends back what is there; `ends` says that the end of the stream is.  0 when the connection goes
 * on.
 */
static inline int echo_once(int socket, char *buffer, size_t capacity, int ends)
{
    for (;;) {
        ssize_t received = recv(socket, buffer, capacity, MSG_DONTWAIT);
        if (received <= 0)
            return received < 0 && errno == EAGAIN ? 0 : -1;
        if (send_all(socket, buffer, (size_t)received) != 0)
            return -1;
        if ((size_t)received < capacity && !ends)
            return 0;
    }
}

#endif
