/*
 * plan_json.h - the plan of a collection as a file: DIR/.collect/plan.json
 *
 * Written before the first piece is asked for; a rerun goes by it. It names the server
 * without userinfo, and holds no secret.
 *
 * Failures of reading: HC_INPUT, for a file that is not there or not right, and for one
 * whose queries are not what this program asks.
 */
#ifndef HC_PLAN_JSON_H
#define HC_PLAN_JSON_H

#include "collect/plan.h"

#define HC_PLAN_NAME "plan.json"

enum hc_status hc_plan_write(
    const struct hc_plan *plan, const char *dir, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_plan_read(
    const char *dir, struct hc_plan *ret, struct hc_error *err) HC_MUST_USE;

#endif
