/*
 * replicas.h - which of the labels that tell replicas apart a server has
 *
 * A sum is made for each replica of an HA pair, each job and each page of a target by
 * itself (queries.h). Every label that the server has to group by costs it time, so that
 * those which tell nothing apart are left out: a label of replicas that no series has, a
 * job or page of which there is only one. Looked for over the whole range, and again when
 * a collection goes on.
 *
 * Private to the room.
 */
#ifndef HC_REPLICAS_H
#define HC_REPLICAS_H

#include "collect/server.h"

/* Fills plan->replicas, "" if none is needed. Failures: as server.h. */
enum hc_status hc_replicas_find(
    struct hc_server *server, struct hc_plan *plan, struct hc_error *err) HC_MUST_USE;

#endif
