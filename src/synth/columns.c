#include <math.h>

#include "synth/synth.h"

/* Order and units: the sample contract in design.md. INFINITY and NAN are no calls. */
const struct hc_synth_column hc_synth_columns[HC_SYNTH_GAUGES] = {
    [HC_SYNTH_CPU_USAGE_RATE] = {"cpu_usage_rate", "fraction", 0, 1},
    [HC_SYNTH_MEMORY_USAGE] = {"memory_usage", "fraction", 0, 1},
    [HC_SYNTH_MEMORY_AVAILABLE] = {"memory_available", "bytes", 0, INFINITY},
    [HC_SYNTH_MEMORY_TOTAL] = {"memory_total", "bytes", 0, INFINITY},
    [HC_SYNTH_CPU_CORES] = {"cpu_cores", "cores", 0, INFINITY},
    [HC_SYNTH_CPU_IOWAIT] = {"cpu_iowait", "fraction", 0, 1},
    [HC_SYNTH_CPU_STEAL] = {"cpu_steal", "fraction", 0, 1},
    [HC_SYNTH_LOAD_1M] = {"load_1m", "load", 0, INFINITY},
    [HC_SYNTH_LOAD_5M] = {"load_5m", "load", 0, INFINITY},
    [HC_SYNTH_LOAD_15M] = {"load_15m", "load", 0, INFINITY},
    [HC_SYNTH_DISK_USAGE] = {"disk_usage", "fraction", 0, 1},
    [HC_SYNTH_NETWORK_RX_BYTES] = {"network_rx_bytes", "bytes/s", 0, INFINITY},
    [HC_SYNTH_NETWORK_TX_BYTES] = {"network_tx_bytes", "bytes/s", 0, INFINITY},
    [HC_SYNTH_DISK_READ_BYTES] = {"disk_read_bytes", "bytes/s", 0, INFINITY},
    [HC_SYNTH_DISK_WRITE_BYTES] = {"disk_write_bytes", "bytes/s", 0, INFINITY},
};
