/* winsock2.h: Winsock 2.  Addresses are in ws2def.h, the WSA functions in lapwing/winsock-wsa.h,
 * and what winsock.h of 1.1 declared is here: sockets, select, the old resolver. */
#ifndef _WINSOCK2API_
#define _WINSOCK2API_
#define _WINSOCKAPI_ /* a program tests it, or defines it, to keep winsock.h out of windows.h */
#pragma GCC system_header
#include "windows.h"
#include <sys/types.h>  /* through include/crt: leaves u_char, u_short, u_int; takes u_long away */
#include <sys/select.h> /* through include/crt: struct timeval, two longs in both worlds */

#if !defined(LAPWING_CRT_SYS_SELECT_H) || !defined(LAPWING_CRT_SYS_TYPES_H)
# error "put Lapwing's include/crt before the system's headers; `lapwing cc` does"
#endif

#include "ws2def.h"
#include "qos.h"

typedef unsigned int u_long; /* 32 bits, as on Windows */
#ifndef __u_char_defined     /* under -std=c99 glibc keeps these to itself */
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
#endif
typedef unsigned __int64 u_int64;

typedef UINT_PTR SOCKET;
#define INVALID_SOCKET ((SOCKET)(~0))
#define SOCKET_ERROR (-1)
#define FROM_PROTOCOL_INFO (-1)

/* select.  A set is a list of sockets, not of bits: FD_SETSIZE is the program's choice. */
#ifndef FD_SETSIZE
# define FD_SETSIZE 64
#endif
typedef struct fd_set {
    u_int fd_count;
    SOCKET fd_array[FD_SETSIZE];
} fd_set, FD_SET, *PFD_SET, *LPFD_SET;
/* The system's own, because the source says `long`: the export behind select takes 64-bit ones. */
typedef struct timeval TIMEVAL, *PTIMEVAL, *LPTIMEVAL;

#define FD_ZERO(set) (((fd_set *)(set))->fd_count = 0)
#define FD_ISSET(socket, set) __WSAFDIsSet((SOCKET)(socket), (fd_set *)(set))
#define FD_SET(socket, set) __lapwing_fd_set((SOCKET)(socket), (fd_set *)(set))
#define FD_CLR(socket, set) __lapwing_fd_clr((SOCKET)(socket), (fd_set *)(set))

/* Adds the socket unless it is there or the set is full. */
FORCEINLINE void __lapwing_fd_set(SOCKET socket, fd_set *set) {
    u_int i;
    for (i = 0; i < set->fd_count; i++)
        if (set->fd_array[i] == socket) return;
    if (set->fd_count < FD_SETSIZE) set->fd_array[set->fd_count++] = socket;
}
/* Removes the socket and closes the gap: the others keep their order. */
FORCEINLINE void __lapwing_fd_clr(SOCKET socket, fd_set *set) {
    u_int i;
    for (i = 0; i < set->fd_count; i++)
        if (set->fd_array[i] == socket) {
            for (; i + 1 < set->fd_count; i++) set->fd_array[i] = set->fd_array[i + 1];
            set->fd_count--;
            return;
        }
}

#ifndef timerisset /* <sys/time.h> has them too */
# define timerisset(value) ((value)->tv_sec || (value)->tv_usec)
# define timerclear(value) ((value)->tv_sec = (value)->tv_usec = 0)
# define timercmp(left, right, order)                                                              \
    ((left)->tv_sec == (right)->tv_sec ? (left)->tv_usec order(right)->tv_usec                     \
                                       : (left)->tv_sec order(right)->tv_sec)
#endif

/* ioctlsocket.  <sys/ioctl.h> may have been here before. */
#undef FIOASYNC
#undef FIONBIO
#undef FIONREAD
#undef SIOCATMARK
#undef _IO
#undef _IOR
#undef _IOW
#define _IO(x, y) (IOC_VOID | ((x) << 8) | (y))
#define _IOR(x, y, type) (IOC_OUT | (((LONG)sizeof(type) & IOCPARM_MASK) << 16) | ((x) << 8) | (y))
#define _IOW(x, y, type) (IOC_IN | (((LONG)sizeof(type) & IOCPARM_MASK) << 16) | ((x) << 8) | (y))
#define FIONREAD _IOR('f', 127, u_long)
#define FIONBIO _IOW('f', 126, u_long)
#define FIOASYNC _IOW('f', 125, u_long)
#define SIOCSHIWAT _IOW('s', 0, u_long)
#define SIOCGHIWAT _IOR('s', 1, u_long)
#define SIOCSLOWAT _IOW('s', 2, u_long)
#define SIOCGLOWAT _IOR('s', 3, u_long)
#define SIOCATMARK _IOR('s', 7, u_long)

