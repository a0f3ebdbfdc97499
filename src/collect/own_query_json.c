#include <string.h>

#include <jansson.h>

#include "base/fs.h"
#include "base/mem.h"
#include "collect/own_query.h"

enum { MAX_BYTES = 1 << 20 };

struct reading {
    const char *path;
    struct hc_plan *plan;
    struct hc_error *err;
};

/* ---- a query ---- */

static enum hc_status bad(const struct reading *r, const char *key, const char *what)
{
    return hc_fail(r->err, HC_INPUT, "'%s': query %zu: '%s' %s", r->path,
        r->plan->n_own + 1, key, what);
}

static enum hc_status check_keys(const struct reading *r, json_t *item)
{
    static const char *const known[] = {"name", "promql", "unit", "meaning"};
    const char *key;
    json_t *value;

    json_object_foreach(item, key, value)
    {
        size_t i = 0;

        while (i < HC_COUNT(known) && strcmp(key, known[i]))
            i++;
        if (i == HC_COUNT(known))
            return bad(r, key, "is none of name, promql, unit and meaning");
        if (!json_is_string(value) || !json_string_length(value) ||
            json_string_length(value) >= HC_OWN_PROMQL)
            return bad(r, key, "is not a text, empty or too long");
        if (strlen(json_string_value(value)) != json_string_length(value))
            return bad(r, key, "holds a NUL");
    }
    return HC_OK;
}

/* A column of this name is ours, or has come before. */
static bool is_taken(const struct hc_plan *plan, const char *name)
{
    static const char *const keys[] = {"timestamp", "node", "cluster"};

    for (size_t i = 0; i < HC_COUNT(keys); i++)
        if (!strcmp(name, keys[i]))
            return true;
    for (size_t i = 0; i < plan->n_own; i++)
        if (!strcmp(name, plan->own[i].name))
            return true;
    return hc_metric_find(name) >= 0;
}

static enum hc_status check_name(const struct reading *r, const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";

    if (!name)
        return bad(r, "name", "is missing");
    if (strspn(name, letters) != strlen(name) || strlen(name) >= HC_OWN_NAME ||
        (*name >= '0' && *name <= '9'))
        return bad(r, "name", "is not made of a-z, 0-9 and _");
    if (is_taken(r->plan, name))
        return bad(r, "name", "is that of another column");
    return HC_OK;
}

static enum hc_status copy(const json_t *item, const char *key, char **ret)
{
    const char *text = json_string_value(json_object_get(item, key));

    *ret = text ? hc_strdup(text) : NULL;
    return text && !*ret ? HC_NO_MEMORY : HC_OK;
}

static enum hc_status read_query(const struct reading *r, json_t *item)
{
    struct hc_plan *plan = r->plan;
    struct hc_own_query *own = &plan->own[plan->n_own];

    if (!json_is_object(item))
        return bad(r, "[]", "holds something that is not an object");
    HC_TRY(check_keys(r, item));
    HC_TRY(check_name(r, json_string_value(json_object_get(item, "name"))));
    if (!json_object_get(item, "promql"))
        return bad(r, "promql", "is missing");
    plan->n_own++;
    HC_TRY(copy(item, "name", &own->name));
    HC_TRY(copy(item, "promql", &own->promql));
    HC_TRY(copy(item, "unit", &own->unit));
    return copy(item, "meaning", &own->meaning);
}

/* ---- the file ---- */

static enum hc_status read_list(const struct reading *r, const json_t *list)
{
    if (!json_is_array(list) || !json_array_size(list))
        return hc_fail(r->err, HC_INPUT,
            "'%s' is not a list of queries: [{\"name\": …, \"promql\": …}]", r->path);
    if (json_array_size(list) > HC_OWN_MAX)
        return hc_fail(r->err, HC_INPUT, "'%s' has %zu queries: at most %d can be asked",
            r->path, json_array_size(list), (int)HC_OWN_MAX);
    for (size_t i = 0; i < json_array_size(list); i++)
        HC_TRY(read_query(r, json_array_get(list, i)));
    return HC_OK;
}

enum hc_status hc_own_queries_read(
    const char *path, struct hc_plan *plan, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    const struct reading r = {path, plan, err};
    json_error_t error;
    enum hc_status status;
    json_t *root;

    HC_TRY(hc_file_read(path, MAX_BYTES, &text, err));
    root = json_loadb(hc_buf_str(&text), text.len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return hc_fail(
            err, HC_INPUT, "'%s' is not JSON: line %d: %s", path, error.line, error.text);
    status = read_list(&r, root);
    json_decref(root);
    return status;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

bool hc_own_queries_same(const struct hc_plan *a, const struct hc_plan *b)
{
    bool same = a->n_own == b->n_own;

    for (size_t i = 0; same && i < a->n_own; i++)
        same = same_text(a->own[i].name, b->own[i].name) &&
               same_text(a->own[i].promql, b->own[i].promql);
    return same;
}
