#include "synth/seats.h"

const char *const hc_synth_kind_names[] = {
    "Deployment", "StatefulSet", "CronJob", "DaemonSet"};

#define DEPLOYMENT HC_KIND_DEPLOYMENT
#define STATEFUL HC_KIND_STATEFUL_SET
#define CRON HC_KIND_CRON_JOB
#define DAEMON HC_KIND_DAEMON_SET
#define GENERAL HC_POOL_GENERAL
#define BATCH HC_POOL_BATCH
#define MEMORY HC_POOL_MEMORY
#define ANY HC_ANY_POOL

/*
 * Sizes are 500, 1000, 2000 or 4000, each pool has some of 500; the daemon sets' sum is
 * 250. Cron jobs run at night all together. Limits go only with much over-asking, since
 * nothing here is held at its limit.
 */
const struct hc_synth_workload hc_synth_workloads[] = {
    {"shop", "frontend", DEPLOYMENT, GENERAL, 500, 1.6, 1.0, 0, 5, 0},
    {"shop", "checkout", DEPLOYMENT, GENERAL, 1000, 2.2, 1.1, 2, 7, 0},
    {"shop", "cart", DEPLOYMENT, GENERAL, 500, 1.2, 0.9, 0, 9, 0},
    {"shop", "catalog", DEPLOYMENT, GENERAL, 2000, 2.6, 1.2, 2, 6, 0},
    {"shop", "search", STATEFUL, GENERAL, 4000, 1.4, 1.0, 0, 0, 0},
    {"accounts", "login", DEPLOYMENT, GENERAL, 500, 1.0, 0.9, 0, 8, 0},
    {"accounts", "profile", DEPLOYMENT, GENERAL, 1000, 3.0, 1.3, 2, 11, 0},
    {"accounts", "ledger", STATEFUL, GENERAL, 2000, 1.8, 1.1, 0, 14, 0},
    {"media", "resize", DEPLOYMENT, GENERAL, 2000, 0.9, 1.0, 0, 10, 0},
    {"media", "gateway", DEPLOYMENT, GENERAL, 1000, 1.5, 1.0, 0, 4, 0},
    {"media", "streams", STATEFUL, GENERAL, 4000, 2.4, 1.2, 2, 0, 0},
    {"platform", "registry", DEPLOYMENT, GENERAL, 1000, 3.5, 1.3, 2, 13, 0},
    {"platform", "builds", DEPLOYMENT, GENERAL, 4000, 1.1, 1.0, 0, 12, 0},
    {"platform", "mail", DEPLOYMENT, GENERAL, 500, 2.8, 1.2, 2, 0, 0},
    {"reports", "extract", CRON, BATCH, 1000, 1.2, 1.0, 0, 0, 0},
    {"reports", "nightly", CRON, BATCH, 2000, 1.5, 1.0, 0, 0, 0},
    {"reports", "scheduler", DEPLOYMENT, BATCH, 500, 2.5, 1.2, 2, 9, 0},
    {"reports", "workers", DEPLOYMENT, BATCH, 4000, 1.3, 1.0, 0, 6, 0},
    {"training", "trainer", STATEFUL, BATCH, 4000, 1.0, 1.1, 0, 0, 0},
    {"training", "features", DEPLOYMENT, BATCH, 2000, 1.7, 1.0, 0, 7, 0},
    {"training", "tracker", DEPLOYMENT, BATCH, 500, 3.2, 1.3, 2, 0, 0},
    {"data", "postgres", STATEFUL, MEMORY, 4000, 1.6, 1.0, 0, 0, 0},
    {"data", "cache", STATEFUL, MEMORY, 1000, 2.0, 0.9, 0, 0, 0},
    {"data", "broker", STATEFUL, MEMORY, 2000, 1.4, 1.1, 0, 15, 0},
    {"data", "proxy", DEPLOYMENT, MEMORY, 500, 2.6, 1.2, 2, 8, 0},
    {"analytics", "query", DEPLOYMENT, MEMORY, 4000, 1.2, 1.0, 0, 10, 0},
    {"analytics", "ingest", DEPLOYMENT, MEMORY, 2000, 1.9, 1.1, 0, 6, 0},
    {"analytics", "dashboards", DEPLOYMENT, MEMORY, 500, 3.0, 1.3, 2, 12, 0},
    {"sandbox", "notebooks", DEPLOYMENT, ANY, 0, 1.0, 1.0, 0, 3, 150},
    {"sandbox", "prototype", DEPLOYMENT, ANY, 0, 1.0, 1.0, 0, 0, 0},
    {"platform", "scripts", DEPLOYMENT, ANY, 0, 1.0, 1.0, 0, 0, 0},
    {"kube-system", "node-agent", DAEMON, ANY, 100, 1.5, 1.0, 0, 0, 0},
    {"kube-system", "network", DAEMON, ANY, 150, 1.2, 1.0, 0, 16, 0},
};

const uint16_t hc_synth_n_workloads = HC_COUNT(hc_synth_workloads);
