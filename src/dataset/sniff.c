#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset/inside.h"

enum { HEAD = 4096, PARQUET_LEAST = 12 };

struct head {
    char bytes[HEAD];
    size_t n;
    unsigned char tail[8]; /* length of the footer, then PAR1 */
    int64_t size;
};

static bool ends_with(const char *name, size_t len, const char *end)
{
    size_t n = strlen(end);

    return len > n && !strncasecmp(name + len - n, end, n);
}

/* The name's length without .gz or .zst. */
static size_t unpacked_len(const char *name)
{
    size_t len = strlen(name);

    if (ends_with(name, len, ".gz"))
        return len - 3;
    return ends_with(name, len, ".zst") ? len - 4 : len;
}

static bool is_json_name(const char *name)
{
    size_t len = unpacked_len(name);

    return ends_with(name, len, ".json") || ends_with(name, len, ".jsonl") ||
           ends_with(name, len, ".ndjson");
}

static bool is_csv_name(const char *name)
{
    size_t len = unpacked_len(name);

    return ends_with(name, len, ".csv") || ends_with(name, len, ".tsv");
}

static bool is_parquet_name(const char *name)
{
    return ends_with(name, strlen(name), ".parquet");
}

bool hc_is_data_name(const char *name)
{
    return is_parquet_name(name) || is_json_name(name) || is_csv_name(name);
}

/* ---- its bytes ---- */

static enum hc_status cannot_read(const char *path, struct hc_error *err)
{
    return hc_fail(err, HC_INPUT, "cannot read '%s': %s", path, strerror(errno));
}

static enum hc_status read_ends(
    int fd, const char *path, struct head *head, struct hc_error *err)
{
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st))
        return cannot_read(path, err);
    if (!S_ISREG(st.st_mode))
        return hc_fail(err, HC_INPUT, "cannot read '%s': not a file", path);
    n = pread(fd, head->bytes, sizeof(head->bytes), 0);
    if (n < 0)
        return cannot_read(path, err);
    head->n = (size_t)n;
    head->size = st.st_size;
    if (st.st_size >= PARQUET_LEAST &&
        pread(fd, head->tail, sizeof(head->tail), st.st_size - 8) != 8)
        return hc_fail(err, HC_INPUT, "cannot read '%s': it changes", path);
    return HC_OK;
}

static enum hc_status read_head(const char *path, struct head *head, struct hc_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum hc_status status;

    if (fd < 0)
        return cannot_read(path, err);
    status = read_ends(fd, path, head, err);
    close(fd);
    return status;
}

static bool starts_with(const struct head *head, const void *magic, size_t n)
{
    return head->n >= n && !memcmp(head->bytes, magic, n);
}

static enum hc_status check_parquet(
    const char *path, const struct head *head, struct hc_error *err)
{
    const unsigned char *tail = head->tail;
    int64_t footer = (int64_t)tail[0] | (int64_t)tail[1] << 8 | (int64_t)tail[2] << 16 |
                     (int64_t)tail[3] << 24;

    if (head->size < PARQUET_LEAST || memcmp(tail + 4, "PAR1", 4) ||
        footer > head->size - PARQUET_LEAST)
        return hc_fail(err, HC_INPUT,
            "cannot read '%s': the Parquet file is cut off or broken", path);
    return HC_OK;
}

static char first_sign(const struct head *head)
{
    size_t i = starts_with(head, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (i < head->n && strchr(" \t\r\n", head->bytes[i]))
        i++;
    return i < head->n ? head->bytes[i] : '\0';
}

/* Text of any kind: no NUL, and not UTF-16. */
static enum hc_status sniff_text(const char *path, const struct head *head,
    struct hc_sniffed *ret, struct hc_error *err)
{
    char first = first_sign(head);

    if (starts_with(head, "\xff\xfe", 2) || starts_with(head, "\xfe\xff", 2))
        return hc_fail(err, HC_INPUT,
            "cannot read '%s': it is UTF-16; save it as UTF-8 first", path);
    if (memchr(head->bytes, 0, head->n))
        return hc_fail(
            err, HC_INPUT, "cannot read '%s': not Parquet, CSV or JSON lines", path);
    ret->empty = first == '\0' && head->n < HEAD;
    ret->format = HC_FILE_CSV;
    if (is_json_name(path) || (!is_csv_name(path) && (first == '{' || first == '[')))
        ret->format = HC_FILE_JSON;
    return HC_OK;
}

enum hc_status hc_sniff(const char *path, struct hc_sniffed *ret, struct hc_error *err)
{
    struct head head = {.n = 0};

    *ret = (struct hc_sniffed){.format = HC_FILE_PARQUET};
    HC_TRY(read_head(path, &head, err));
    if (starts_with(&head, "PAR1", 4))
        return check_parquet(path, &head, err);
    if (starts_with(&head, "PARE", 4))
        return hc_fail(err, HC_INPUT, "cannot read '%s': it is encrypted", path);
    if (is_parquet_name(path))
        return hc_fail(err, HC_INPUT, "cannot read '%s': not a Parquet file", path);
    ret->format = is_json_name(path) ? HC_FILE_JSON : HC_FILE_CSV;
    if (starts_with(&head, "\x1f\x8b", 2))
        ret->packing = HC_PACKED_GZIP;
    else if (starts_with(&head, "\x28\xb5\x2f\xfd", 4))
        ret->packing = HC_PACKED_ZSTD;
    else
        return sniff_text(path, &head, ret, err);
    return HC_OK;
}
