/* mstcpip.h: Microsoft's own control codes for TCP/IP, and helpers for addresses. */
#ifndef _MSTCPIP_
#define _MSTCPIP_
#pragma GCC system_header
#include "ws2ipdef.h"

/* SIO_KEEPALIVE_VALS: on or off, then two times in milliseconds. */
struct tcp_keepalive {
    ULONG onoff;
    ULONG keepalivetime;
    ULONG keepaliveinterval;
};

#define SIO_RCVALL _WSAIOW(IOC_VENDOR, 1)
#define SIO_RCVALL_MCAST _WSAIOW(IOC_VENDOR, 2)
#define SIO_RCVALL_IGMPMCAST _WSAIOW(IOC_VENDOR, 3)
#define SIO_KEEPALIVE_VALS _WSAIOW(IOC_VENDOR, 4)
#define SIO_ABSORB_RTRALERT _WSAIOW(IOC_VENDOR, 5)
#define SIO_UCAST_IF _WSAIOW(IOC_VENDOR, 6)
#define SIO_LIMIT_BROADCASTS _WSAIOW(IOC_VENDOR, 7)
#define SIO_INDEX_BIND _WSAIOW(IOC_VENDOR, 8)
#define SIO_INDEX_MCASTIF _WSAIOW(IOC_VENDOR, 9)
#define SIO_INDEX_ADD_MCAST _WSAIOW(IOC_VENDOR, 10)
#define SIO_INDEX_DEL_MCAST _WSAIOW(IOC_VENDOR, 11)
#define SIO_LOOPBACK_FAST_PATH _WSAIOW(IOC_VENDOR, 16)
#define SIO_TCP_INITIAL_RTO _WSAIOW(IOC_VENDOR, 17)
#define SIO_TCP_INFO _WSAIORW(IOC_VENDOR, 39)

typedef enum {
    RCVALL_OFF = 0,
    RCVALL_ON = 1,
    RCVALL_SOCKETLEVELONLY = 2,
    RCVALL_IPLEVEL = 3
} RCVALL_VALUE, *PRCVALL_VALUE;

#define TCP_INITIAL_RTO_UNSPECIFIED_RTT ((USHORT)-1)
#define TCP_INITIAL_RTO_UNSPECIFIED_MAX_SYN_RETRANSMISSIONS ((UCHAR)-1)
#define TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS ((UCHAR)-2)
#define TCP_INITIAL_RTO_DEFAULT_RTT 0
#define TCP_INITIAL_RTO_DEFAULT_MAX_SYN_RETRANSMISSIONS 0

typedef struct _TCP_INITIAL_RTO_PARAMETERS {
    USHORT Rtt;
    UCHAR MaxSynRetransmissions;
} TCP_INITIAL_RTO_PARAMETERS, *PTCP_INITIAL_RTO_PARAMETERS;

typedef enum _TCPSTATE {
    TCPSTATE_CLOSED,
    TCPSTATE_LISTEN,
    TCPSTATE_SYN_SENT,
    TCPSTATE_SYN_RCVD,
    TCPSTATE_ESTABLISHED,
    TCPSTATE_FIN_WAIT_1,
    TCPSTATE_FIN_WAIT_2,
    TCPSTATE_CLOSE_WAIT,
    TCPSTATE_CLOSING,
    TCPSTATE_LAST_ACK,
    TCPSTATE_TIME_WAIT,
    TCPSTATE_MAX
} TCPSTATE;

/* SIO_TCP_INFO: the input is the version that is wanted, 0 or 1. */
typedef struct _TCP_INFO_v0 {
    TCPSTATE State;
    ULONG Mss;
    ULONG64 ConnectionTimeMs;
    BOOLEAN TimestampsEnabled;
    ULONG RttUs;
    ULONG MinRttUs;
    ULONG BytesInFlight;
    ULONG Cwnd;
    ULONG SndWnd;
    ULONG RcvWnd;
    ULONG RcvBuf;
    ULONG64 BytesOut;
    ULONG64 BytesIn;
    ULONG BytesReordered;
    ULONG BytesRetrans;
    ULONG FastRetrans;
    ULONG DupAcksIn;
    ULONG TimeoutEpisodes;
    UCHAR SynRetrans;
} TCP_INFO_v0, *PTCP_INFO_v0;

