#include "cli/ranges.h"

#include <string.h>

#include "base/mem.h"
#include "dataset/dataset.h"

static enum hc_status wrong(const char *option, const char *text, struct hc_error *err)
{
    return hc_fail(err, HC_USAGE,
        "%s '%.80s': two ranges are meant, such as "
        "2025-06-02..2025-06-16,2025-06-16..2025-06-30",
        option, text);
}

/* Cuts at the one place where `between` stands; NULL: it is not there once. */
static char *cut(char *text, const char *between)
{
    char *at = strstr(text, between);

    if (!at || strstr(at + strlen(between), between))
        return NULL;
    *at = 0;
    return at + strlen(between);
}

static enum hc_status parse_one(struct hc_duck *duck, const char *zone,
    const char *option, const char *from, const char *to, struct hc_time_range *ret,
    struct hc_error *err)
{
    HC_TRY(hc_dataset_moment(duck, zone, option, from, &ret->from_us, err));
    HC_TRY(hc_dataset_moment(duck, zone, option, to, &ret->to_us, err));
    if (ret->from_us >= ret->to_us)
        return hc_fail(
            err, HC_USAGE, "%s: '%.40s' is not before '%.40s'", option, from, to);
    return HC_OK;
}

enum hc_status hc_ranges_parse(struct hc_duck *duck, const char *zone, const char *option,
    const char *text, struct hc_time_range ret[2], struct hc_error *err)
{
    HC_CLEANUP(hc_freep) char *words = hc_strdup(text);
    char *from[2] = {words, NULL}, *to[2] = {NULL, NULL};

    if (!words)
        return HC_NO_MEMORY;
    from[1] = cut(words, ",");
    for (size_t i = 0; i < 2 && from[i]; i++)
        to[i] = cut(from[i], "..");
    if (!to[0] || !to[1])
        return wrong(option, text, err);
    for (size_t i = 0; i < 2; i++)
        HC_TRY(parse_one(duck, zone, option, from[i], to[i], &ret[i], err));
    if (ret[0].from_us < ret[1].to_us && ret[1].from_us < ret[0].to_us)
        return hc_fail(err, HC_USAGE, "%s '%.80s': the ranges overlap", option, text);
    return HC_OK;
}
