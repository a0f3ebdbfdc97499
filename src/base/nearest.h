/*
 * nearest.h - which word did they mean
 *
 * The distance is the optimal string alignment form of Damerau and Levenshtein's: an
 * insertion, a deletion, a wrong letter and two neighbours swapped cost 1 each.
 */
#ifndef HC_NEAREST_H
#define HC_NEAREST_H

#include "base/base.h"

/* Words longer than 63 bytes are compared by their first 63. */
size_t hc_edit_distance(const char *a, const char *b);

/*
 * Keeps the best of the candidates shown to it. Nothing is suggested that is further
 * away than a third of the word (at least 1, so that "-o" for "-p" is no suggestion
 * but "--nods" for "--nodes" is), unless the word is the beginning of the candidate.
 */
struct hc_nearest {
    const char *word;
    const char *best; /* NULL: none is near */
    size_t distance;
};

void hc_nearest_try(struct hc_nearest *nearest, const char *candidate);

#endif