/* The old resolver's answers live in the thread's own memory until its next such call. */
struct hostent {
    char *h_name;
    char **h_aliases;
    short h_addrtype;
    short h_length;
    char **h_addr_list;
#define h_addr h_addr_list[0]
};
struct netent {
    char *n_name;
    char **n_aliases;
    short n_addrtype;
    u_long n_net;
};
struct servent {
    char *s_name;
    char **s_aliases;
    char *s_proto; /* before s_port, unlike Linux and 32-bit Windows */
    short s_port;
};
struct protoent {
    char *p_name;
    char **p_aliases;
    short p_proto;
};
struct sockproto {
    u_short sp_family;
    u_short sp_protocol;
};
struct linger {
    u_short l_onoff;
    u_short l_linger; /* seconds */
};
typedef struct hostent HOSTENT, *PHOSTENT, *LPHOSTENT;
typedef struct servent SERVENT, *PSERVENT, *LPSERVENT;
typedef struct protoent PROTOENT, *PPROTOENT, *LPPROTOENT;
typedef struct linger LINGER, *PLINGER, *LPLINGER;

#define IMPLINK_IP 155
#define PF_UNSPEC AF_UNSPEC
#define PF_UNIX AF_UNIX
#define PF_INET AF_INET
#define PF_IPX AF_IPX
#define PF_INET6 AF_INET6
#define PF_IRDA AF_IRDA
#define PF_BTH AF_BTH
#define PF_MAX AF_MAX
#define SOMAXCONN 0x7fffffff
#define SOMAXCONN_HINT(backlog) (-(backlog))
#define SD_RECEIVE 0x00
#define SD_SEND 0x01
#define SD_BOTH 0x02
/* Of TCP's options the one that everybody sets; the others are in ws2ipdef.h. */
#define TCP_NODELAY 0x0001

#define SO_PROTOCOL_INFOA 0x2004
#define SO_PROTOCOL_INFOW 0x2005
#ifdef UNICODE
# define SO_PROTOCOL_INFO SO_PROTOCOL_INFOW
#else
# define SO_PROTOCOL_INFO SO_PROTOCOL_INFOA
#endif
#define PVD_CONFIG 0x3001
#define MSG_OOB 0x1
#define MSG_PEEK 0x2
#define MSG_DONTROUTE 0x4
#define MSG_WAITALL 0x8
#define MSG_PUSH_IMMEDIATE 0x20
#define MSG_PARTIAL 0x8000
#define MSG_INTERRUPT 0x10
#define MSG_MAXIOVLEN 16
#define MAXGETHOSTSTRUCT 1024
#define ADDR_ANY INADDR_ANY

/* Name spaces.  Names are found in the first two of them. */
#define NS_ALL 0
#define NS_DNS 12
#define NS_NETBT 13
#define NS_WINS 14
#define NS_NLA 15
#define NS_NTDS 32
#define NS_EMAIL 37

/* h_errno of BSD is the last error. */
#define h_errno WSAGetLastError()
#define HOST_NOT_FOUND WSAHOST_NOT_FOUND
#define TRY_AGAIN WSATRY_AGAIN
#define NO_RECOVERY WSANO_RECOVERY
#define NO_DATA WSANO_DATA
#define NO_ADDRESS WSANO_ADDRESS
#define WSANO_ADDRESS WSANO_DATA

#include "lapwing/winsock-types.h"

LAPWING_BEGIN
/* Sockets.  glibc exports most of these names too, so the object file has others. */
WINSOCK_API_LINKAGE SOCKET WSAAPI socket(int af, int type, int protocol) LAPWING_SYMBOL(socket);
WINSOCK_API_LINKAGE int WSAAPI bind(SOCKET s, const struct sockaddr *name, int namelen)
    LAPWING_SYMBOL(bind);
WINSOCK_API_LINKAGE int WSAAPI listen(SOCKET s, int backlog) LAPWING_SYMBOL(listen);
WINSOCK_API_LINKAGE SOCKET WSAAPI accept(SOCKET s, struct sockaddr *addr, int *addrlen)
    LAPWING_SYMBOL(accept);
WINSOCK_API_LINKAGE int WSAAPI connect(SOCKET s, const struct sockaddr *name, int namelen)
    LAPWING_SYMBOL(connect);
