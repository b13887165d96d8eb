/* A round trip between two threads by futexes and nothing else.
 *
 *   futex_ping_pong COUNT
 *
 * Prints lines `NAME NANOSECONDS`, beside port.c and wait.c: where each thread sleeps until the
 * other has answered, where each looks until then, and where one thread gives and takes.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clock.h"

enum { NOTHING, GIVEN, ASLEEP, SLEEPS_LESS = 20 };

/* Each on a line of the cache of its own. */
typedef struct {
    _Alignas(128) _Atomic unsigned state;
} WORD32;

static WORD32 question, answer;
static long   rounds;
static int    spins;

static void give(WORD32 *word)
{
    if (atomic_exchange(&word->state, GIVEN) == ASLEEP)
        syscall(SYS_futex, &word->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void take(WORD32 *word)
{
    unsigned nothing = NOTHING;

    while (spins && atomic_load(&word->state) != GIVEN)
        __builtin_ia32_pause();
    if (atomic_compare_exchange_strong(&word->state, &nothing, ASLEEP))
        while (atomic_load(&word->state) == ASLEEP)
            syscall(SYS_futex, &word->state, FUTEX_WAIT_PRIVATE, ASLEEP, NULL, NULL, 0);
    atomic_store(&word->state, NOTHING);
}

static void *give_back(void *unused)
{
    (void)unused;
    for (long i = 0; i < rounds; i++) {
        take(&question);
        give(&answer);
    }
    return NULL;
}

static void play(const char *name)
{
    pthread_t thread;
    double    started;

    if (pthread_create(&thread, NULL, give_back, NULL) != 0)
        exit(1);
    started = now();
    for (long i = 0; i < rounds; i++) {
        give(&question);
        take(&answer);
    }
    printf("%s %.1f\n", name, (now() - started) / (double)rounds);
    pthread_join(thread, NULL);
}

/* The least that gives a thread what it takes, and would find another that sleeps: two instructions
 * that lock the word. */
static void play_alone(const char *name, long count)
{
    double started = now();

    for (long i = 0; i < count; i++) {
        unsigned given = GIVEN;

        give(&question);
        if (!atomic_compare_exchange_strong(&question.state, &given, NOTHING))
            exit(1);
    }
    printf("%s %.1f\n", name, (now() - started) / (double)count);
}

/* What a handle leads to, if the handle is the right one. */
enum { SLOTS = 4096, EVENT = 1, MAY_SET = 2, MAY_WAIT = 4 };

typedef struct {
    unsigned generation, rights;
    WORD32  *object;
} SLOT;

static SLOT slots[SLOTS];

static WORD32 *find(unsigned handle, unsigned rights)
{
    SLOT *slot = &slots[handle % SLOTS];

    if (slot->generation != handle / SLOTS || (slot->rights & rights) != rights)
        return NULL;
    return slot->object;
}

static __attribute__((noinline)) int set(unsigned handle)
{
    WORD32 *word = find(handle, EVENT | MAY_SET);

    if (word == NULL)
        return 0;
    give(word);
    return 1;
}

static __attribute__((noinline)) int wait_for(unsigned handle, unsigned milliseconds)
{
    WORD32  *word = find(handle, EVENT | MAY_WAIT);
    unsigned given = GIVEN;

    if (word == NULL || milliseconds == 0)
        return 0;
    return atomic_compare_exchange_strong(&word->state, &given, NOTHING);
}

/* The same by functions that are given a handle and look whether it may be used so.  Nothing keeps
 * another thread from closing it meanwhile. */
static void play_by_handle(const char *name, long count)
{
    volatile unsigned handle = 7 * SLOTS + 21;
    double            started;

    slots[21] = (SLOT){7, EVENT | MAY_SET | MAY_WAIT, &question};
    started = now();
    for (long i = 0; i < count; i++)
        if (!set(handle) || !wait_for(handle, ~0U))
            exit(1);
    printf("%s %.1f\n", name, (now() - started) / (double)count);
}

int main(int argc, char **argv)
{
    long count = argc == 2 ? atol(argv[1]) : 1;

    rounds = count / SLEEPS_LESS + 1;
    play_alone("give+take", count);
    play_by_handle("give+take by handle", count);
    play("ping-pong by futexes");
    /* Where there is one processor a thread that looks only keeps the other from answering. */
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
        spins = 1;
        play("ping-pong, both looking");
    }
    return 0;
}
