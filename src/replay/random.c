#include "replay/random.h"

#include "base/splitmix.h"

void hc_random_seed(struct hc_random *random, uint64_t seed)
{
    for (size_t i = 0; i < HC_COUNT(random->state); i++)
        random->state[i] = hc_splitmix_next(&seed);
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t hc_random_next(struct hc_random *random)
{
    uint64_t *s = random->state, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return out;
}

uint64_t hc_random_below(struct hc_random *random, uint64_t n)
{
    uint64_t over = UINT64_MAX - UINT64_MAX % n; /* a multiple of n */
    uint64_t x;

    do
        x = hc_random_next(random);
    while (x >= over);
    return x % n;
}

void hc_random_shuffle(struct hc_random *random, uint32_t *numbers, size_t n)
{
    for (size_t i = n; i-- > 1;) {
        size_t k = (size_t)hc_random_below(random, i + 1);
        uint32_t kept = numbers[i];

        numbers[i] = numbers[k];
        numbers[k] = kept;
    }
}
