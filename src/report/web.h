/*
 * The report page as it was built in: markup, style and script, all of it but the title
 * and the data. A page is
 *
 *     parts[0]  the title, as HTML text  parts[1]  the data, as JSON  parts[2]
 *
 * The title is escaped as text of HTML is. The data stand in a script element of type
 * application/json: no "<" may be in them, so write it as \u003c, which JSON reads as the
 * same. The policy in parts[0] admits the one script and the one style sheet of these
 * parts by hash: what comes with the data cannot run.
 *
 * tools/bundle.py makes the parts from src/report/web and ECharts at build time, with the
 * licences of what they contain. Constant; any thread may read them.
 */
#ifndef HC_REPORT_WEB_H
#define HC_REPORT_WEB_H

#include <stddef.h>

enum { HC_WEB_PARTS = 3 };

struct hc_web_part {
    const char *text; /* UTF-8; a zero byte follows */
    size_t len;
};

extern const struct hc_web_part hc_web_parts[HC_WEB_PARTS];

#endif
