#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "cli/options.h"

/* ---- one value ------------------------------------------------------------------- */

static enum hc_status bad_value(const struct hc_option *option, const char *value,
    const char *wanted, struct hc_error *err)
{
    return hc_fail(
        err, HC_USAGE, "option '--%s' wants %s, not '%s'", option->name, wanted, value);
}

static enum hc_status out_of_range(
    const struct hc_option *option, const char *value, struct hc_error *err)
{
    return hc_fail(err, HC_USAGE,
        "option '--%s' wants a number from %.15g to %.15g, not '%s'", option->name,
        option->low, option->high, value);
}

static enum hc_status parse_int(
    const struct hc_option *option, const char *value, int64_t *ret, struct hc_error *err)
{
    char *end;

    errno = 0;
    long long number = strtoll(value, &end, 10);

    if (end == value || *end)
        return bad_value(option, value, "a whole number", err);
    if (errno || (double)number < option->low || (double)number > option->high)
        return out_of_range(option, value, err);
    *ret = number;
    return HC_OK;
}

static enum hc_status parse_double(
    const struct hc_option *option, const char *value, double *ret, struct hc_error *err)
{
    char *end;
    double number = strtod(value, &end);

    if (end == value || *end || isnan(number))
        return bad_value(option, value, "a number", err);
    if (!(number >= option->low && number <= option->high))
        return out_of_range(option, value, err);
    *ret = number;
    return HC_OK;
}

/* 1 for "" and "B", 1000 for "K" and "KB", 1024 for "KiB" and so on; 0 if unknown. */
static double size_unit(const char *unit)
{
    static const char prefixes[] = "kmgt";
    const char *prefix = *unit ? strchr(prefixes, *unit | 0x20) : NULL;

    if (!*unit || !strcasecmp(unit, "B"))
        return 1;
    if (!prefix)
        return 0;

    double power = (double)(prefix - prefixes + 1);

    if (!unit[1] || !strcasecmp(unit + 1, "B"))
        return pow(1000, power);
    if (!strcasecmp(unit + 1, "iB"))
        return pow(1024, power);
    return 0;
}

static enum hc_status parse_size(const struct hc_option *option, const char *value,
    uint64_t *ret, struct hc_error *err)
{
    char *end;
    double number = strtod(value, &end);

    end += strspn(end, " ");
    number *= size_unit(end);
    if (end == value || !(number >= 1 && number < 0x1p63))
        return bad_value(option, value, "a size as '500MB' or '2GiB'", err);
    *ret = (uint64_t)number;
    return HC_OK;
}

static enum hc_status parse_choice(
    const struct hc_option *option, const char *value, int *ret, struct hc_error *err)
{
    const char *choice = option->choices;
    size_t n = strlen(value);

    for (int i = 0; choice; i++) {
        size_t length = strcspn(choice, "|");

        if (length == n && !strncmp(choice, value, n)) {
            *ret = i;
            return HC_OK;
        }
        choice = choice[length] ? choice + length + 1 : NULL;
    }
    return bad_value(option, value, option->choices, err);
}

static enum hc_status add_item(
    struct hc_list *list, const char *value, struct hc_error *err)
{
    if (hc_grow(&list->items, &list->cap, list->n + 1, sizeof(*list->items)))
        return hc_fail(err, HC_NO_MEMORY, "no memory for the command line");
    list->items[list->n++] = value;
    return HC_OK;
}

static enum hc_status set_value(
    const struct hc_option *option, void *target, const char *value, struct hc_error *err)
{
    void *field = (char *)target + option->offset;

    switch (option->kind) {
    case HC_OPT_FLAG: *(bool *)field = true; return HC_OK;
    case HC_OPT_STRING: *(const char **)field = value; return HC_OK;
    case HC_OPT_INT: return parse_int(option, value, field, err);
    case HC_OPT_DOUBLE: return parse_double(option, value, field, err);
    case HC_OPT_SIZE: return parse_size(option, value, field, err);
    case HC_OPT_CHOICE: return parse_choice(option, value, field, err);
    case HC_OPT_LIST: return add_item(field, value, err);
    }
    return hc_fail(err, HC_INTERNAL, "option '--%s' has no kind", option->name);
}

/* ---- defaults -------------------------------------------------------------------- */

static void clear_value(const struct hc_option *option, void *target)
{
    static const size_t sizes[] = {
        [HC_OPT_FLAG] = sizeof(bool),
        [HC_OPT_STRING] = sizeof(const char *),
        [HC_OPT_INT] = sizeof(int64_t),
        [HC_OPT_DOUBLE] = sizeof(double),
        [HC_OPT_SIZE] = sizeof(uint64_t),
        [HC_OPT_CHOICE] = sizeof(int),
        [HC_OPT_LIST] = sizeof(struct hc_list),
    };

    memset((char *)target + option->offset, 0, sizes[option->kind]);
}

