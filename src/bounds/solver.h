/*
 * solver.h - a linear program, and whoever solves it
 *
 *     minimise  cost·x   with   lower <= A x <= upper   and   least <= x <= most
 *
 * The one answer that is asked for is a price for each row. The solver is not trusted:
 * the prices may be wrong, of a solution that is not the best one, or of none, and
 * bounds/lp.h still makes a valid bound of them.
 *
 * bounds/highs.c is HiGHS (MIT), the only file that knows it. It runs its interior
 * point method (IPX, without the last step to a corner, which prices do not need) or its
 * simplex in the calling thread alone, and stops after a number of iterations and never
 * by a clock, so the answer does not depend on the machine's load. It is quiet.
 *
 * Why its functions are declared there and no header of HiGHS is included: the package of
 * the HiGHS project that the library is taken from has no C header. The version and the
 * size of its integers are asked of the library before anything else.
 *
 * Threads: calls may run side by side, each with a solver of its own.
 *
 * Private to the bounds.
 */
#ifndef HC_BOUND_SOLVER_H
#define HC_BOUND_SOLVER_H

#include "base/base.h"

/* Columns compressed: those of column j are entries start[j] to start[j + 1]. The arrays
 * are the caller's. */
struct hc_linear {
    size_t columns, rows, entries;
    double *cost, *least, *most; /* [columns] */
    double *lower, *upper;       /* [rows]; infinite: no limit */
    int *start;                  /* [columns + 1] */
    int *row;                    /* [entries] */
    double *value;               /* [entries] */
};

/* Iterations of the one are few and long (tens), of the other many and short. */
enum hc_linear_method { HC_LINEAR_INTERIOR, HC_LINEAR_SIMPLEX };

/* The better ones first. */
enum hc_linear_end {
    HC_LINEAR_BEST,       /* solved */
    HC_LINEAR_STOPPED,    /* iterations used up; the prices are what they are */
    HC_LINEAR_IMPOSSIBLE, /* the solver finds no solution */
    HC_LINEAR_FAILED,     /* it gave up, or it is not the library that it should be */
    HC_LINEAR_TOO_LARGE,  /* not tried */
};

/* Prices of the rows into ret_price [rows] (zeros unless BEST or STOPPED), and the value
 * of the solution that it has, NaN if none. */
enum hc_linear_end hc_linear_solve(const struct hc_linear *linear,
    enum hc_linear_method method, int iterations, double *ret_price, double *ret_value);

/* "1.15.1", for what a result says of its origin. */
const char *hc_linear_version(void);

#endif
