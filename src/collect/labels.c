#include "base/mem.h"
#include "collect/labels.h"

void hc_labels_clear(struct hc_labels *labels)
{
    hc_buf_clear(&labels->bytes);
    hc_free(labels->list);
    *labels = (struct hc_labels){0};
}

void hc_labels_reset(struct hc_labels *labels)
{
    hc_buf_reset(&labels->bytes);
    labels->n = 0;
}

static enum hc_status keep(
    struct hc_labels *labels, const char *text, size_t len, struct hc_error *err)
{
    if (len >= HC_LABELS_BYTES || labels->bytes.len + len + 1 > HC_LABELS_BYTES)
        return hc_fail(
            err, HC_INPUT, "a label set has more than %d bytes", (int)HC_LABELS_BYTES);
    hc_buf_add(&labels->bytes, text, len);
    hc_buf_putc(&labels->bytes, '\0');
    return hc_buf_check(&labels->bytes);
}

enum hc_status hc_labels_name(
    struct hc_labels *labels, const char *text, size_t len, struct hc_error *err)
{
    if (labels->n == HC_LABELS_MAX)
        return hc_fail(
            err, HC_INPUT, "a series has more than %d labels", (int)HC_LABELS_MAX);
    if (!len)
        return hc_fail(err, HC_INPUT, "a label has no name");
    HC_TRY(hc_grow(&labels->list, &labels->cap, labels->n + 1, sizeof(labels->list[0])));
    HC_TRY(keep(labels, text, len, err));
    labels->list[labels->n++] = (struct hc_label){.name_len = len};
    return HC_OK;
}

enum hc_status hc_labels_value(
    struct hc_labels *labels, const char *text, size_t len, struct hc_error *err)
{
    HC_TRY(keep(labels, text, len, err));
    labels->list[labels->n - 1].value_len = len;
    return HC_OK;
}

/* The buffer does not move any more. */
static void point(struct hc_labels *labels)
{
    const char *at = hc_buf_str(&labels->bytes);

    for (size_t i = 0; i < labels->n; i++) {
        struct hc_label *label = &labels->list[i];

        label->name = at;
        label->value = at + label->name_len + 1;
        at = label->value + label->value_len + 1;
    }
}

static int compare(const struct hc_label *a, const struct hc_label *b)
{
    size_t n = a->name_len < b->name_len ? a->name_len : b->name_len;
    int order = memcmp(a->name, b->name, n);

    return order ? order : (a->name_len > b->name_len) - (a->name_len < b->name_len);
}

bool hc_labels_equal(const struct hc_labels *a, const struct hc_labels *b)
{
    bool equal = a->n == b->n;

    for (size_t i = 0; equal && i < a->n; i++)
        equal = compare(&a->list[i], &b->list[i]) == 0 &&
                a->list[i].value_len == b->list[i].value_len &&
                !memcmp(a->list[i].value, b->list[i].value, a->list[i].value_len);
    return equal;
}

enum hc_status hc_labels_sort(struct hc_labels *labels, struct hc_error *err)
{
    point(labels);
    for (size_t i = 1; i < labels->n; i++) {
        struct hc_label label = labels->list[i];
        size_t k = i;
        int order = 1;

        for (; k; k--) {
            order = compare(&label, &labels->list[k - 1]);
            if (order >= 0)
                break;
            labels->list[k] = labels->list[k - 1];
        }
        if (k && order == 0)
            return hc_fail(
                err, HC_INPUT, "a series has the label '%.200s' twice", label.name);
        labels->list[k] = label;
    }
    return HC_OK;
}