typedef struct _TCP_INFO_v1 {
    TCPSTATE State;
    ULONG Mss;
    ULONG64 ConnectionTimeMs;
    BOOLEAN TimestampsEnabled;
    ULONG RttUs;
    ULONG MinRttUs;
    ULONG BytesInFlight;
    ULONG Cwnd;
    ULONG SndWnd;
    ULONG RcvWnd;
    ULONG RcvBuf;
    ULONG64 BytesOut;
    ULONG64 BytesIn;
    ULONG BytesReordered;
    ULONG BytesRetrans;
    ULONG FastRetrans;
    ULONG DupAcksIn;
    ULONG TimeoutEpisodes;
    UCHAR SynRetrans;
    ULONG SndLimTransRwin;
    ULONG SndLimTimeRwin;
    ULONG64 SndLimBytesRwin;
    ULONG SndLimTransCwnd;
    ULONG SndLimTimeCwnd;
    ULONG64 SndLimBytesCwnd;
    ULONG SndLimTransSnd;
    ULONG SndLimTimeSnd;
    ULONG64 SndLimBytesSnd;
} TCP_INFO_v1, *PTCP_INFO_v1;

/* The family, port and wildcard of an address whose family is only known at run time. */
#define SS_PORT(address) (((struct sockaddr_in *)(address))->sin_port)
#define INETADDR_PORT(address) SS_PORT(address)

FORCEINLINE BOOLEAN IN4_ADDR_EQUAL(const IN_ADDR *left, const IN_ADDR *right) {
    return (BOOLEAN)(left->S_un.S_addr == right->S_un.S_addr);
}
FORCEINLINE BOOLEAN IN6_ADDR_EQUAL(const IN6_ADDR *left, const IN6_ADDR *right) {
    return (BOOLEAN)(memcmp(left, right, sizeof(*left)) == 0);
}
FORCEINLINE VOID INETADDR_SETANY(PSOCKADDR address) {
    if (address->sa_family == AF_INET6) {
        ((PSOCKADDR_IN6)(void *)address)->sin6_addr = in6addr_any;
        ((PSOCKADDR_IN6)(void *)address)->sin6_scope_id = 0;
    } else {
        ((PSOCKADDR_IN)(void *)address)->sin_addr.S_un.S_addr = INADDR_ANY;
    }
}
FORCEINLINE VOID INETADDR_SETLOOPBACK(PSOCKADDR address) {
    if (address->sa_family == AF_INET6) {
        ((PSOCKADDR_IN6)(void *)address)->sin6_addr = in6addr_loopback;
        ((PSOCKADDR_IN6)(void *)address)->sin6_scope_id = 0;
    } else {
        ((PSOCKADDR_IN)(void *)address)->sin_addr.S_un.S_addr = __builtin_bswap32(INADDR_LOOPBACK);
    }
}
FORCEINLINE BOOLEAN INETADDR_ISANY(const SOCKADDR *address) {
    return address->sa_family == AF_INET6
        ? IN6_ADDR_EQUAL(&((const SOCKADDR_IN6 *)(const void *)address)->sin6_addr, &in6addr_any)
        : ((const SOCKADDR_IN *)(const void *)address)->sin_addr.S_un.S_addr == INADDR_ANY;
}
FORCEINLINE BOOLEAN INETADDR_ISLOOPBACK(const SOCKADDR *address) {
    return address->sa_family == AF_INET6
        ? IN6_ADDR_EQUAL(&((const SOCKADDR_IN6 *)(const void *)address)->sin6_addr,
                         &in6addr_loopback)
        : ((const SOCKADDR_IN *)(const void *)address)->sin_addr.S_un.S_un_b.s_b1 == 127;
}

#endif
