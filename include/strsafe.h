/* strsafe.h: copying, joining and formatting of text into a buffer of known size.  StringCch
 * functions count characters, StringCb functions bytes.
 *
 *   S_OK                             done
 *   STRSAFE_E_INSUFFICIENT_BUFFER    the text is cut short, and ends in the buffer
 *   STRSAFE_E_INVALID_PARAMETER      a size of 0 or above STRSAFE_MAX_CCH, or a destination
 *                                    without an end
 *   STRSAFE_E_END_OF_FILE            StringCchGets at the end of the standard input */
#ifndef _STRSAFE_H_INCLUDED_
#define _STRSAFE_H_INCLUDED_
#pragma GCC system_header
#include "minwindef.h"
#include "winerror.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_MAX_LENGTH (STRSAFE_MAX_CCH - 1)

/* What an ...Ex function does beside: the low byte is what it fills with. */
#define STRSAFE_IGNORE_NULLS 0x00000100
#define STRSAFE_FILL_BEHIND_NULL 0x00000200
#define STRSAFE_FILL_ON_FAILURE 0x00000400
#define STRSAFE_NULL_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION 0x00001000
#define STRSAFE_IGNORE_NULL_UNICODE_STRINGS 0x00010000
#define STRSAFE_VALID_FLAGS 0x00001fff
#define STRSAFE_FILL_BYTE(byte) ((DWORD)(((byte) & 0xff) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(byte) ((DWORD)(((byte) & 0xff) | STRSAFE_FILL_ON_FAILURE))
#define STRSAFE_GET_FILL_PATTERN(flags) ((int)((flags) & 0xff))

#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026)

typedef char *STRSAFE_LPSTR;
typedef const char *STRSAFE_LPCSTR;
typedef wchar_t *STRSAFE_LPWSTR;
typedef const wchar_t *STRSAFE_LPCWSTR;
typedef LPTSTR STRSAFE_LPTSTR;
typedef LPCTSTR STRSAFE_LPCTSTR;

#define LAPWING_STRSAFE_INLINE static inline __attribute__((__unused__))

LAPWING_BEGIN
#define LAPWING_CHAR char
#define LAPWING_TEXT(name) StringCch##name##A
#define LAPWING_BYTES(name) StringCb##name##A
#define LAPWING_OWN(name) __lapwing_strsafe_##name##_a
#define LAPWING_FORMATTED vsnprintf
#define LAPWING_GETCHAR getchar
#define LAPWING_END_OF_FILE EOF
#include "lapwing/strsafe-text.h"

#define LAPWING_CHAR wchar_t
#define LAPWING_TEXT(name) StringCch##name##W
#define LAPWING_BYTES(name) StringCb##name##W
#define LAPWING_OWN(name) __lapwing_strsafe_##name##_w
#define LAPWING_FORMATTED __lapwing_vsnwprintf
#define LAPWING_GETCHAR getwchar
#define LAPWING_END_OF_FILE WEOF
#include "lapwing/strsafe-text.h"
LAPWING_END

#define StringCchCopy LAPWING_AW(StringCchCopy)
#define StringCchCopyEx LAPWING_AW(StringCchCopyEx)
#define StringCchCopyN LAPWING_AW(StringCchCopyN)
#define StringCchCopyNEx LAPWING_AW(StringCchCopyNEx)
#define StringCchCat LAPWING_AW(StringCchCat)
#define StringCchCatEx LAPWING_AW(StringCchCatEx)
#define StringCchCatN LAPWING_AW(StringCchCatN)
#define StringCchCatNEx LAPWING_AW(StringCchCatNEx)
#define StringCchVPrintf LAPWING_AW(StringCchVPrintf)
#define StringCchVPrintfEx LAPWING_AW(StringCchVPrintfEx)
#define StringCchPrintf LAPWING_AW(StringCchPrintf)
#define StringCchPrintfEx LAPWING_AW(StringCchPrintfEx)
#define StringCchLength LAPWING_AW(StringCchLength)
#define StringCchGets LAPWING_AW(StringCchGets)
#define StringCchGetsEx LAPWING_AW(StringCchGetsEx)
#define StringCbCopy LAPWING_AW(StringCbCopy)
#define StringCbCopyEx LAPWING_AW(StringCbCopyEx)
#define StringCbCopyN LAPWING_AW(StringCbCopyN)
#define StringCbCopyNEx LAPWING_AW(StringCbCopyNEx)
#define StringCbCat LAPWING_AW(StringCbCat)
#define StringCbCatEx LAPWING_AW(StringCbCatEx)
#define StringCbCatN LAPWING_AW(StringCbCatN)
#define StringCbCatNEx LAPWING_AW(StringCbCatNEx)
#define StringCbVPrintf LAPWING_AW(StringCbVPrintf)
#define StringCbVPrintfEx LAPWING_AW(StringCbVPrintfEx)
#define StringCbPrintf LAPWING_AW(StringCbPrintf)
#define StringCbPrintfEx LAPWING_AW(StringCbPrintfEx)
#define StringCbLength LAPWING_AW(StringCbLength)
#define StringCbGets LAPWING_AW(StringCbGets)
#define StringCbGetsEx LAPWING_AW(StringCbGetsEx)

#endif
