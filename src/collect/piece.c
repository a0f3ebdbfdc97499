#include "collect/piece.h"

#include <math.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/mem.h"

static const char magic[8] = {'H', 'C', 'P', 'I', 'E', 'C', 'E', '1'};

enum { TAIL = 4, WARNINGS_MAX = 64 << 10 };

void hc_piece_init(struct hc_piece *piece, const struct hc_piece_id *id, int64_t step_s)
{
    *piece = (struct hc_piece){.id = *id,
        .step_s = step_s,
        .n_points = (size_t)hc_span_points(id->span, step_s)};
    piece->warnings.max = WARNINGS_MAX;
}

void hc_piece_reset(struct hc_piece *piece)
{
    for (size_t i = 0; i < piece->n; i++) {
        hc_free(piece->series[i].labels);
        hc_free(piece->series[i].values);
    }
    piece->n = 0;
    piece->bytes = 0;
    hc_buf_reset(&piece->warnings);
}

void hc_piece_clear(struct hc_piece *piece)
{
    hc_piece_reset(piece);
    hc_free(piece->series);
    hc_buf_clear(&piece->warnings);
    *piece = (struct hc_piece){0};
}

/* ---- filling ---- */

/* A row of NaN. The labels' bytes are copied. */
static enum hc_status add_series(struct hc_piece *piece, const char *labels,
    size_t n_bytes, size_t n_labels, struct hc_error *err)
{
    struct hc_piece_series series = {.n_bytes = n_bytes, .n_labels = n_labels};

    piece->bytes += n_bytes + piece->n_points * sizeof(double) + sizeof(series);
    if (piece->bytes > HC_PIECE_MAX)
        return hc_fail(err, HC_SERVICE,
            "%s has more than %zu series for one day: ask for fewer with --match",
            hc_ask_name(piece->id.ask), piece->n);
    HC_TRY(hc_grow(&piece->series, &piece->cap, piece->n + 1, sizeof(series)));
    series.labels = hc_alloc(n_bytes + 1, 1);
    series.values = hc_alloc(piece->n_points, sizeof(double));
    if (!series.labels || !series.values) {
        hc_free(series.labels);
        hc_free(series.values);
        return HC_NO_MEMORY;
    }
    memcpy(series.labels, labels, n_bytes);
    for (size_t i = 0; i < piece->n_points; i++)
        series.values[i] = NAN;
    piece->series[piece->n++] = series;
    return HC_OK;
}

enum hc_status hc_piece_point(
    const struct hc_piece *piece, int64_t t_ms, size_t *at, struct hc_error *err)
{
    int64_t past_ms = t_ms - piece->id.span.start_s * 1000;
    int64_t step_ms = piece->step_s * 1000;

    if (*at + 1 < piece->n_points && past_ms == ((int64_t)*at + 1) * step_ms) {
        ++*at;
        return HC_OK;
    }
    if (past_ms < 0 || past_ms % step_ms || past_ms / step_ms >= (int64_t)piece->n_points)
        return hc_fail(err, HC_SERVICE,
            "the server answered %s for another time than was asked (%lld ms)",
            hc_ask_name(piece->id.ask), (long long)t_ms);
    *at = (size_t)(past_ms / step_ms);
    return HC_OK;
}

void hc_piece_put_text(struct hc_buf *out, const char *text, size_t len)
{
    const char *nul = memchr(text, '\0', len);

    for (; nul; nul = memchr(text, '\0', len)) {
        hc_buf_add(out, text, (size_t)(nul - text));
        hc_buf_puts(out, "\xEF\xBF\xBD");
        len -= (size_t)(nul + 1 - text);
        text = nul + 1;
    }
    hc_buf_add(out, text, len);
    hc_buf_putc(out, '\0');
}

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        hc_piece_put_text(&text, labels[i].name, labels[i].name_len);
        hc_piece_put_text(&text, labels[i].value, labels[i].value_len);
    }
    HC_TRY(hc_buf_check(&text));
    return add_series(context, hc_buf_str(&text), text.len, n, err);
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    struct hc_piece *piece = context;
    double *values = piece->series[piece->n - 1].values;
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        HC_TRY(hc_piece_point(piece, samples[i].t_ms, &at, err));
        values[at] = samples[i].v;
    }
    return HC_OK;
}

