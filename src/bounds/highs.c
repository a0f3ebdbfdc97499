#include <math.h>

#include "bounds/solver.h"

/* The C interface of HiGHS, version 1: what we call of it, as its library exports it. Its
 * integer is C's int unless it was built otherwise, which Highs_getSizeofHighsInt tells.
 */
void *Highs_create(void);
void Highs_destroy(void *highs);
const char *Highs_version(void);
int Highs_versionMajor(void);
int Highs_getSizeofHighsInt(const void *highs);
int Highs_setBoolOptionValue(void *highs, const char *option, int value);
int Highs_setIntOptionValue(void *highs, const char *option, int value);
int Highs_setStringOptionValue(void *highs, const char *option, const char *value);
int Highs_passLp(void *highs, int columns, int rows, int entries, int format, int sense,
    double offset, const double *cost, const double *column_lower,
    const double *column_upper, const double *row_lower, const double *row_upper,
    const int *start, const int *index, const double *value);
int Highs_run(void *highs);
int Highs_getModelStatus(const void *highs);
double Highs_getObjectiveValue(const void *highs);
int Highs_getSolution(const void *highs, double *column_value, double *column_price,
    double *row_value, double *row_price);

enum {
    VERSION = 1,
    FAILED = -1, /* of its three results: -1 error, 0 done, 1 warning */
    BY_COLUMN = 1,
    MINIMISE = 1,
    STATUS_BEST = 7,
    STATUS_IMPOSSIBLE = 8,
    STATUS_IMPOSSIBLE_OR_UNBOUNDED = 9,
    STATUS_ITERATIONS = 14,
    STATUS_UNKNOWN = 15, /* a solution, but not to its tolerances */
};

const char *hc_linear_version(void)
{
    return Highs_version();
}

static void destroy(void **highs)
{
    if (*highs)
        Highs_destroy(*highs);
}

static const struct method {
    const char *solver, *limit;
} methods[] = {
    [HC_LINEAR_INTERIOR] = {"ipx", "ipm_iteration_limit"},
    [HC_LINEAR_SIMPLEX] = {"simplex", "simplex_iteration_limit"},
};

static bool set_up(void *highs, const struct method *method, int iterations)
{
    return Highs_setBoolOptionValue(highs, "output_flag", 0) != FAILED &&
           Highs_setStringOptionValue(highs, "solver", method->solver) != FAILED &&
           Highs_setStringOptionValue(highs, "run_crossover", "off") != FAILED &&
           Highs_setStringOptionValue(highs, "parallel", "off") != FAILED &&
           Highs_setIntOptionValue(highs, "threads", 1) != FAILED &&
           Highs_setIntOptionValue(highs, method->limit, iterations) != FAILED;
}

/* Its status in our words; one that is in neither is a failure. */
static enum hc_linear_end ending(int status)
{
    switch (status) {
    case STATUS_BEST: return HC_LINEAR_BEST;
    case STATUS_ITERATIONS:
    case STATUS_UNKNOWN: return HC_LINEAR_STOPPED;
    case STATUS_IMPOSSIBLE:
    case STATUS_IMPOSSIBLE_OR_UNBOUNDED: return HC_LINEAR_IMPOSSIBLE;
    default: return HC_LINEAR_FAILED;
    }
}

static bool pass(void *highs, const struct hc_linear *l)
{
    return Highs_passLp(highs, (int)l->columns, (int)l->rows, (int)l->entries, BY_COLUMN,
               MINIMISE, 0, l->cost, l->least, l->most, l->lower, l->upper, l->start,
               l->row, l->value) != FAILED;
}

enum hc_linear_end hc_linear_solve(const struct hc_linear *linear,
    enum hc_linear_method method, int iterations, double *ret_price, double *ret_value)
{
    HC_CLEANUP(destroy) void *highs = Highs_create();
    enum hc_linear_end end;

    for (size_t i = 0; i < linear->rows; i++)
        ret_price[i] = 0;
    *ret_value = NAN;
    if (!highs || Highs_versionMajor() != VERSION ||
        Highs_getSizeofHighsInt(highs) != (int)sizeof(int) ||
        !set_up(highs, &methods[method], iterations) || !pass(highs, linear) ||
        Highs_run(highs) == FAILED)
        return HC_LINEAR_FAILED;
    end = ending(Highs_getModelStatus(highs));
    if (end > HC_LINEAR_STOPPED)
        return end;
    if (Highs_getSolution(highs, NULL, NULL, NULL, ret_price) == FAILED)
        return HC_LINEAR_FAILED;
    *ret_value = Highs_getObjectiveValue(highs);
    return end;
}
