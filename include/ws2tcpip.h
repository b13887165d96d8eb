/* ws2tcpip.h: names and addresses for IPv4 and IPv6 alike. */
#ifndef _WS2TCPIP_H_
#define _WS2TCPIP_H_
#pragma GCC system_header
#include "winsock2.h"
#include "ws2ipdef.h"

typedef int socklen_t; /* as the SDK has it; glibc's is unsigned and stays out of sight */

#define UDP_NOCHECKSUM 1

#define NI_NOFQDN 0x01
#define NI_NUMERICHOST 0x02
#define NI_NAMEREQD 0x04
#define NI_NUMERICSERV 0x08
#define NI_DGRAM 0x10
#define NI_MAXHOST 1025
#define NI_MAXSERV 32

/* The resolver's results are Winsock errors: not negative, and FormatMessage knows them. */
#define EAI_AGAIN WSATRY_AGAIN
#define EAI_BADFLAGS WSAEINVAL
#define EAI_FAIL WSANO_RECOVERY
#define EAI_FAMILY WSAEAFNOSUPPORT
#define EAI_MEMORY WSA_NOT_ENOUGH_MEMORY
#define EAI_NOSECURENAME WSA_SECURE_HOST_NOT_FOUND
#define EAI_NODATA EAI_NONAME
#define EAI_NONAME WSAHOST_NOT_FOUND
#define EAI_SERVICE WSATYPE_NOT_FOUND
#define EAI_SOCKTYPE WSAESOCKTNOSUPPORT
#define EAI_IPSECPOLICY WSA_IPSEC_NAME_POLICY_ERROR

/* Called at the end of an overlapped GetAddrInfoExW, by a thread of the library's. */
typedef void(CALLBACK *LPLOOKUPSERVICE_COMPLETION_ROUTINE)(DWORD dwError, DWORD dwBytes,
                                                           LPWSAOVERLAPPED lpOverlapped);

LAPWING_BEGIN
WINSOCK_API_LINKAGE INT WSAAPI getaddrinfo(PCSTR pNodeName, PCSTR pServiceName,
                                           const ADDRINFOA *pHints, PADDRINFOA *ppResult)
    LAPWING_SYMBOL(getaddrinfo);
WINSOCK_API_LINKAGE VOID WSAAPI freeaddrinfo(PADDRINFOA pAddrInfo) LAPWING_SYMBOL(freeaddrinfo);
WINSOCK_API_LINKAGE INT WSAAPI getnameinfo(const SOCKADDR *pSockaddr, socklen_t SockaddrLength,
                                           PCHAR pNodeBuffer, DWORD NodeBufferSize,
                                           PCHAR pServiceBuffer, DWORD ServiceBufferSize,
                                           INT Flags)
    LAPWING_SYMBOL(getnameinfo);
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoW(PCWSTR pNodeName, PCWSTR pServiceName,
                                            const ADDRINFOW *pHints, PADDRINFOW *ppResult)
    LAPWING_LP64(GetAddrInfoW);
WINSOCK_API_LINKAGE VOID WSAAPI FreeAddrInfoW(PADDRINFOW pAddrInfo) LAPWING_LP64(FreeAddrInfoW);
WINSOCK_API_LINKAGE INT WSAAPI GetNameInfoW(const SOCKADDR *pSockaddr, socklen_t SockaddrLength,
                                            PWCHAR pNodeBuffer, DWORD NodeBufferSize,
                                            PWCHAR pServiceBuffer, DWORD ServiceBufferSize,
                                            INT Flags)
    LAPWING_LP64(GetNameInfoW);
/* The A form takes no time-out, OVERLAPPED, routine or handle. */
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoExA(
    PCSTR pName, PCSTR pServiceName, DWORD dwNameSpace, LPGUID lpNspId, const ADDRINFOEXA *hints,
    PADDRINFOEXA *ppResult, struct timeval *timeout, LPOVERLAPPED lpOverlapped,
    LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine, LPHANDLE lpNameHandle);
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoExW(
    PCWSTR pName, PCWSTR pServiceName, DWORD dwNameSpace, LPGUID lpNspId, const ADDRINFOEXW *hints,
    PADDRINFOEXW *ppResult, struct timeval *timeout, LPOVERLAPPED lpOverlapped,
    LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine, LPHANDLE lpHandle)
    LAPWING_LP64(GetAddrInfoExW);
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoExCancel(LPHANDLE lpHandle);
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoExOverlappedResult(LPOVERLAPPED lpOverlapped);
WINSOCK_API_LINKAGE void WSAAPI FreeAddrInfoEx(PADDRINFOEXA pAddrInfoEx);
WINSOCK_API_LINKAGE void WSAAPI FreeAddrInfoExW(PADDRINFOEXW pAddrInfoEx);
WINSOCK_API_LINKAGE INT WSAAPI inet_pton(INT Family, PCSTR pszAddrString, PVOID pAddrBuf)
    LAPWING_SYMBOL(inet_pton);
