#include "report/codes.h"

#include <math.h>

uint8_t hc_code(double value, double low, double high)
{
    if (isnan(value))
        return HC_CODE_NONE;
    if (!(high > low))
        return 0;
    return (uint8_t)lround(
        HC_CODE_STEPS * fmin(fmax((value - low) / (high - low), 0), 1));
}

void hc_code_range(const float *values, size_t n, double *ret_low, double *ret_high)
{
    double low = NAN, high = NAN;

    for (size_t i = 0; i < n; i++) {
        low = fmin(low, (double)values[i]);
        high = fmax(high, (double)values[i]);
    }
    *ret_low = low;
    *ret_high = high;
}

/* Four letters of up to three bytes. */
static void quad(const uint8_t *bytes, size_t n, char *letters)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = (uint32_t)bytes[0] << 16;

    bits |= n > 1 ? (uint32_t)bytes[1] << 8 : 0;
    bits |= n > 2 ? bytes[2] : 0;
    letters[0] = alphabet[bits >> 18];
    letters[1] = alphabet[bits >> 12 & 63];
    letters[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
    letters[3] = n > 2 ? alphabet[bits & 63] : '=';
}

void hc_base64(struct hc_buf *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 3) {
        char letters[4];

        quad(bytes + i, n - i, letters);
        hc_buf_add(out, letters, sizeof(letters));
    }
}

size_t hc_code_runs(const uint8_t *codes, size_t n, uint8_t *runs)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        if (i && codes[i] == codes[i - 1] && runs[at - 1] < UINT8_MAX) {
            runs[at - 1]++;
            continue;
        }
        runs[at++] = codes[i];
        runs[at++] = 1;
    }
    return at;
}
