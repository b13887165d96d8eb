/* Holds Wine's desktop open while tests run.  Without a window Wine closes it after a second, and
   a program that asks for a window just then, or while another starts it, gets none. */

#include <windows.h>
#include <stdio.h>

/* So often; the first window of all may have to wait for the desktop's own program. */
#define ATTEMPTS 60

int main(void)
{
    HWND window = NULL;
    int attempt;
    for (attempt = 0; window == NULL && attempt < ATTEMPTS; attempt++) {
        if (attempt > 0)
            Sleep(1000);
        window = CreateWindowA("Message", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    }
    if (window == NULL) {
        fprintf(stderr, "no window: error %lu\n", GetLastError());
        return 1;
    }
    puts("ready");
    fflush(stdout);
    return getchar() == EOF ? 0 : 1;
}
