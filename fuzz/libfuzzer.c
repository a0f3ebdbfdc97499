/*
 * One program a target: -DFUZZ_TARGET=fuzz_prom_json and the like, linked with libFuzzer
 * (clang -fsanitize=fuzzer). fuzz/run builds them.
 */
#include "targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    (void)FUZZ_TARGET(bytes, n);
    return 0;
}
