#include "report/replay_html.h"

#include "report/human.h"
#include "report/json_sections.h"
#include "report/page_data.h"
#include "report/page_replay.h"
#include "report/web.h"

enum { BEFORE_TITLE, BEFORE_DATA, AFTER_DATA };

static void add_part(struct hc_buf *out, size_t part)
{
    hc_buf_add(out, hc_web_parts[part].text, hc_web_parts[part].len);
}

/* Of findings.json what the section reads, and "only": which section there is. */
static void put_data(
    struct hc_json *js, const struct hc_placement *p, const char *generated_at)
{
    const struct hc_findings findings = {.placement = *p};

    hc_json_open(js, '{');
    hc_json_kstr(js, "only", "replay");
    hc_json_key(js, "findings");
    hc_json_open(js, '{');
    hc_json_kstr(js, "generated_at", generated_at);
    hc_json_kstr(js, "hindcast", HC_VERSION);
    hc_json_key(js, "input");
    hc_json_open(js, '{');
    hc_json_kstr(js, "timezone", "UTC");
    hc_json_close(js, '}');
    hc_json_key(js, "replay");
    hc_json_replay(js, &findings);
    hc_json_key(js, "findings");
    hc_json_open(js, '[');
    hc_json_close(js, ']');
    hc_json_close(js, '}');
    hc_json_key(js, "replay");
    hc_page_replay(js, p);
    hc_json_close(js, '}');
}

void hc_replay_html(
    struct hc_buf *out, const struct hc_placement *p, const char *generated_at)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf data = HC_BUF_INIT;
    struct hc_json js;

    hc_json_init(&js, &data, 1);
    js.digits = 9;
    put_data(&js, p, generated_at);
    add_part(out, BEFORE_TITLE);
    hc_buf_printf(out, "%s pods", hc_human_count(p->pods).text);
    hc_buf_printf(
        out, " on %s nodes, replayed - hindcast", hc_human_count(p->nodes).text);
    add_part(out, BEFORE_DATA);
    hc_page_without_tags(out, &data);
    add_part(out, AFTER_DATA);
}