/* Warnings say that the answer may be partial; what is beyond the room for them, and
 * infos, are not kept. */
static enum hc_status on_talk(
    void *context, enum hc_talk kind, const char *text, struct hc_error *err)
{
    struct hc_piece *piece = context;

    (void)err;
    if (kind != HC_TALK_WARNING || piece->warnings.len + strlen(text) + 2 > WARNINGS_MAX)
        return HC_OK;
    for (; *text; text++)
        hc_buf_putc(&piece->warnings, *text == '\n' ? ' ' : *text);
    hc_buf_putc(&piece->warnings, '\n');
    return hc_buf_check(&piece->warnings);
}

struct hc_sink hc_piece_sink(struct hc_piece *piece)
{
    return (struct hc_sink){
        .context = piece, .series = on_series, .samples = on_samples, .talk = on_talk};
}

const char *hc_piece_label(const struct hc_piece_series *series, const char *name)
{
    const char *at = series->labels;

    for (size_t i = 0; i < series->n_labels; i++) {
        const char *value = at + strlen(at) + 1;

        if (!strcmp(at, name))
            return value;
        at = value + strlen(value) + 1;
    }
    return "";
}

enum hc_status hc_piece_warnings(const struct hc_piece *piece, struct hc_names *names)
{
    HC_CLEANUP(hc_freep) char *text = hc_strdup(hc_buf_str(&piece->warnings));
    char *rest = text;

    if (!text)
        return HC_NO_MEMORY;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
        if (*line)
            HC_TRY(hc_names_add_new(names, line));
    return HC_OK;
}

/* ---- the stored form ---- */

static uint32_t checksum(const void *bytes, size_t n)
{
    struct hc_crc32c crc;

    hc_crc32c_init(&crc);
    return hc_crc32c_of(&crc, bytes, n);
}

static void put_u32(struct hc_buf *out, size_t n)
{
    uint32_t value = (uint32_t)n;

    hc_buf_add(out, &value, sizeof(value));
}

static void put_series(const struct hc_piece *piece, const struct hc_piece_series *series,
    struct hc_buf *out)
{
    const char *at = series->labels;

    put_u32(out, series->n_labels);
    for (size_t i = 0; i < 2 * series->n_labels; i++, at += strlen(at) + 1) {
        put_u32(out, strlen(at));
        hc_buf_puts(out, at);
    }
    hc_buf_add(out, series->values, piece->n_points * sizeof(double));
}

enum hc_status hc_piece_encode(
    const struct hc_piece *piece, const char *promql, struct hc_buf *out)
{
    const int64_t times[] = {piece->id.span.start_s, piece->id.span.end_s, piece->step_s};

    hc_buf_add(out, magic, sizeof(magic));
    put_u32(out, checksum(promql, strlen(promql)));
    put_u32(out, (size_t)piece->id.ask);
    hc_buf_add(out, times, sizeof(times));
    put_u32(out, piece->n);
    put_u32(out, piece->warnings.len);
    hc_buf_add(out, hc_buf_str(&piece->warnings), piece->warnings.len);
    for (size_t i = 0; i < piece->n; i++)
        put_series(piece, &piece->series[i], out);
    HC_TRY(hc_buf_check(out));
    put_u32(out, checksum(out->text, out->len));
    return hc_buf_check(out);
}

/* ---- reading it ---- */

/* What is left of the bytes; `short_` once more was wanted than there is. */
struct tape {
    const char *at, *end;
    bool cut;
};

static const char *take(struct tape *tape, size_t n)
{
    const char *at = tape->at;

    if (tape->cut || n > (size_t)(tape->end - at)) {
        tape->cut = true;
        return NULL;
    }
    tape->at += n;
    return at;
}

static uint32_t take_u32(struct tape *tape)
{
    const char *at = take(tape, sizeof(uint32_t));
    uint32_t value = 0;

    if (at)
        memcpy(&value, at, sizeof(value));
    return value;
}

static enum hc_status take_series(
    struct tape *tape, struct hc_piece *piece, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf labels = HC_BUF_INIT;
    uint32_t n = take_u32(tape);
    const char *at;

    for (uint32_t i = 0; i < 2 * (uint64_t)n && !tape->cut; i++) {
        uint32_t length = take_u32(tape);

        at = take(tape, length);
        if (at) {
            hc_buf_add(&labels, at, length);
            hc_buf_putc(&labels, '\0');
        }
    }
    at = take(tape, piece->n_points * sizeof(double));
    if (!at)
        return HC_OK;
    HC_TRY(hc_buf_check(&labels));
    HC_TRY(add_series(piece, hc_buf_str(&labels), labels.len, n, err));
    memcpy(piece->series[piece->n - 1].values, at, piece->n_points * sizeof(double));
    return HC_OK;
}

