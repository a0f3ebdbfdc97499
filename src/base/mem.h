/*
 * mem.h - the front of the allocator
 *
 * All memory of ours comes through here, so that a test can make the n-th
 * allocation fail (hc_mem_fail_after) and see a status come back. Memory is
 * released with free(3), as `hc_free` or through HC_CLEANUP(hc_freep).
 *
 * Threads: safe; the countdown is one atomic for the process.
 */
#ifndef HC_MEM_H
#define HC_MEM_H

#include "base/base.h"

/* malloc, calloc, realloc of n items of `size` bytes; NULL on failure or overflow. */
void *hc_alloc(size_t n, size_t size) HC_MUST_USE;
void *hc_calloc(size_t n, size_t size) HC_MUST_USE;
void *hc_realloc(void *p, size_t n, size_t size) HC_MUST_USE;
char *hc_strdup(const char *s) HC_MUST_USE;
char *hc_strndup(const char *s, size_t n) HC_MUST_USE;
void hc_free(void *p);

/*
 * Makes room for at least `need` items in a growing array: `*items` of `*cap`
 * items of `size` bytes. Grows by half; on failure nothing changes.
 */
enum hc_status hc_grow(void *items, size_t *cap, size_t need, size_t size) HC_MUST_USE;

/* For HC_CLEANUP on any pointer: frees what `p` points at. */
void hc_freep(void *p);

/* Gives freed memory back to the system, where the C library can: between two phases
 * that each take a lot. */
void hc_mem_trim(void);

/* The n-th allocation from now on fails, and all later ones; n < 0: none (tests only). */
void hc_mem_fail_after(long n);

#endif
