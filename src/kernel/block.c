#include <cblas.h>
#include <math.h>
#include <stdatomic.h>

#include <hindcast/profile.h>

#include "base/simd.h"
#include "kernel/block.h"

enum { LANES = 8 };

HC_SIMD
void hc_block_shift(const double *restrict x, size_t n, double x0, double *restrict d,
    struct hc_sums *ret)
{
    double s[LANES] = {0}, q[LANES] = {0}, lo[LANES], hi[LANES];
    size_t i = 0;

    for (int k = 0; k < LANES; k++)
        lo[k] = hi[k] = x0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++) {
            double v = x[i + k], e = v - x0;

            d[i + k] = e;
            s[k] += e;
            q[k] += e * e;
            lo[k] = v < lo[k] ? v : lo[k];
            hi[k] = v > hi[k] ? v : hi[k];
        }
    for (int k = 0; i < n; i++, k++) {
        double v = x[i], e = v - x0;

        d[i] = e;
        s[k] += e;
        q[k] += e * e;
        lo[k] = v < lo[k] ? v : lo[k];
        hi[k] = v > hi[k] ? v : hi[k];
    }
    *ret = (struct hc_sums){.min = lo[0], .max = hi[0]};
    for (int k = 0; k < LANES; k++) {
        ret->d += s[k];
        ret->dd += q[k];
        ret->min = lo[k] < ret->min ? lo[k] : ret->min;
        ret->max = hi[k] > ret->max ? hi[k] : ret->max;
    }
}

struct hc_moments hc_block_moments(const struct hc_sums *sums, size_t n, double x0)
{
    double mean = sums->d / (double)n, m2 = sums->dd - sums->d * mean;
    struct hc_moments moments = {.n = n, .mean = x0, .min = sums->min, .max = sums->max};

    hc_mean_move(&moments.mean, &moments.mean_low, mean);
    if (!isfinite(m2))
        moments.m2 = INFINITY;
    else if (m2 > 0)
        moments.m2 = m2;
    return moments;
}

/* Not in every build; ends the threads that OpenBLAS starts when it is loaded. */
int blas_thread_shutdown_(void) __attribute__((weak));

/* Setting a number starts ended threads again, so it is done once. */
void hc_profile_single_thread(void)
{
    static atomic_flag done = ATOMIC_FLAG_INIT;

    if (atomic_flag_test_and_set(&done))
        return;
    openblas_set_num_threads(1);
    if (blas_thread_shutdown_)
        blas_thread_shutdown_();
}

/* A build without threads has no locks either: two calls at a time spoil each other. */
static bool begin_alone(atomic_flag *busy)
{
    if (openblas_get_parallel() != OPENBLAS_SEQUENTIAL)
        return false;
    while (atomic_flag_test_and_set(busy))
        ;
    return true;
}

void hc_block_syrk(const double *rows, size_t stride, size_t q, size_t n, double *product)
{
    static atomic_flag busy = ATOMIC_FLAG_INIT;
    bool alone = begin_alone(&busy);

    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, (int)q, (int)n, 1, rows,
        (int)stride, 0, product, (int)q);
    if (alone)
        atomic_flag_clear(&busy);
}

/* BLAS costs about half a microsecond a call: a handful of rows is quicker by hand. */
static void small_products(const double *d, size_t stride, size_t q, size_t n, double *c)
{
    for (size_t i = 0; i < q; i++)
        for (size_t j = i; j < q; j++) {
            double sum = 0;

            for (size_t r = 0; r < n; r++)
                sum += d[i * stride + r] * d[j * stride + r];
            c[i * q + j] = sum;
        }
}

void hc_block_comoments(
    const double *d, size_t stride, size_t q, size_t n, const double *sum, double *c)
{
    double inverse = 1 / (double)n;

    if (n * q < 64)
        small_products(d, stride, q, n, c);
    else
        hc_block_syrk(d, stride, q, n, c);
    for (size_t i = 0; i < q; i++) {
        double scaled = sum[i] * inverse;

        for (size_t j = i; j < q; j++)
            c[i * q + j] -= scaled * sum[j];
        if (c[i * q + i] < 0)
            c[i * q + i] = 0;
    }
}