static enum hc_status take_body(
    struct tape *tape, struct hc_piece *piece, struct hc_error *err)
{
    uint32_t n = take_u32(tape), n_warnings = take_u32(tape);
    const char *warnings = take(tape, n_warnings);

    if (warnings)
        hc_buf_add(&piece->warnings, warnings, n_warnings);
    for (uint32_t i = 0; i < n && !tape->cut; i++)
        HC_TRY(take_series(tape, piece, err));
    return hc_buf_check(&piece->warnings);
}

static bool sound(const char *bytes, size_t n)
{
    uint32_t stored;

    if (n < sizeof(magic) + TAIL || memcmp(bytes, magic, sizeof(magic)))
        return false;
    memcpy(&stored, bytes + n - TAIL, TAIL);
    return stored == checksum(bytes, n - TAIL);
}

static bool take_id(struct tape *tape, const char *promql, struct hc_piece_id *ret_id,
    int64_t *ret_step_s)
{
    uint32_t query = take_u32(tape), ask = take_u32(tape);
    int64_t times[3] = {0};
    const char *at = take(tape, sizeof(times));

    if (!at || query != checksum(promql, strlen(promql)) || ask >= HC_ASKS)
        return false;
    memcpy(times, at, sizeof(times));
    *ret_id = (struct hc_piece_id){(int)ask, {times[0], times[1]}};
    *ret_step_s = times[2];
    return times[2] > 0 && times[0] < times[1] &&
           hc_span_points(ret_id->span, times[2]) <= HC_WINDOW_POINTS;
}

enum hc_status hc_piece_decode(const void *bytes, size_t n, const char *promql,
    struct hc_piece *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    struct tape tape = {(const char *)bytes + sizeof(magic), NULL, false};
    struct hc_piece_id id;
    int64_t step_s;

    if (!sound(bytes, n))
        return hc_fail(err, HC_INPUT, "not a whole piece of a collection");
    tape.end = (const char *)bytes + n - TAIL;
    if (!take_id(&tape, promql, &id, &step_s))
        return hc_fail(err, HC_INPUT, "a piece of another collection");
    hc_piece_init(&piece, &id, step_s);
    HC_TRY(take_body(&tape, &piece, err));
    if (tape.cut || tape.at != tape.end)
        return hc_fail(err, HC_INPUT, "not a piece of a collection");
    *ret = piece;
    piece = (struct hc_piece){0};
    return HC_OK;
}

/* ---- files ---- */

static enum hc_status path_of(const struct hc_piece_id *id, const char *dir,
    char path[HC_PATH_MAX], struct hc_error *err)
{
    char name[HC_PIECE_NAME];

    hc_piece_name(id, name);
    return hc_path_join(dir, name, path, err);
}

enum hc_status hc_piece_write(const struct hc_piece *piece, const char *promql,
    const char *dir, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf bytes = HC_BUF_INIT;
    char path[HC_PATH_MAX];

    HC_TRY(path_of(&piece->id, dir, path, err));
    HC_TRY(hc_piece_encode(piece, promql, &bytes));
    return hc_file_write(path, bytes.text, bytes.len, err);
}

enum hc_status hc_piece_read(const struct hc_piece_id *id, int64_t step_s,
    const char *promql, const char *dir, struct hc_piece *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf bytes = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    char path[HC_PATH_MAX];

    HC_TRY(path_of(id, dir, path, err));
    HC_TRY(hc_file_read(path, HC_PIECE_MAX + (64 << 20), &bytes, err));
    HC_TRY(hc_piece_decode(bytes.text, bytes.len, promql, &piece, err));
    if (memcmp(&piece.id.span, &id->span, sizeof(id->span)) || piece.id.ask != id->ask ||
        piece.step_s != step_s)
        return hc_fail(err, HC_INPUT, "'%s' is not the piece that its name says", path);
    *ret = piece;
    piece = (struct hc_piece){0};
    return HC_OK;
}