WINSOCK_API_LINKAGE INT WSAAPI InetPtonW(INT Family, PCWSTR pszAddrString, PVOID pAddrBuf)
    LAPWING_LP64(InetPtonW);
WINSOCK_API_LINKAGE PCSTR WSAAPI inet_ntop(INT Family, const VOID *pAddr, PSTR pStringBuf,
                                           size_t StringBufSize)
    LAPWING_SYMBOL(inet_ntop);
WINSOCK_API_LINKAGE PCWSTR WSAAPI InetNtopW(INT Family, const VOID *pAddr, PWSTR pStringBuf,
                                            size_t StringBufSize)
    LAPWING_LP64(InetNtopW);
LAPWING_END

/* The A names of these are other words for the old ones, not exports. */
#define GetAddrInfoA getaddrinfo
#define FreeAddrInfoA freeaddrinfo
#define GetNameInfoA getnameinfo
#define InetPtonA inet_pton
#define InetNtopA inet_ntop
#define FreeAddrInfoExA FreeAddrInfoEx
#ifdef UNICODE
# define FreeAddrInfoEx FreeAddrInfoExW
#endif
#define GetAddrInfoEx LAPWING_AW(GetAddrInfoEx)
#define GetAddrInfo LAPWING_AW(GetAddrInfo)
#define FreeAddrInfo LAPWING_AW(FreeAddrInfo)
#define GetNameInfo LAPWING_AW(GetNameInfo)
#define InetPton LAPWING_AW(InetPton)
#define InetNtop LAPWING_AW(InetNtop)

/* The text of an EAI_ value, in a buffer of the calling source: the next call overwrites it, and so
 * does another thread's, as on Windows. */
#define GAI_STRERROR_BUFFER_SIZE 1024
static inline char *gai_strerrorA(int ecode) {
    static char text[GAI_STRERROR_BUFFER_SIZE + 1];
    text[0] = '\0';
    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                       FORMAT_MESSAGE_MAX_WIDTH_MASK,
                   NULL, (DWORD)ecode, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), text,
                   GAI_STRERROR_BUFFER_SIZE, NULL);
    return text;
}
static inline WCHAR *gai_strerrorW(int ecode) {
    static WCHAR text[GAI_STRERROR_BUFFER_SIZE + 1];
    text[0] = L'\0';
    FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                       FORMAT_MESSAGE_MAX_WIDTH_MASK,
                   NULL, (DWORD)ecode, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), text,
                   GAI_STRERROR_BUFFER_SIZE, NULL);
    return text;
}
#define gai_strerror LAPWING_AW(gai_strerror)

/* Multicast, loopback and the other kinds of an IPv6 address. */
FORCEINLINE int IN6_IS_ADDR_UNSPECIFIED(const IN6_ADDR *address) {
    return memcmp(address, &in6addr_any, sizeof(*address)) == 0;
}
FORCEINLINE int IN6_IS_ADDR_LOOPBACK(const IN6_ADDR *address) {
    return memcmp(address, &in6addr_loopback, sizeof(*address)) == 0;
}
FORCEINLINE int IN6_IS_ADDR_MULTICAST(const IN6_ADDR *address) {
    return address->s6_bytes[0] == 0xff;
}
FORCEINLINE int IN6_IS_ADDR_LINKLOCAL(const IN6_ADDR *address) {
    return address->s6_bytes[0] == 0xfe && (address->s6_bytes[1] & 0xc0) == 0x80;
}
FORCEINLINE int IN6_IS_ADDR_SITELOCAL(const IN6_ADDR *address) {
    return address->s6_bytes[0] == 0xfe && (address->s6_bytes[1] & 0xc0) == 0xc0;
}
FORCEINLINE int IN6_IS_ADDR_V4MAPPED(const IN6_ADDR *address) {
    static const UCHAR prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(address, prefix, sizeof(prefix)) == 0;
}
FORCEINLINE int IN6_IS_ADDR_V4COMPAT(const IN6_ADDR *address) {
    return memcmp(address, &in6addr_any, 12) == 0 && address->s6_words[6] != 0;
}
#define IN6_IS_ADDR_MC_LINKLOCAL(address)                                                          \
    (IN6_IS_ADDR_MULTICAST(address) && ((address)->s6_bytes[1] & 0xf) == 2)

#endif
