#include "collect/state_tables.h"

void hc_state_key(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    hc_buf_puts(out, hc_entity_key(at->entity, (size_t)column->ask));
}

void hc_state_label(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    const struct hc_fact *fact =
        hc_entity_newest(at->entity, column->ask, at->point, at->n_points);

    if (fact)
        hc_buf_puts(out, hc_fact_label(fact, column->word));
}

double hc_state_number(const struct hc_state_at *at, const struct hc_state_column *column)
{
    return hc_entity_number(at->entity, column->ask, at->point);
}
