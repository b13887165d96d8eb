/* How a program begins that has no `main` as Linux' C library calls it: wmain, WinMain, wWinMain,
 * or a `void main` of C++, which the driver renames.  `entry_point.rs` compiles this once and links
 * it to programs that seem to need it; main is weak, so a program's own wins.
 *
 * A function of C++ has its parameters in its symbol, and programs write main with none, two or
 * three.  Called with three arguments, a function that takes fewer ignores the rest. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define WEAK __attribute__((weak))
#define AS(symbol) __asm__(symbol) WEAK

typedef int wide_main(int, wchar_t **, wchar_t **);
typedef void narrow_main(int, char **, char **);

wide_main wmain_c AS("wmain"), wmain_0 AS("_Z5wmainv"), wmain_2 AS("_Z5wmainiPPw"),
    wmain_2_const AS("_Z5wmainiPPKw"), wmain_3 AS("_Z5wmainiPPwS0_");
wide_main void_wmain_c AS("lapwing_void_wmain"), void_wmain_0 AS("_Z18lapwing_void_wmainv"),
    void_wmain_2 AS("_Z18lapwing_void_wmainiPPw"),
    void_wmain_2_const AS("_Z18lapwing_void_wmainiPPKw"),
    void_wmain_3 AS("_Z18lapwing_void_wmainiPPwS0_");
narrow_main void_main_c AS("lapwing_void_main"), void_main_0 AS("_Z17lapwing_void_mainv"),
    void_main_2 AS("_Z17lapwing_void_mainiPPc"), void_main_2_const AS("_Z17lapwing_void_mainiPPKc"),
    void_main_3 AS("_Z17lapwing_void_mainiPPcS0_");

int window_main(void *, void *, char *, int) AS("WinMain");
int wide_window_main(void *, void *, wchar_t *, int) AS("wWinMain");

void *module_handle(const char *) __asm__("GetModuleHandleA");
int to_wide(unsigned, unsigned, const char *, int, wchar_t *, int)
    __asm__("lapwing_MultiByteToWideChar_lp64");

/* SW_SHOWDEFAULT: what a program is given that nobody asked to begin as an icon. */
enum { SHOW_DEFAULT = 10, UTF_8 = 65001 };

static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (!memory) {
        fputs("lapwing: no memory for the arguments\n", stderr);
        exit(1);
    }
    return memory;
}

static wchar_t *widened(const char *text) {
    int length = to_wide(UTF_8, 0, text, -1, NULL, 0);
    wchar_t *wide = allocate((length > 0 ? (size_t)length : 1) * sizeof *wide);
    *wide = L'\0';
    if (length > 0) to_wide(UTF_8, 0, text, -1, wide, length);
    return wide;
}

/* The arguments are UTF-8, and so is what a wide program prints: in the locale that a C program
 * begins with, anything but ASCII would end the output. */
static wchar_t **all_widened(char **list) {
    size_t count = 0, i;
    wchar_t **wide;
    setlocale(LC_CTYPE, "C.UTF-8");
    while (list[count]) count++;
    wide = allocate((count + 1) * sizeof *wide);
    for (i = 0; i < count; i++) wide[i] = widened(list[i]);
    wide[count] = NULL;
    return wide;
}

/* The command line behind the program's name: words, in quotes where they hold a space. */
static char *command_line(char **argv) {
    size_t size = 1;
    char **word, *line, *at;
    if (!*argv) argv--;
    for (word = argv + 1; *word; word++) size += strlen(*word) + 3;
    at = line = allocate(size);
    for (word = argv + 1; *word; word++) {
        int quoted = !**word || strpbrk(*word, " \t");
        at += sprintf(at, "%s%s%s%s", at == line ? "" : " ", quoted ? "\"" : "", *word,
                      quoted ? "\"" : "");
    }
    *at = '\0';
    return line;
}

#define FIRST(a, b, c, d, e) ((a) ? (a) : (b) ? (b) : (c) ? (c) : (d) ? (d) : (e))

WEAK int main(int argc, char **argv, char **environment) {
    wide_main *wide = FIRST(wmain_c, wmain_0, wmain_2, wmain_2_const, wmain_3);
    wide_main *wide_void =
        FIRST(void_wmain_c, void_wmain_0, void_wmain_2, void_wmain_2_const, void_wmain_3);
    narrow_main *narrow =
        FIRST(void_main_c, void_main_0, void_main_2, void_main_2_const, void_main_3);

    if (narrow) return narrow(argc, argv, environment), 0;
    if (wide) return wide(argc, all_widened(argv), all_widened(environment));
    if (wide_void) return wide_void(argc, all_widened(argv), all_widened(environment)), 0;
    if (window_main)
        return window_main(module_handle(NULL), NULL, command_line(argv), SHOW_DEFAULT);
    if (wide_window_main)
        return wide_window_main(module_handle(NULL), NULL, widened(command_line(argv)),
                                SHOW_DEFAULT);
    fputs("lapwing: this program has neither main, wmain nor WinMain\n", stderr);
    return 127;
}
