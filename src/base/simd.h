/*
 * simd.h - one function, compiled for several instruction sets, chosen when it starts
 *
 * HC_SIMD before a function makes the loader pick the widest version that the processor
 * has; the program itself is built for the plain architecture. Where the compiler or
 * the architecture has no such thing, or a sanitizer is on, it means nothing.
 */
#ifndef HC_SIMD_H
#define HC_SIMD_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                   \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HC_SIMD __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define HC_SIMD
#endif

/* Before a loop: what one turn writes, no other turn reads. */
#if defined(__clang__)
#define HC_APART _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define HC_APART _Pragma("GCC ivdep")
#else
#define HC_APART
#endif

/* Before a loop that sums into the names given: any order of the terms will do. */
#define HC_PRAGMA(text) _Pragma(#text)
#define HC_SUMS(...) HC_PRAGMA(omp simd reduction(+ : __VA_ARGS__))

#endif