enum hc_status hc_options_init(
    const struct hc_option_set *sets, size_t n_sets, struct hc_error *err)
{
    for (size_t i = 0; i < n_sets; i++)
        for (const struct hc_option *option = sets[i].table; option && option->name;
             option++) {
            clear_value(option, sets[i].target);
            if (option->fallback)
                HC_TRY(set_value(option, sets[i].target, option->fallback, err));
        }
    return HC_OK;
}

void hc_options_clear(const struct hc_option_set *sets, size_t n_sets)
{
    for (size_t i = 0; i < n_sets; i++)
        for (const struct hc_option *option = sets[i].table; option && option->name;
             option++)
            if (option->kind == HC_OPT_LIST) {
                struct hc_list *list = (void *)((char *)sets[i].target + option->offset);

                hc_free(list->items);
                *list = (struct hc_list){0};
            }
}

/* ---- the command line -------------------------------------------------------------- */

struct parser {
    const struct hc_option_set *sets;
    size_t n_sets;
    const char **args;
    size_t n_args;
    size_t at; /* the argument being looked at */
    struct hc_error *err;
};

/* The option of that name (n bytes) or letter, and the struct that it belongs to. */
static const struct hc_option *find(
    const struct parser *p, const char *name, size_t n, char letter, void **ret_target)
{
    for (size_t i = 0; i < p->n_sets; i++)
        for (const struct hc_option *o = p->sets[i].table; o && o->name; o++) {
            bool same = letter ? o->letter == letter
                               : strlen(o->name) == n && !strncmp(o->name, name, n);

            if (same) {
                *ret_target = p->sets[i].target;
                return o;
            }
        }
    return NULL;
}

static enum hc_status unknown_option(const struct parser *p, const char *name, size_t n)
{
    HC_CLEANUP(hc_freep) char *word = hc_strndup(name, n);
    struct hc_nearest nearest = {.word = word};

    if (!word)
        return hc_fail(p->err, HC_NO_MEMORY, "no memory for the command line");
    for (size_t i = 0; i < p->n_sets; i++)
        for (const struct hc_option *o = p->sets[i].table; o && o->name; o++)
            hc_nearest_try(&nearest, o->name);
    if (nearest.best)
        return hc_fail(p->err, HC_USAGE, "unknown option '--%s'; did you mean '--%s'?",
            word, nearest.best);
    return hc_fail(p->err, HC_USAGE, "unknown option '--%s'", word);
}

/* The next argument, as the value of an option that came without one. */
static enum hc_status next_value(
    struct parser *p, const struct hc_option *option, const char **ret_value)
{
    if (p->at + 1 >= p->n_args)
        return hc_fail(p->err, HC_USAGE, "option '--%s' needs a value (%s)", option->name,
            option->argument);
    *ret_value = p->args[++p->at];
    return HC_OK;
}

static enum hc_status parse_long(struct parser *p, const char *name)
{
    size_t n = strcspn(name, "=");
    const char *value = name[n] ? name + n + 1 : NULL;
    void *target;
    const struct hc_option *option = find(p, name, n, 0, &target);

    if (!option)
        return unknown_option(p, name, n);
    if (option->kind == HC_OPT_FLAG && value)
        return hc_fail(p->err, HC_USAGE, "option '--%s' takes no value", option->name);
    if (option->kind != HC_OPT_FLAG && !value)
        HC_TRY(next_value(p, option, &value));
    return set_value(option, target, value, p->err);
}

/* "-q", "-oDIR", "-qo DIR": letters of flags, then perhaps one with a value. */
static enum hc_status parse_short(struct parser *p, const char *letters)
{
    for (; *letters; letters++) {
        void *target;
        const struct hc_option *option = find(p, NULL, 0, *letters, &target);
        const char *value = letters[1] ? letters + 1 : NULL;

        if (!option)
            return hc_fail(p->err, HC_USAGE, "unknown option '-%s'", letters);
        if (option->kind == HC_OPT_FLAG) {
            HC_TRY(set_value(option, target, NULL, p->err));
            continue;
        }
        if (!value)
            HC_TRY(next_value(p, option, &value));
        return set_value(option, target, value, p->err);
    }
    return HC_OK;
}

enum hc_status hc_options_parse(const struct hc_option_set *sets, size_t n_sets,
    const char **args, size_t n_args, bool first_only, size_t *ret_n_args,
    struct hc_error *err)
{
    struct parser p = {sets, n_sets, args, n_args, 0, err};
    size_t n = 0;
    bool ended = false;

    for (; p.at < n_args; p.at++) {
        const char *arg = args[p.at];
        bool is_option = !ended && arg[0] == '-' && arg[1];

        if (!is_option && first_only)
            break;
        if (!is_option)
            args[n++] = arg;
        else if (!strcmp(arg, "--"))
            ended = true;
        else if (arg[1] == '-')
            HC_TRY(parse_long(&p, arg + 2));
        else
            HC_TRY(parse_short(&p, arg + 1));
    }
    *ret_n_args = first_only ? p.at : n;
    return HC_OK;
}
