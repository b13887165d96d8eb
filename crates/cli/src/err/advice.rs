//! What a person should make of a code: what has happened, and what a server does about it.

/// The advice for a code.
pub fn of(code: u32) -> Option<&'static str> {
    ADVICE
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&code))
        .map(|(_, _, advice)| *advice)
}

/// From the first code to the last, both included.
const ADVICE: &[(u32, u32, &str)] = &[
    (
        6,
        6,
        "The handle is closed, was never given out, or is of another kind. Winsock says \
            10038 for the same. Most often a thread has closed it while another still used it: \
            let one place own the close, and close last.",
    ),
    (
        38,
        38,
        "Reading began at or behind the end of the file. It is how reading to the end ends, \
              not a failure.",
    ),
    (
        64,
        64,
        "The connection was reset: the peer's program closed it with data unread, ended, or \
              wanted to. This is how a completion port and GetOverlappedResult say what Winsock \
              calls WSAECONNRESET (10054); both are the status 0xC000020D. A server closes the \
              socket, frees what belongs to the connection, and goes on; it is everyday, so log \
              it quietly.",
    ),
    (
        87,
        87,
        "An argument is wrong. With overlapped functions of mswsock it means that the \
              OVERLAPPED is missing.",
    ),
    (109, 109, "The other end of the pipe is closed. A reader has had everything: it is the end."),
    (
        121,
        121,
        "A time ran out. At a completion port this is a connection whose packets are no \
                longer answered (Winsock: WSAETIMEDOUT): treat it like a reset.",
    ),
    (
        122,
        122,
        "The buffer has no room for the answer. From AcceptEx: each address area must be \
                16 bytes larger than the address; the connection still waits in the queue.",
    ),
    (
        234,
        234,
        "There is more than the buffer could take. Of a datagram the rest is lost, of a \
                message in a pipe it comes with the next read. Winsock says WSAEMSGSIZE (10040).",
    ),
    (
        258,
        258,
        "Nothing happened in time. From GetQueuedCompletionStatus the OVERLAPPED is NULL \
                and the other outputs are untouched. It is an answer, not a failure.",
    ),
    (
        735,
        735,
        "The port was closed while the thread waited for it: the usual way to send worker \
                threads home, if they hold no more requests.",
    ),
    (
        995,
        995,
        "The request was cancelled: by CancelIo, CancelIoEx, because its thread ended, or \
                because a listener was closed. Its memory is free again from here on, not \
                before. (A connected socket that is closed by its owner ends requests with 1236.)",
    ),
    (996, 996, "The request is still pending and the call did not want to wait."),
    (
        997,
        997,
        "Not an error: the request has begun and will complete later, by its event, its \
                routine or a packet. Keep the OVERLAPPED and the buffers until then.",
    ),
    (998, 998, "A pointer leads nowhere. Winsock says WSAEFAULT (10014)."),
    (
        1168,
        1168,
        "There was nothing to cancel: the request has completed already, and its \
                  completion has been or will be told. Wait for it all the same.",
    ),
    (1225, 1225, "Nobody listens at that address. Winsock says WSAECONNREFUSED (10061)."),
    (
        1236,
        1236,
        "This side has closed the socket while the request was pending. The completion is \
                  the last; free what belongs to it. Winsock says WSAECONNABORTED (10053).",
    ),
    (1400, 1400, "The window is destroyed, or the number never was a window's."),
    (
        1450,
        1450,
        "Memory or descriptors have run out. Have fewer requests pending at once, and \
                  look at ulimit -n. Winsock says WSAENOBUFS (10055).",
    ),
    (
        10004,
        10004,
        "A blocking call was interrupted because another thread closed the socket: \
                    the way to wake an accept that is to end.",
    ),
    (10009, 10009, "Winsock itself does not report it; old programs ask for it. See 10038."),
    (
        10013,
        10013,
        "Not allowed: a broadcast without SO_BROADCAST, a port below 1024 without \
                    the right, or an address that another socket holds exclusively or without \
                    SO_REUSEADDR on both.",
    ),
    (
        10014,
        10014,
        "A pointer leads nowhere, or a buffer or a length is too small for what must \
                    go into it: a sockaddr for accept and getsockname, a structure for an option.",
    ),
    (
        10022,
        10022,
        "An argument or the socket's state does not fit the call: bind twice, listen \
                    before bind, accept without listen, select with nothing to watch, a routine \
                    on a socket that has a port.",
    ),
    (10024, 10024, "No more sockets: look for sockets that are not closed, then at ulimit -n."),
    (
        10035,
        10035,
        "Nothing is there now and the socket does not block. Not a failure: wait with \
                    select, an event, a message or an overlapped request. After a connect it \
                    means that connecting goes on. While no send says so there is no FD_WRITE.",
    ),
    (
        10036,
        10036,
        "A blocking call runs in this thread already (Winsock 1.1). Lapwing does not \
                    report it.",
    ),
    (10037, 10037, "A connect is under way on this socket already. Wait for it to end."),
    (
        10038,
        10038,
        "This is no socket: it is closed, or was never given out. Numbers are used \
                    again, so a late closesocket may hit another connection: let one place own \
                    the close. select with a closed socket in a set fails so and leaves the sets \
                    as they were, so test its result before the sets.",
    ),
    (10039, 10039, "The socket has no peer and the call names none: use sendto or connect."),
    (
        10040,
        10040,
        "A datagram was larger than the buffer (what fits is there, the rest is lost), \
                    or larger than the protocol carries.",
    ),
    (
        10041,
        10043,
        "Family, type and protocol do not fit together, or there is no such option or \
                    protocol.",
    ),
    (10044, 10044, "There is no such type of socket in this family."),
    (
        10045,
        10045,
        "The socket's type has no such call: listen or accept on datagrams, urgent \
                    data or an unknown flag or command.",
    ),
    (
        10046,
        10047,
        "Such addresses are not supported, or are of another family than the socket's \
                    (an IPv4 address for an IPv6 socket).",
    ),
    (
        10048,
        10048,
        "Another socket has this address and port. On Windows, unlike Linux, old \
                    connections in TIME_WAIT do not count, so SO_REUSEADDR is not the remedy: \
                    another program runs, or this one twice. `ss -ltnp` says who.",
    ),
    (
        10049,
        10049,
        "The address is none of this machine's (bind), or none to connect to: port 0, \
                    or 0.0.0.0.",
    ),
    (
        10050,
        10052,
        "The network has no way there, or has lost it. Try again later; look at \
                    addresses and routes with `ip addr` and `ip route`.",
    ),
    (
        10053,
        10053,
        "This side has ended the connection: closed the socket while a request was \
                    pending, or sent to a peer that is gone. Events and window messages also say \
                    it for a reset by the peer. Free what belongs to the connection.",
    ),
    (
        10054,
        10054,
        "The peer has reset the connection: its program closed it with data unread, \
                    ended, or wanted to (SO_LINGER with 0). A completion port says 64 for the \
                    same, because it reads the one status 0xC000020D in Win32's words. On a \
                    datagram socket: an earlier datagram met a closed port (SIO_UDP_CONNRESET \
                    turns that off). A server closes the socket and goes on; it is everyday.",
    ),
    (
        10055,
        10055,
        "Memory or descriptors have run out. Have fewer requests pending at once, \
                    close idle connections, look at ulimit -n.",
    ),
    (
        10056,
        10056,
        "The socket has a peer already. After DisconnectEx it can be used again only \
                    with TF_REUSE_SOCKET.",
    ),
    (
        10057,
        10057,
        "The socket has no peer. After AcceptEx or ConnectEx, getpeername and shutdown \
                    say so until SO_UPDATE_ACCEPT_CONTEXT or SO_UPDATE_CONNECT_CONTEXT is set.",
    ),
    (
        10058,
        10058,
        "This side has shut down the direction: it cannot send after SD_SEND nor \
                    receive after SD_RECEIVE.",
    ),
    (10059, 10059, "Too many references to an object of the kernel. Lapwing does not report it."),
    (
        10060,
        10060,
        "The peer did not answer in time, or SO_RCVTIMEO or SO_SNDTIMEO has passed. \
                    After the latter the connection's state is unknown on Windows: close it.",
    ),
    (
        10061,
        10061,
        "Nobody listens at that address and port, or the backlog is full. Is the \
                    server started, and does it listen on this address and not on 127.0.0.1 \
                    only?",
    ),
    (10062, 10063, "A name cannot be resolved: too many links, or too long."),
    (10064, 10065, "The other computer is down or there is no way to it."),
    (10066, 10071, "From file systems and quotas; no call of Winsock's reports it."),
    (10091, 10091, "The network is not ready yet. Lapwing does not report it."),
    (10092, 10092, "WSAStartup was asked for a version that is not there: ask for 2.2."),
    (
        10093,
        10093,
        "WSAStartup has not been called, has failed, or WSACleanup has been called as \
                    often. Only WSAGetLastError and the byte order functions work without it.",
    ),
    (
        10101,
        10101,
        "The peer has ended its side in order. WSARecv on message-oriented protocols \
                    says so; TCP says 0 bytes.",
    ),
    (10102, 10103, "An enumeration or look-up has ended or was cancelled (old numbers)."),
    (10104, 10107, "A provider of Winsock's is broken. Lapwing has its own and no others."),
    (
        10108,
        10109,
        "There is no such service or class of addresses: getaddrinfo does not know the \
                    service's name for this type of socket.",
    ),
    (10110, 10110, "An enumeration is at its end."),
    (10111, 10111, "A look-up was cancelled (GetAddrInfoExCancel)."),
    (10112, 10112, "The name server refused the query."),
    (
        11001,
        11001,
        "There is no such host. Check the spelling; `getent hosts NAME` asks the same \
                    sources.",
    ),
    (
        11002,
        11002,
        "The name server did not answer: try again later. From WSAAccept: the \
                    condition function has put the connection off.",
    ),
    (11003, 11003, "The name server has failed for good, or the question was malformed."),
    (11004, 11004, "The name exists but has no address of the kind that was asked for."),
    (11005, 11031, "From Windows' quality of service, which Lapwing does not have."),
];
