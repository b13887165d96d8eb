/* Which IOCTL_AFD_POLL ends which other (T:afd:test_poll_exclusive). */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define COUNT 4

static SOCKET control, sockets[2];
static struct poll polls[COUNT];

/* Asks for ever, on the control socket. */
static NTSTATUS ask_on(SOCKET file, int index, SOCKET socket, BOOL exclusive)
{
    poll_prepare(&polls[index], NEVER);
    poll_add(&polls[index], socket, EVERYTHING);
    polls[index].in.Exclusive = exclusive;
    return poll_send((HANDLE)file, &polls[index], NULL);
}

static NTSTATUS ask(int index, SOCKET socket, BOOL exclusive)
{
    return ask_on(control, index, socket, exclusive);
}

/* It has given way: success, and nothing found. */
static int gave_way(int index)
{
    return poll_ends(&polls[index]) && polls[index].block.Status == STATUS_SUCCESS &&
           polls[index].block.Information == POLL_SIZE(0) &&
           polls[index].out.NumberOfHandles == 0;
}

/* Ends everything on the control socket. */
static void end_all(void)
{
    int i;
    CancelIo((HANDLE)control);
    for (i = 0; i < COUNT; i++)
        if (polls[i].event) SetEvent(polls[i].event);
}

static DWORD WINAPI ask_in_thread(void *unused)
{
    (void)unused;
    CHECK_EQ(ask(1, control, TRUE), STATUS_PENDING);
    CHECK(gave_way(0));
    CHECK(poll_is_pending(&polls[1]));
    return 0;
}

static void one_socket(void)
{
    FACT("T:afd:test_poll_exclusive", "those that are not exclusive stand beside each other");
    CHECK_EQ(ask(0, sockets[0], FALSE), STATUS_PENDING);
    CHECK_EQ(ask(1, sockets[0], FALSE), STATUS_PENDING);
    CHECK(poll_is_pending(&polls[0]) && poll_is_pending(&polls[1]));
    end_all();

    FACT("T:afd:test_poll_exclusive", "an exclusive one gives way to the next exclusive one");
    CHECK_EQ(ask(0, sockets[0], TRUE), STATUS_PENDING);
    CHECK_EQ(ask(1, sockets[0], TRUE), STATUS_PENDING);
    CHECK(gave_way(0));
    CHECK(poll_is_pending(&polls[1]));
    CHECK_EQ(ask(2, sockets[0], TRUE), STATUS_PENDING);
    CHECK(gave_way(1));
    end_all();

    FACT("T:afd:test_poll_exclusive", "a first one that is not exclusive shields those after it");
    CHECK_EQ(ask(0, sockets[0], FALSE), STATUS_PENDING);
    CHECK_EQ(ask(1, sockets[0], TRUE), STATUS_PENDING);
    CHECK_EQ(ask(2, sockets[0], TRUE), STATUS_PENDING);
    CHECK(poll_is_pending(&polls[0]) && poll_is_pending(&polls[1]) && poll_is_pending(&polls[2]));
    end_all();

    FACT("T:afd:test_poll_exclusive", "when the first has ended, the next that comes is the first");
    CHECK_EQ(ask_on(sockets[0], 0, sockets[0], FALSE), STATUS_PENDING);
    CHECK_EQ(ask(1, sockets[0], TRUE), STATUS_PENDING);
    CHECK(CancelIo((HANDLE)sockets[0]) && poll_ends(&polls[0]));
    CHECK_EQ(ask(2, sockets[0], TRUE), STATUS_PENDING);
    CHECK(poll_is_pending(&polls[1]) && poll_is_pending(&polls[2]));
    CHECK_EQ(ask(3, sockets[0], TRUE), STATUS_PENDING);
    CHECK(gave_way(2));
    CHECK(poll_is_pending(&polls[1]) && poll_is_pending(&polls[3]));
    end_all();
}

static void several(void)
{
    HANDLE thread;

    FACT("T:afd:test_poll_exclusive", "different sockets have nothing to do with each other");
    CHECK_EQ(ask(0, sockets[0], TRUE), STATUS_PENDING);
    CHECK_EQ(ask(1, sockets[1], TRUE), STATUS_PENDING);
    CHECK(poll_is_pending(&polls[0]) && poll_is_pending(&polls[1]));
    end_all();

    FACT("T:afd:test_poll_exclusive", "one socket in common is enough");
    poll_prepare(&polls[0], NEVER);
    polls[0].in.Exclusive = TRUE;
    poll_add(&polls[0], control, EVERYTHING);
    poll_add(&polls[0], sockets[0], EVERYTHING);
    CHECK_EQ(poll_send((HANDLE)control, &polls[0], NULL), STATUS_PENDING);
    poll_prepare(&polls[1], NEVER);
    polls[1].in.Exclusive = TRUE;
    poll_add(&polls[1], control, EVERYTHING);
    poll_add(&polls[1], sockets[1], EVERYTHING);
    CHECK_EQ(poll_send((HANDLE)control, &polls[1], NULL), STATUS_PENDING);
    CHECK(gave_way(0));
    CHECK(poll_is_pending(&polls[1]));
    end_all();

    FACT("T:afd:test_poll_exclusive", "and another thread is no other case");
    CHECK_EQ(ask(0, control, TRUE), STATUS_PENDING);
    thread = CreateThread(NULL, 0, ask_in_thread, NULL, 0, NULL);
    CHECK(WaitForSingleObject(thread, HANG_GUARD) == WAIT_OBJECT_0);
    CloseHandle(thread);
}

int main(void)
{
    check_net_start();
    check_afd_start();
    control = check_net_socket();
    sockets[0] = check_net_socket();
    sockets[1] = check_net_socket();
    one_socket();
    several();
    return check_end();
}
