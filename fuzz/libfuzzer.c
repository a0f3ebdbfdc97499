/*
 * One program a target: -DTARGET=fuzz_prom_json and the like, linked with libFuzzer
 * (clang -fsanitize=fuzzer). fuzz/run builds them.
 */
#include "targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    (void)TARGET(bytes, n);
    return 0;
}
