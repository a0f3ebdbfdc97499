#include <jansson.h>
#include <string.h>

#include "replay/collected_inside.h"

static void drop_json(json_t **json)
{
    json_decref(*json);
}

enum hc_status hc_collecting_others(const struct hc_collecting *c,
    const struct hc_sheet *sheet, size_t column, int64_t *to, struct hc_error *err)
{
    size_t len = 0;
    const char *text = hc_sheet_text(sheet, column, &len), *name;
    HC_CLEANUP(drop_json) json_t *all = text ? json_loadb(text, len, 0, NULL) : NULL;
    json_t *value;

    if (text && len && !json_is_object(all))
        return hc_sheet_fail(sheet, column, "is no JSON object", err);
    json_object_foreach(all, name, value)
    {
        size_t e = hc_name_index_find(&c->trace->extended, name, strlen(name));
        double number = json_number_value(value);

        if (e != HC_NO_NAME && number > 0)
            to[e] = number < 9e18 ? (int64_t)number + (number > (double)(int64_t)number)
                                  : INT64_MAX;
    }
    return HC_OK;
}

enum hc_status hc_collecting_names(struct hc_collecting *c, const char *text)
{
    HC_CLEANUP(drop_json) json_t *all = json_loads(text, 0, NULL);
    const char *name;
    json_t *value;

    json_object_foreach(all, name, value)
    {
        HC_TRY(hc_name_index_add(&c->trace->extended, name, strlen(name), NULL));
    }
    return HC_OK;
}
