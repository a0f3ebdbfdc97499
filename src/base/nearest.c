#include <string.h>

#include "base/nearest.h"

enum { LONGEST = 63 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

size_t hc_edit_distance(const char *a, const char *b)
{
    size_t na = strnlen(a, LONGEST), nb = strnlen(b, LONGEST);
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t j = 0; j <= nb; j++)
        above[j] = j;
    for (size_t i = 1; i <= na; i++) {
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t wrong = a[i - 1] != b[j - 1];

            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + wrong);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }

        size_t *spare = before;

        before = above;
        above = row;
        row = spare;
    }
    return above[nb];
}

void hc_nearest_try(struct hc_nearest *nearest, const char *candidate)
{
    size_t n = strlen(nearest->word);
    size_t limit = n / 3 ? n / 3 : n > 1;
    size_t distance = hc_edit_distance(nearest->word, candidate);

    if (n > 2 && !strncmp(nearest->word, candidate, n))
        distance = distance < 1 ? distance : 1;
    if (distance > limit || (nearest->best && distance >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}
