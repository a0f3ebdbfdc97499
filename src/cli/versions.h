/*
 * versions.h - what --version prints: our version and those that data depends on
 */
#ifndef HC_VERSIONS_H
#define HC_VERSIONS_H

#include "base/buf.h"

/* A line for each: the program, DuckDB as it is loaded, the form of the stored state. */
void hc_versions(struct hc_buf *out);

#endif
