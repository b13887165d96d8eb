/* Threads that wait for events, 64 each: a wait takes no more (MAXIMUM_WAIT_OBJECTS).
 *
 * The main thread accepts, and hands each connection to a thread that has room by an APC, which
 * runs in that thread's own wait.  So only one thread ever touches a group's arrays, and there is
 * no lock.
 */
#ifndef EVENT_GROUPS_H
#define EVENT_GROUPS_H

#include "echo_server.h"

#define GROUP_SIZE MAXIMUM_WAIT_OBJECTS

typedef struct MEMBER MEMBER;

typedef struct EVENT_GROUP {
    struct EVENT_GROUP *next;
    HANDLE        thread;
    volatile LONG places; /* taken: connections, and those on their way */
    BOOL          ends;
    DWORD         count;
    HANDLE        events[GROUP_SIZE];
    MEMBER       *members[GROUP_SIZE]; /* members[i] waits for events[i] */
} EVENT_GROUP;

/* A connection begins with this. */
struct MEMBER {
    EVENT_GROUP *group;
    HANDLE event;
};

/* What a server does, always in the group's thread. */
static BOOL begin_member(MEMBER *member); /* it has joined; FALSE: it is over already */
static BOOL serve_member(MEMBER *member); /* its event is set; FALSE: it is over */
static void close_member(MEMBER *member); /* closes the connection and the event */

static EVENT_GROUP *groups;

static void remove_from_group(EVENT_GROUP *group, DWORD index)
{
    close_member(group->members[index]);
    group->count--;
    group->events[index] = group->events[group->count];
    group->members[index] = group->members[group->count];
    InterlockedDecrement(&group->places);
}

static VOID CALLBACK join_group(ULONG_PTR parameter)
{
    MEMBER *member = (MEMBER *)parameter;
    EVENT_GROUP  *group = member->group;

    group->events[group->count] = member->event;
    group->members[group->count++] = member;
    if (!begin_member(member))
        remove_from_group(group, group->count - 1);
}

static VOID CALLBACK end_group(ULONG_PTR parameter)
{
    ((EVENT_GROUP *)parameter)->ends = TRUE;
}

static DWORD WINAPI serve_group(LPVOID parameter)
{
    EVENT_GROUP *group = (EVENT_GROUP *)parameter;

    while (!group->ends) {
        DWORD first, i;

        if (group->count == 0) {
            SleepEx(INFINITE, TRUE); /* a wait for no events fails */
            continue;
        }
        first = WSAWaitForMultipleEvents(group->count, group->events, FALSE, WSA_INFINITE, TRUE);
        if (first == WSA_WAIT_IO_COMPLETION)
            continue; /* somebody came */
        if (first == WSA_WAIT_FAILED)
            fail("WSAWaitForMultipleEvents", WSAGetLastError());
        /* The wait names the first event only.  Those behind it would starve if it were always
         * that one's turn, so each is looked at. */
        for (i = group->count; i-- > first - WSA_WAIT_EVENT_0;)
            if (WaitForSingleObject(group->events[i], 0) == WAIT_OBJECT_0 &&
                !serve_member(group->members[i]))
                remove_from_group(group, i);
    }
    while (group->count > 0)
        remove_from_group(group, 0);
    return 0;
}

/* A group with a free place; a new one if all are full. */
static EVENT_GROUP *group_with_room(void)
{
    EVENT_GROUP *group = groups;

    while (group && group->places == GROUP_SIZE)
        group = group->next;
    if (!group) {
        if (!(group = (EVENT_GROUP *)calloc(1, sizeof *group)))
            fail("calloc", ERROR_NOT_ENOUGH_MEMORY);
        if (!(group->thread = CreateThread(NULL, 0, serve_group, group, 0, NULL)))
            fail("CreateThread", (int)GetLastError());
        group->next = groups;
        groups = group;
    }
    return group;
}

static void hand_over(MEMBER *member)
{
    EVENT_GROUP *group = group_with_room();

    InterlockedIncrement(&group->places);
    member->group = group;
    if (!(member->event = WSACreateEvent()))
        fail("WSACreateEvent", WSAGetLastError());
    QueueUserAPC(join_group, group->thread, (ULONG_PTR)member);
}

static void end_groups(void)
{
    while (groups) {
        EVENT_GROUP *group = groups;

        groups = group->next;
        QueueUserAPC(end_group, group->thread, (ULONG_PTR)group);
        WaitForSingleObject(group->thread, INFINITE);
        CloseHandle(group->thread);
        free(group);
    }
}

#endif
