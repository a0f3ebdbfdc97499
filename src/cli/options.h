/*
 * options.h - command-line options as tables
 *
 * A command's options are a constant table of `struct hc_option`; each row names a
 * field of the command's own struct by its offset. Parsing fills the struct, and
 * help, manual page and completion are printed from the same rows, so none of them
 * can disagree. Adding an option is one field and one row:
 *
 *     struct synth_options { const char *output; int64_t nodes; };
 *     static const struct hc_option table[] = {
 *         HC_OPTION_STRING(struct synth_options, output, "output", 'o', "DIR", NULL,
 *                          "write the data set into DIR"),
 *         HC_OPTION_INT(struct synth_options, nodes, "nodes", 0, "N", "20", 1, 100000,
 *                       "number of nodes"),
 *         HC_OPTION_END,
 *     };
 *
 * A default is given as text and is parsed like the user's own, before it: what the
 * help says is what happens. Without one, what is not given is NULL, 0 or false.
 *
 * `--x v` and `--x=v` are alike, as are `-o v` and `-ov`; `--` ends the options; `-` is
 * an argument; of an option given twice the last one counts, but a list keeps them all.
 *
 * Ownership: strings in the filled struct point into argv; only lists own memory,
 * and hc_options_clear releases it. Nothing here prints.
 */
#ifndef HC_OPTIONS_H
#define HC_OPTIONS_H

#include "base/buf.h"

enum hc_option_kind {
    HC_OPT_FLAG,   /* bool */
    HC_OPT_STRING, /* const char *, NULL when not given and without default */
    HC_OPT_INT,    /* int64_t within low..high */
    HC_OPT_DOUBLE, /* double within low..high */
    HC_OPT_SIZE,   /* uint64_t bytes: "500MB" is 5e8, "512MiB" is 2^29, never 0 */
    HC_OPT_CHOICE, /* int, index into choices */
    HC_OPT_LIST,   /* struct hc_list, one item each time it is given */
};

/* What was given to a repeatable option, in order. */
struct hc_list {
    const char **items;
    size_t n;
    size_t cap;
};

struct hc_option {
    const char *name;     /* without dashes; NULL ends a table */
    char letter;          /* the short form, or 0 */
    const char *argument; /* what the help calls its value; NULL for a flag */
    enum hc_option_kind kind;
    size_t offset;        /* of its field */
    const char *fallback; /* the default as text, or NULL */
    const char *choices;  /* "auto|always|never" */
    double low, high;     /* inclusive, for numbers */
    const char *help;     /* one sentence, lower case, no full stop */
};

/* clang-format off */
#define HC_OPTION_FLAG(type, field, name, letter, help)                                  \
    {name, letter, NULL, HC_OPT_FLAG, offsetof(type, field), NULL, NULL, 0, 0, help}
#define HC_OPTION_STRING(type, field, name, letter, argument, fallback, help)            \
    {name, letter, argument, HC_OPT_STRING, offsetof(type, field), fallback, NULL, 0, 0, help}
#define HC_OPTION_INT(type, field, name, letter, argument, fallback, low, high, help)    \
    {name, letter, argument, HC_OPT_INT, offsetof(type, field), fallback, NULL, low, high, help}
#define HC_OPTION_DOUBLE(type, field, name, letter, argument, fallback, low, high, help) \
    {name, letter, argument, HC_OPT_DOUBLE, offsetof(type, field), fallback, NULL, low, high, help}
#define HC_OPTION_SIZE(type, field, name, letter, argument, fallback, help)              \
    {name, letter, argument, HC_OPT_SIZE, offsetof(type, field), fallback, NULL, 0, 0, help}
#define HC_OPTION_CHOICE(type, field, name, letter, choices, fallback, help)             \
    {name, letter, choices, HC_OPT_CHOICE, offsetof(type, field), fallback, choices, 0, 0, help}
#define HC_OPTION_LIST(type, field, name, letter, argument, help)                        \
    {name, letter, argument, HC_OPT_LIST, offsetof(type, field), NULL, NULL, 0, 0, help}
#define HC_OPTION_END {NULL, 0, NULL, HC_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL}
/* clang-format on */

/* A table and the struct that it fills. */
struct hc_option_set {
    const struct hc_option *table; /* NULL: empty */
    void *target;
};

/* The structs get their defaults; whatever they held is overwritten. */
enum hc_status hc_options_init(
    const struct hc_option_set *sets, size_t n_sets, struct hc_error *err) HC_MUST_USE;

/*
 * Parses `args` (without the program's name) into the sets' structs. What is not an
 * option is moved, in order, to the front of `args`; *ret_n_args tells how many.
 * With `first_only`, parsing stops before the first argument, and *ret_n_args is the
 * index where it stopped. HC_USAGE: an option that does not exist (the message names
 * the nearest one) or a value that it cannot take.
 */
enum hc_status hc_options_parse(const struct hc_option_set *sets, size_t n_sets,
    const char **args, size_t n_args, bool first_only, size_t *ret_n_args,
    struct hc_error *err) HC_MUST_USE;

/* Releases the lists. */
void hc_options_clear(const struct hc_option_set *sets, size_t n_sets);

/* "-o, --output DIR", as the help shows it; `roff`: with the manual page's marks. */
void hc_option_usage(struct hc_buf *out, const struct hc_option *option, bool roff);

/* The table as indented lines of at most 80 columns. */
void hc_options_help(struct hc_buf *out, const struct hc_option *table);

/*
 * Appends `text` in lines of at most `width` columns, each but the first indented by
 * `indent` (the first one is taken to start there). A newline in `text` is kept.
 */
void hc_help_wrap(struct hc_buf *out, const char *text, size_t indent, size_t width);

#endif