WINSOCK_API_LINKAGE int WSAAPI send(SOCKET s, const char *buf, int len, int flags)
    LAPWING_SYMBOL(send);
WINSOCK_API_LINKAGE int WSAAPI recv(SOCKET s, char *buf, int len, int flags) LAPWING_SYMBOL(recv);
WINSOCK_API_LINKAGE int WSAAPI sendto(SOCKET s, const char *buf, int len, int flags,
                                      const struct sockaddr *to, int tolen)
    LAPWING_SYMBOL(sendto);
WINSOCK_API_LINKAGE int WSAAPI recvfrom(SOCKET s, char *buf, int len, int flags,
                                        struct sockaddr *from, int *fromlen)
    LAPWING_SYMBOL(recvfrom);
WINSOCK_API_LINKAGE int WSAAPI shutdown(SOCKET s, int how) LAPWING_SYMBOL(shutdown);
WINSOCK_API_LINKAGE int WSAAPI closesocket(SOCKET s);
WINSOCK_API_LINKAGE int WSAAPI ioctlsocket(SOCKET s, LONG cmd, u_long *argp);
WINSOCK_API_LINKAGE int WSAAPI getsockopt(SOCKET s, int level, int optname, char *optval,
                                          int *optlen)
    LAPWING_LP64(getsockopt);
WINSOCK_API_LINKAGE int WSAAPI setsockopt(SOCKET s, int level, int optname, const char *optval,
                                          int optlen)
    LAPWING_SYMBOL(setsockopt);
WINSOCK_API_LINKAGE int WSAAPI getsockname(SOCKET s, struct sockaddr *name, int *namelen)
    LAPWING_SYMBOL(getsockname);
WINSOCK_API_LINKAGE int WSAAPI getpeername(SOCKET s, struct sockaddr *name, int *namelen)
    LAPWING_SYMBOL(getpeername);
WINSOCK_API_LINKAGE int WSAAPI select(int nfds, fd_set *readfds, fd_set *writefds,
                                      fd_set *exceptfds, const struct timeval *timeout)
    LAPWING_LP64(select);
WINSOCK_API_LINKAGE int WSAAPI __WSAFDIsSet(SOCKET fd, fd_set *set);

/* Byte order and text. */
WINSOCK_API_LINKAGE u_long WSAAPI htonl(u_long hostlong) LAPWING_SYMBOL(htonl);
WINSOCK_API_LINKAGE u_short WSAAPI htons(u_short hostshort) LAPWING_SYMBOL(htons);
WINSOCK_API_LINKAGE u_long WSAAPI ntohl(u_long netlong) LAPWING_SYMBOL(ntohl);
WINSOCK_API_LINKAGE u_short WSAAPI ntohs(u_short netshort) LAPWING_SYMBOL(ntohs);
WINSOCK_API_LINKAGE u_long WSAAPI inet_addr(const char *cp) LAPWING_SYMBOL(inet_addr);
WINSOCK_API_LINKAGE char *WSAAPI inet_ntoa(struct in_addr in) LAPWING_SYMBOL(inet_ntoa);

/* The old resolver. */
WINSOCK_API_LINKAGE int WSAAPI gethostname(char *name, int namelen) LAPWING_SYMBOL(gethostname);
WINSOCK_API_LINKAGE int WSAAPI GetHostNameW(PWSTR name, int namelen) LAPWING_LP64(GetHostNameW);
WINSOCK_API_LINKAGE struct hostent *WSAAPI gethostbyname(const char *name)
    LAPWING_SYMBOL(gethostbyname);
WINSOCK_API_LINKAGE struct hostent *WSAAPI gethostbyaddr(const char *addr, int len, int type)
    LAPWING_SYMBOL(gethostbyaddr);
WINSOCK_API_LINKAGE struct servent *WSAAPI getservbyname(const char *name, const char *proto)
    LAPWING_SYMBOL(getservbyname);
WINSOCK_API_LINKAGE struct servent *WSAAPI getservbyport(int port, const char *proto)
    LAPWING_SYMBOL(getservbyport);
WINSOCK_API_LINKAGE struct protoent *WSAAPI getprotobyname(const char *name)
    LAPWING_SYMBOL(getprotobyname);
WINSOCK_API_LINKAGE struct protoent *WSAAPI getprotobynumber(int number)
    LAPWING_SYMBOL(getprotobynumber);
LAPWING_END

#include "lapwing/winsock-wsa.h"
#include "lapwing/long-bend.h"

#endif
