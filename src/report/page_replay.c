#include "report/page_replay.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *key;
    size_t offset;
} course_keys[] = {
    {"used", offsetof(struct hc_placement_point, nodes_used)},
    {"asked", offsetof(struct hc_placement_point, cpu_asked)},
    {"cpu", offsetof(struct hc_placement_point, cpu_used)},
    {"hot", offsetof(struct hc_placement_point, hot)},
};

static void put_course(struct hc_json *js, const char *key,
    const struct hc_placement_point *course, size_t n, size_t offset)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++) {
        double value;

        memcpy(&value, (const char *)&course[i] + offset, sizeof(value));
        hc_json_num(js, value);
    }
    hc_json_close(js, ']');
}

static void put_courses(struct hc_json *js, const struct hc_placement *p)
{
    hc_json_kint(js, "start_s", p->course_start_s);
    hc_json_kint(js, "width_s", p->course_width_s);
    put_course(js, "there", p->policies[0].course, p->n_points,
        offsetof(struct hc_placement_point, nodes_there));
    hc_json_key(js, "course");
    hc_json_open(js, '[');
    for (size_t m = 0; m < p->n_policies; m++) {
        hc_json_open(js, '{');
        for (size_t k = 0; k < HC_COUNT(course_keys); k++)
            put_course(js, course_keys[k].key, p->policies[m].course, p->n_points,
                course_keys[k].offset);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_allocated(struct hc_json *js, const struct hc_placement *p)
{
    hc_json_kstr(js, "load_of", p->load_of);
    hc_json_key(js, "allocated");
    hc_json_open(js, '[');
    for (size_t m = 0; m < p->n_policies; m++) {
        hc_json_open(js, '[');
        for (size_t i = 0; i < HC_PLACEMENT_LOADS; i++)
            hc_json_num(js, p->policies[m].allocated[i]);
        hc_json_close(js, ']');
    }
    hc_json_close(js, ']');
}

void hc_page_replay(struct hc_json *js, const struct hc_placement *p)
{
    if (p->verdict.status != HC_AVAILABLE || !p->n_policies) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    put_allocated(js, p);
    put_courses(js, p);
    hc_json_close(js, '}');
}
