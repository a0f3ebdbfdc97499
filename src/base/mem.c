#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

#include "base/countdown.h"
#include "base/mem.h"

static struct hc_countdown countdown = HC_COUNTDOWN_OFF;

void hc_mem_fail_after(long n)
{
    hc_countdown_start(&countdown, n);
}

void hc_mem_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void *hc_alloc(size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes) || hc_countdown_over(&countdown))
        return NULL;
    return malloc(bytes ? bytes : 1);
}

void *hc_calloc(size_t n, size_t size)
{
    if (hc_countdown_over(&countdown))
        return NULL;
    return calloc(n ? n : 1, size ? size : 1);
}

void *hc_realloc(void *p, size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes) || hc_countdown_over(&countdown))
        return NULL;
    return realloc(p, bytes ? bytes : 1);
}

char *hc_strndup(const char *s, size_t n)
{
    char *copy = hc_alloc(n + 1, 1);

    if (!copy)
        return NULL;
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *hc_strdup(const char *s)
{
    return hc_strndup(s, strlen(s));
}

void hc_free(void *p)
{
    free(p);
}

void hc_freep(void *p)
{
    void **slot = p;

    free(*slot);
    *slot = NULL;
}

enum hc_status hc_grow(void *items, size_t *cap, size_t need, size_t size)
{
    void **slot = items;
    size_t room = *cap + *cap / 2 + 8;
    void *grown;

    if (need <= *cap)
        return HC_OK;
    if (room < need)
        room = need;
    grown = hc_realloc(*slot, room, size);
    if (!grown)
        return HC_NO_MEMORY;
    *slot = grown;
    *cap = room;
    return HC_OK;
}
