/*
 * reference.h - what a profile has to say, found the slow and plain way
 *
 * A table of samples in memory, and for each figure of a profile a function that
 * computes it from the rows: two passes, long double, sorting. Nothing here shares a
 * line with the kernel. Beside it the tools of the kernel's tests: random tables,
 * feeding a part of one to a profile, a sink that remembers, and the comparison.
 */
#ifndef HC_TEST_REFERENCE_H
#define HC_TEST_REFERENCE_H

#include <hindcast/profile.h>

/* ---- random numbers, the same everywhere (splitmix64) ---- */

struct dice {
    uint64_t state;
};

uint64_t dice_next(struct dice *dice);
uint64_t dice_below(struct dice *dice, uint64_t n);
double dice_unit(struct dice *dice); /* [0, 1) */

/* ---- a table ---- */

enum { TABLE_MAX_NODES = 64 };

struct table {
    size_t rows, columns, nodes;
    uint32_t *file;
    int64_t *row; /* number in its file; a file's rows stand one after the other */
    int64_t *time_us;
    uint32_t *node;  /* index of the name "node-N", or HC_NO_NODE */
    bool *timed;     /* has a time */
    bool *kept;      /* the rows to look at */
    uint64_t *other; /* hash of what is not among the columns */
    double **value;  /* [columns][rows] */
    bool **there;    /* [columns][rows] */
    bool uses_keep, uses_other;
};

enum table_order { BY_NODE, BY_TIME, SHUFFLED };

/* Columns of a random table by number; further ones go round again. */
enum table_kind {
    LEVEL,        /* 0..1 around a level of the node */
    FOLLOWER,     /* follows LEVEL within the node, against it between nodes */
    FAR,          /* mean 1e10, deviation 1 */
    SKEWED,       /* a few orders of magnitude */
    BY_NODE_ONLY, /* constant in a node, not whole */
    HALF_THERE,   /* missing in the first half of the table */
    CONSTANT,
    ALL_MISSING,
    THREE_ROWS,
    TWO_OF_THEM, /* there in two of these three rows */
    ONE_OF_THEM,
    ODD, /* NaN, infinities, -0, denormals among others */
    SIGNED,
    WHOLE,
    HUGE_ONES, /* around 1e300: the second moment overflows */
    KINDS
};

struct table_spec {
    size_t nodes, steps, columns;
    uint32_t files;
    enum table_order order;
    int64_t step_s, jitter_s; /* of a node's times; jitter up to that, both ways */
    double missing;           /* share of values lost at random */
    double lost;              /* share of rows left out */
    double repeated;          /* share of rows that stand twice, half of them changed */
    double no_key;            /* share of rows without a time or a node */
    double dropped;           /* share of rows that `kept` leaves out */
    bool other;               /* half of the repeated rows differ in text alone */
    uint64_t seed;
};

struct table *table_new(size_t rows, size_t columns, size_t nodes);
struct table *table_random(const struct table_spec *spec);
void table_free(struct table *table);
enum table_kind table_kind_of(size_t column);

/* ---- the slow way ---- */

struct reference_moments {
    uint64_t n;
    long double mean, m2;
    double min, max;
};

struct reference_column {
    uint64_t missing, nan, infinite, below, above;
    struct reference_moments moments;
};

struct reference_node {
    uint64_t rows;
    int64_t first_us, last_us, step_s;
    uint64_t distinct, occupied, expected, gaps;
    int64_t longest_gap_us;
    uint64_t exact, conflicting, out_of_order;
};

/* Moments of `n` numbers. */
struct reference_moments reference_of(const double *x, size_t n);

struct reference_column reference_column(
    const struct table *table, size_t column, double low, double high);

/* Of a node's rows (HC_NO_NODE: of all) in time [from_us, to_us). */
struct reference_moments reference_part(const struct table *table, size_t column,
    uint32_t node, int64_t from_us, int64_t to_us, uint64_t *ret_rows);

/* The value at rank floor(q (n - 1)); of one node or (HC_NO_NODE) of all rows. */
double reference_quantile(
    const struct table *table, size_t column, uint32_t node, double q);

/* Pearson's r over common rows, NaN where there is none; `within`: node means out. */
long double reference_r(
    const struct table *table, size_t a, size_t b, bool within, uint64_t *ret_n);

/* Figures of a node's times; slots, expected and gaps by its own most frequent step. */
struct reference_node reference_node(const struct table *table, uint32_t node);

/* ---- feeding a profile ---- */

/* Rows [from, to), all of one file, as one batch; HC_OK or what hc_profile_* said. */
enum hc_status table_feed(
    const struct table *table, size_t from, size_t to, struct hc_profile *profile);

/* The end of the file that row `from` stands in. */
size_t table_file_end(const struct table *table, size_t from);

/* A sink that keeps all records; its ids are the numbers in the names. */
struct shelf {
    struct hc_cell_record *records;
    size_t n, cap, gauges;
};

struct hc_cell_sink shelf_sink(struct shelf *shelf);
void shelf_clear(struct shelf *shelf);

/* ---- comparing ---- */

/* Stops the test unless a flushed profile of `options` says what the table says. */
void assert_profile_tells(const struct table *table, const struct hc_profile *profile,
    const struct hc_profile_options *options);

/* The same of the cells that left. */
void assert_cells_tell(const struct table *table, const struct shelf *shelf,
    const struct hc_profile_options *options);

/* Nodes of the profiles compared whose times were `inexact`, since the test began. */
extern size_t reference_inexact_nodes, reference_exact_nodes;

#endif
