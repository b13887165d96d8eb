/* lapwing-cc.h: what a Windows compiler knows before the first line of the program.
 *
 * `lapwing cc` says `-include lapwing-cc.h`.  Words of the language and predefined macros only: no
 * type, no function and no other header, so that the program's own first #include still is. */
#ifndef LAPWING_CC_H
#define LAPWING_CC_H
#pragma GCC system_header

#if !defined(__ELF__) || !defined(__LP64__) || !defined(__x86_64__)
# error "Lapwing's headers are for 64-bit Linux on x86-64; on Windows use the SDK's own."
#endif

/* The platform the program is told about.  Portable libraries ask __linux__ before _WIN32 (Boost
 * does) and would build half of each, so Linux' own names go.  We are neither _MSC_VER nor
 * __MINGW32__ and do not claim it: both promise a run-time that is not here. */
#define _WIN32 1
#define _WIN64 1
#undef __linux__
#undef __linux
#undef linux
#undef __gnu_linux__
#undef __unix__
#undef __unix
#undef unix

/* Sized integers.  Macros, because `unsigned __int64` must parse. */
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#define _int8 char
#define _int16 short
#define _int32 int
#define _int64 long long

/* Calling conventions: x86-64 has one, and the library speaks this system's. */
#define __cdecl
#define _cdecl
#define __stdcall
#define _stdcall
#define __fastcall
#define _fastcall
#define __thiscall
#define __vectorcall
#define __clrcall

/* Qualifiers and hints without a meaning here, and those gcc spells in another way. */
#define __w64
#define __ptr32
#define __ptr64
#define __unaligned
#define __forceinline inline __attribute__((__always_inline__))
#define _inline inline
#define __assume(condition) ((condition) ? (void)0 : __builtin_unreachable())
#define __noop(...) ((void)0)
#define __debugbreak() __builtin_trap()
#define __pragma(...) _Pragma(#__VA_ARGS__)
#define __FUNCSIG__ __PRETTY_FUNCTION__

/* __declspec(word) becomes the gcc attribute of that meaning.  A word that is not in the list is
 * not ignored: the compiler names it, because dropping it could change the program. */
#define __declspec(word) LAPWING_SECOND(LAPWING_SAID_##word, LAPWING_DECLSPEC_##word, )
#define LAPWING_SECOND(...) LAPWING_SECOND_(__VA_ARGS__)
#define LAPWING_SECOND_(first, second, ...) second
/* deprecated stands alone or says why: then this macro puts another second in. */
#define LAPWING_SAID_deprecated(text) , __attribute__((__deprecated__(text)))
#define LAPWING_DECLSPEC_
#define LAPWING_DECLSPEC_align(bytes) __attribute__((__aligned__(bytes)))
#define LAPWING_DECLSPEC_allocator
#define LAPWING_DECLSPEC_deprecated __attribute__((__deprecated__))
#define LAPWING_DECLSPEC_dllexport __attribute__((__visibility__("default")))
#define LAPWING_DECLSPEC_dllimport
#define LAPWING_DECLSPEC_empty_bases
#define LAPWING_DECLSPEC_naked __attribute__((__naked__))
#define LAPWING_DECLSPEC_noalias
#define LAPWING_DECLSPEC_noinline __attribute__((__noinline__))
#define LAPWING_DECLSPEC_noreturn __attribute__((__noreturn__))
#define LAPWING_DECLSPEC_nothrow __attribute__((__nothrow__))
#define LAPWING_DECLSPEC_novtable
#define LAPWING_DECLSPEC_restrict
#define LAPWING_DECLSPEC_safebuffers
#define LAPWING_DECLSPEC_selectany __attribute__((__weak__))
#ifdef __cplusplus /* not __thread: that word may not stand before `static` */
# define LAPWING_DECLSPEC_thread thread_local
#else
# define LAPWING_DECLSPEC_thread _Thread_local
#endif
#define LAPWING_DECLSPEC_uuid(text)

/* Only functions that exist are declared, so a call to any other must fail where it is written.
 * gcc before 14 and C before C99 would only warn and leave it to the linker. */
#ifndef __cplusplus
# pragma GCC diagnostic error "-Wimplicit-function-declaration"
#endif

#endif
