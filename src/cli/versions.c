#include <hindcast/profile.h>

#include "cli/versions.h"
#include "duck/session.h"

void hc_versions(struct hc_buf *out)
{
    const char *duckdb = hc_duck_version();

    hc_buf_printf(out, "hindcast %s\n", HC_VERSION);
    hc_buf_printf(out, "DuckDB %s\n", *duckdb == 'v' ? duckdb + 1 : duckdb);
    hc_buf_printf(out, "stored state %d\n", HC_PROFILE_VERSION);
}
