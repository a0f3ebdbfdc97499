/*
 * tables.h - a trace out of a file of nodes and a file of pods, and their orders
 *
 * Files are CSV or Parquet (sheet.h). Columns, with the names that are taken too in
 * parentheses:
 *
 * - nodes: name (sn, node); cpu_milli, or cpu_cores (allocatable_cpu_cores); memory_mib,
 *   or memory_bytes (allocatable_memory_bytes); gpu (num_gpu, gpus); model (gpu_model);
 *   pods (allocatable_pods)
 *
 * - pods: name (pod); cpu_milli, or cpu_cores (cpu_request_cores); memory_mib, or
 *   memory_bytes (memory_request_bytes); cpu_limit_cores; memory_limit_bytes; num_gpu;
 *   gpu_milli; gpu_spec; node; creation_time (created); deletion_time (deleted)
 *
 * - orders: seed; kind (node or pod); index; name
 *
 * Models in gpu_spec are separated by '|', none: any. A pod with no GPU has neither
 * thousandths nor models. A request that is missing counts 0 to filters, and 100 m or
 * 200 MiB to the scores that do so; a 0 stays 0. In an order a name that ends in -tuned-N
 * is the pod whose name is before it.
 *
 * What does not parse is HC_INPUT with file, row and column. What parses and cannot be is
 * left out or taken as it is, and counted: struct hc_oddities.
 */
#ifndef HC_REPLAY_TABLES_H
#define HC_REPLAY_TABLES_H

#include "replay/sheet.h"
#include "replay/trace.h"

struct hc_oddities {
    uint64_t too_large;     /* pods that fit no node, even an empty one */
    uint64_t left_too_soon; /* deleted before they were created: left out */
    uint64_t no_such_node;  /* recorded on a node that is not there */
    uint64_t repeated;      /* a name that came before: another pod */
};

struct hc_tables_request {
    const char *nodes, *pods, *orders; /* paths; orders may be NULL */
    struct hc_sheet_maps maps;
};

/* `trace` is to be empty, and cleared whatever happens; close it then. */
enum hc_status hc_tables_read(struct hc_duck *duck, const struct hc_tables_request *files,
    struct hc_trace *trace, struct hc_oddities *odd, struct hc_error *err) HC_MUST_USE;

/* Counts the pods that fit no node. */
void hc_oddities_count_large(const struct hc_trace *trace, struct hc_oddities *odd);

/* ---- of tables.c's ---- */

enum hc_status hc_orders_read(struct hc_duck *duck, const char *path,
    struct hc_sheet_maps maps, struct hc_trace *trace, struct hc_error *err) HC_MUST_USE;

/*
 * `n` orders with the seeds from `first` on: nodes shuffled; pods as the trace's events
 * have them, or, where it has none, as they stand in the file.
 */
enum hc_status hc_orders_make(
    struct hc_trace *trace, int64_t first, size_t n) HC_MUST_USE;

#endif
