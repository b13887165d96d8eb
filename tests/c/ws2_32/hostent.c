// The resolver of Winsock 1: hosts, services, protocols.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static void hosts(void)
{
    struct hostent *host;
    char name[256], small[1];
    char **list;

    FACT("14.2", "a hostent has short fields, and its parts lie in order (T:protocol:test_dns)");
    host = gethostbyname("127.0.0.1");
    REQUIRE(host != NULL);
    CHECK_EQ(host->h_addrtype, AF_INET);
    CHECK_EQ(host->h_length, 4);
    CHECK_STR(inet_ntoa(*(struct in_addr *)host->h_addr_list[0]), "127.0.0.1");
    CHECK(host->h_addr_list[1] == NULL);
    CHECK(host->h_aliases == (char **)(host + 1));
    for (list = host->h_aliases; *list; list++)
        ;
    CHECK(host->h_addr_list == list + 1);
    CHECK(host->h_addr_list[0] == (char *)(host->h_addr_list + 2));

    FACT("14.2", "this machine");
    CHECK_EQ(gethostname(name, sizeof name), 0);
    CHECK(gethostbyname(name) != NULL);
    CHECK(gethostbyname("") != NULL);
    CHECK_EQ(gethostname(NULL, 10), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    small[0] = '!';
    CHECK_EQ(gethostname(small, 1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(small[0], '!');
    host = gethostbyname("localhost");
    REQUIRE(host != NULL);
    CHECK_EQ(ntohl(((struct in_addr *)host->h_addr_list[0])->s_addr), INADDR_LOOPBACK);
}

static void services(void)
{
    struct servent *domain, *telnet;
    struct protoent *protocol;

    FACT("14.2", "services; a thread's record stays where it is (T:protocol:test_getservbyname)");
    domain = getservbyname("domain", "udp");
    REQUIRE(domain != NULL);
    CHECK_EQ(ntohs(domain->s_port), 53);
    CHECK_STR(domain->s_proto, "udp");
    CHECK_STR(domain->s_name, "domain");
    telnet = getservbyname("telnet", "tcp");
    CHECK(telnet == domain);
    CHECK_EQ(ntohs(telnet->s_port), 23);
    CHECK_STR(telnet->s_proto, "tcp");
    CHECK_STR(getservbyport(htons(80), "tcp")->s_name, "http");
    CHECK_STR(getservbyport(htons(80), NULL)->s_proto, "tcp");
    CHECK(getservbyname("nonexistentservice", NULL) == NULL);
    CHECK(getservbyname("telnet", "xyz") == NULL);

    FACT("14.2", "protocols (T:protocol:test_getprotobyname)");
    protocol = getprotobyname("TCP");
    REQUIRE(protocol != NULL);
    CHECK_EQ(protocol->p_proto, 6);
    CHECK_STR(protocol->p_name, "tcp");
    CHECK_STR(protocol->p_aliases[0], "TCP");
    CHECK(protocol->p_aliases[1] == NULL);
    CHECK_STR(getprotobynumber(17)->p_name, "udp");
    CHECK_STR(getprotobynumber(58)->p_name, "ipv6-icmp");
    CHECK(getprotobynumber(2) == NULL);
    CHECK(getprotobynumber(-1) == NULL);
    CHECK(getprotobyname("nonexistentprotocol") == NULL);
}

int main(void)
{
    check_net_start();
    hosts();
    services();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
