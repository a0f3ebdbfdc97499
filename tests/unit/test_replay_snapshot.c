/*
 * Snapshots: what a pod asks for, and what each node answers to its constraints, by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "replay/fit.h"
#include "replay/snapshot.h"
#include "replay_case.h"

/* ---- reading ---- */

struct read {
    struct hc_trace trace;
    struct hc_oddities odd;
    struct hc_snapshot_notes notes;
    struct hc_error err;
};

static void clear(struct read *r)
{
    hc_trace_clear(&r->trace);
}

static const char four_nodes[] =
    "{'metadata':{'name':'n0','labels':{'zone':'a','size':'4','kubernetes.io/hostname':"
    "'n0'}},'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'10'}}},"
    "{'metadata':{'name':'n1','labels':{'zone':'b','size':'8','kubernetes.io/hostname':"
    "'n1'}},'spec':{'taints':[{'key':'k','value':'v','effect':'NoSchedule'}]},'status':{"
    "'allocatable':{'cpu':'4','memory':'8Gi','pods':'10'}}},"
    "{'metadata':{'name':'n2','labels':{'zone':'b','kubernetes.io/hostname':'n2'}},"
    "'spec':{'unschedulable':true},'status':{'allocatable':{'cpu':'4','memory':'8Gi',"
    "'pods':'10'}}},"
    "{'metadata':{'name':'n3','labels':{'size':'x','kubernetes.io/hostname':'n3'}},"
    "'spec':{'taints':[{'key':'k','effect':'PreferNoSchedule'},{'key':'l','effect':"
    "'PreferNoSchedule'}]},'status':{'allocatable':{'cpu':'4','memory':'8Gi',"
    "'pods':'10'}}}";

/* Single quotes stand for double ones. */
static void read_pods(struct read *r, const char *pods)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    hc_buf_printf(&text, "{'nodes':[%s],'pods':[%s]}", four_nodes, pods);
    for (size_t i = 0; i < text.len; i++)
        if (text.text[i] == '\'')
            text.text[i] = '"';
    if (hc_snapshot_parse(
            text.text, text.len, "f", false, &r->trace, &r->odd, &r->notes, &r->err))
        fail_msg("%s", r->err.message);
    hc_trace_close(&r->trace);
}

static const struct hc_shape *shape_of(const struct read *r, size_t pod)
{
    return &r->trace.shapes[r->trace.pods[pod].shape];
}

/* ---- requests ---- */

static void requests_by_hand(void **state)
{
    static const struct {
        const char *spec;
        int64_t cpu, memory, scored_cpu, scored_memory;
    } cases[] = {
        {"'containers':[{'resources':{'requests':{'cpu':'250m','memory':'1Gi'}}},"
         "{'resources':{'requests':{'cpu':'0.5'}}}]",
            750, GIB, 750, GIB + (200 << 20)},
        {"'containers':[{}]", 0, 0, 100, 200 << 20},
        {"'containers':[{'resources':{'requests':{'cpu':'0','memory':'0'}}}]", 0, 0, 0,
            0},
        /* halves of a milli-core are added before they are rounded */
        {"'containers':[{'resources':{'requests':{'cpu':'500u','memory':'1'}}},"
         "{'resources':{'requests':{'cpu':'500u','memory':'1'}}}]",
            1, 2, 1, 2},
        /* an init container asks for more than all others; its memory is less */
        {"'initContainers':[{'resources':{'requests':{'cpu':'2','memory':'1'}}}],"
         "'containers':[{'resources':{'requests':{'cpu':'1','memory':'2Gi'}}}]",
            2000, 2 * GIB, 2000, 2 * GIB},
        /* a sidecar runs beside what comes after it: 0.5 + 1, not the 0.25 before it */
        {"'initContainers':[{'resources':{'requests':{'cpu':'1','memory':'1'}}},"
         "{'restartPolicy':'Always','resources':{'requests':{'cpu':'500m','memory':'1'}}}"
         ","
         "{'resources':{'requests':{'cpu':'1','memory':'1'}}}],"
         "'containers':[{'resources':{'requests':{'cpu':'250m','memory':'1'}}}]",
            1500, 2, 1500, 2},
        /* what the pod as a whole says stands for its containers; then the overhead */
        {"'resources':{'requests':{'cpu':'3'}},'overhead':{'cpu':'100m','memory':'1Ki'},"
         "'containers':[{'resources':{'requests':{'cpu':'1','memory':'1Ki'}}}]",
            3100, 2048, 3100, 2048},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        HC_CLEANUP(clear) struct read r = {0};
        HC_CLEANUP(hc_buf_clear) struct hc_buf pod = HC_BUF_INIT;
        const struct hc_shape *s;

        hc_buf_printf(&pod, "{'metadata':{'name':'p'},'spec':{%s}}", cases[i].spec);
        read_pods(&r, pod.text);
        s = shape_of(&r, 0);
        if (s->cpu != cases[i].cpu || s->memory != cases[i].memory ||
            s->scored_cpu != cases[i].scored_cpu ||
            s->scored_memory != cases[i].scored_memory)
            fail_msg("case %zu: %lld %lld, %lld %lld", i, (long long)s->cpu,
                (long long)s->memory, (long long)s->scored_cpu,
                (long long)s->scored_memory);
    }
}

static void limits_are_summed(void **state)
{
    HC_CLEANUP(clear) struct read r = {0};

    (void)state;
    read_pods(&r,
        "{'metadata':{'name':'p'},'spec':{'containers':[{'resources':{'limits':{'cpu':"
        "'1500m','memory':'1Gi'}}},{'resources':{'limits':{'cpu':1}}},{}]}}");
    assert_int_equal(shape_of(&r, 0)->limit_cpu, 2500);
    assert_int_equal(shape_of(&r, 0)->limit_memory, GIB);
    assert_int_equal(shape_of(&r, 0)->cpu, 0);
}

/* ---- constraints ---- */

/* A letter for each node: . it fits, else u, t, a (unschedulable, taint, affinity). */
static void answers_by_hand(void **state)
{
    static const struct {
        const char *spec, *answers;
    } cases[] = {
        {"", ".tu."},
        {"'tolerations':[{'operator':'Exists'}]", "...."},
        {"'tolerations':[{'key':'k','operator':'Exists','effect':'NoExecute'}]", ".tu."},
        {"'tolerations':[{'key':'k','value':'v'}]", "..u."},
        {"'tolerations':[{'key':'k','value':'w'}]", ".tu."},
        {"'tolerations':[{'key':'node.kubernetes.io/unschedulable','operator':'Exists'}]",
            ".t.."},
        {"'nodeSelector':{'zone':'a'}", ".tua"},
        {"'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"
         "'nodeSelectorTerms':[{'matchExpressions':[{'key':'zone','operator':'In','"
         "values':"
         "['a','c']}]},{'matchExpressions':[{'key':'zone','operator':'DoesNotExist'}]}]}}"
         "}",
            ".tu."},
        {"'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"
         "'nodeSelectorTerms':[{'matchExpressions':[{'key':'zone','operator':'NotIn',"
         "'values':['a']},{'key':'size','operator':'Exists'}]}]}}}",
            "atu."},
        /* a size that is no number is neither larger nor smaller */
        {"'tolerations':[{'operator':'Exists'}],'affinity':{'nodeAffinity':{"
         "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{"
         "'matchExpressions':[{'key':'size','operator':'Gt','values':['4']}]}]}}}",
            "a.aa"},
        {"'tolerations':[{'operator':'Exists'}],'affinity':{'nodeAffinity':{"
         "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{"
         "'matchExpressions':[{'key':'size','operator':'Lt','values':['8']}]}]}}}",
            ".aaa"},
        /* a term that says nothing, and no term at all, match nothing */
        {"'tolerations':[{'operator':'Exists'}],'affinity':{'nodeAffinity':{"
         "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{}]}}}",
            "aaaa"},
        {"'tolerations':[{'operator':'Exists'}],'affinity':{'nodeAffinity':{"
         "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{"
         "'matchFields':[{'key':'metadata.name','operator':'In','values':['n3']}]}]}}}",
            "aaa."},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        HC_CLEANUP(clear) struct read r = {0};
        HC_CLEANUP(hc_buf_clear) struct hc_buf pod = HC_BUF_INIT;
        const struct hc_rules *rules;
        char answers[5] = "....";

        hc_buf_printf(&pod, "{'metadata':{'name':'p'},'spec':{%s}}", cases[i].spec);
        read_pods(&r, pod.text);
        rules = &r.trace.rules[shape_of(&r, 0)->rules];
        for (size_t n = 0; rules->bars && n < 4; n++)
            answers[n] = rules->bars[n] & HC_BAR_UNSCHEDULABLE ? 'u'
                         : rules->bars[n] & HC_BAR_TAINT       ? 't'
                         : rules->bars[n] & HC_BAR_AFFINITY    ? 'a'
                                                               : '.';
        if (strcmp(answers, cases[i].answers) != 0)
            fail_msg("case %zu: %s", i, answers);
    }
}

static void preferences_by_hand(void **state)
{
    HC_CLEANUP(clear) struct read r = {0};
    const struct hc_rules *rules;

    (void)state;
    read_pods(&r,
        "{'metadata':{'name':'p'},'spec':{'tolerations':[{'key':'l','operator':'Exists'}]"
        ","
        "'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':["
        "{'weight':30,'preference':{'matchExpressions':[{'key':'zone','operator':'In',"
        "'values':['b']}]}},{'weight':5,'preference':{'matchExpressions':[{'key':'size',"
        "'operator':'Exists'}]}}]}}}}");
    rules = &r.trace.rules[shape_of(&r, 0)->rules];
    assert_true(rules->prefers);
    assert_int_equal(rules->affinity[0], 5);
    assert_int_equal(rules->affinity[1], 35);
    assert_int_equal(rules->affinity[2], 30);
    assert_int_equal(rules->affinity[3], 5);
    assert_int_equal(rules->untolerated[0], 0);
    assert_int_equal(rules->untolerated[3], 1); /* k; l is tolerated */
}

/* ---- spread ---- */

static void spreads_and_groups(void **state)
{
    HC_CLEANUP(clear) struct read r = {0};
    const struct hc_shape *a, *b, *c;

    (void)state;
    read_pods(&r,
        "{'metadata':{'name':'a','namespace':'s','labels':{'app':'x','rev':'1'}},'spec':{"
        "'topologySpreadConstraints':[{'maxSkew':2,'minDomains':3,'topologyKey':'zone',"
        "'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'x'}},"
        "'matchLabelKeys':['rev'],'nodeTaintsPolicy':'Honor','nodeAffinityPolicy':"
        "'Ignore'}]}},"
        "{'metadata':{'name':'b','namespace':'s','labels':{'app':'x','rev':'2'}}},"
        "{'metadata':{'name':'c','namespace':'t','labels':{'app':'x','rev':'1'}}},"
        "{'metadata':{'name':'d','namespace':'s','labels':{'app':'x','rev':'1'},"
        "'deletionTimestamp':'2025-06-02T00:00:00Z'}}");
    a = shape_of(&r, 0);
    b = shape_of(&r, 1);
    c = shape_of(&r, 2);
    assert_int_equal(a->n_spreads, 1);
    assert_true(a->spreads[0].hard && a->spreads[0].self && a->spreads[0].heeds_taints &&
                !a->spreads[0].heeds_affinity && !a->defaults);
    assert_int_equal(a->spreads[0].max_skew, 2);
    assert_int_equal(a->spreads[0].min_domains, 3);
    assert_int_equal(a->n_groups, 1);
    assert_int_equal(b->n_groups, 0);               /* another revision */
    assert_int_equal(c->n_groups, 0);               /* another namespace */
    assert_int_equal(shape_of(&r, 3)->n_groups, 0); /* on its way out */
    assert_int_equal(r.trace.topologies[0].n_domains, 2);
    assert_int_equal(r.trace.topologies[0].domain[3], HC_NOWHERE);
}

#define OWNED(name, kind, owner)                                                         \
    "{'metadata':{'name':'" name "','ownerReferences':[{'kind':'" kind                   \
    "','name':'" owner "','controller':true}]}}"

static void controllers_are_spread_by_default(void **state)
{
    HC_CLEANUP(clear) struct read r = {0};
    const struct hc_shape *a;

    (void)state;
    read_pods(
        &r, OWNED("a", "ReplicaSet", "x") "," OWNED("b", "ReplicaSet", "x") "," OWNED("c",
                "ReplicaSet", "y") "," OWNED("d", "Job", "x") "," OWNED("e", "Job", "x"));
    a = shape_of(&r, 0);
    assert_int_equal(a->n_spreads, 2);
    assert_true(a->defaults && !a->spreads[0].hard && a->spreads[0].self);
    assert_int_equal(a->spreads[0].max_skew, 3);
    assert_int_equal(a->spreads[1].max_skew, 5);
    assert_true(r.trace.topologies[a->spreads[0].topology].is_hostname);
    assert_int_equal(a->n_groups, 1);
    assert_int_equal(shape_of(&r, 1), a);
    assert_int_equal(shape_of(&r, 2)->n_spreads, 0); /* alone */
    assert_int_equal(shape_of(&r, 3)->n_spreads, 0); /* no such controller */
}

/* ---- who stays ---- */

static void who_stays_and_who_is_left_out(void **state)
{
    HC_CLEANUP(clear) struct read r = {0};

    (void)state;
    read_pods(&r,
        "{'metadata':{'name':'a','ownerReferences':[{'kind':'DaemonSet','name':'x'}]},"
        "'spec':{'nodeName':'n1'}},"
        "{'metadata':{'name':'b','annotations':{'kubernetes.io/config.mirror':'y'}},"
        "'spec':{'nodeName':'n0'}},"
        "{'metadata':{'name':'c'},'spec':{'nodeName':'n0'}},"
        "{'metadata':{'name':'d'},'spec':{'nodeName':'n9'}},"
        "{'metadata':{'name':'e'},'spec':{'nodeName':'n0'},'status':{'phase':'Failed'}},"
        "{'metadata':{'name':'f'},'spec':{'priority':5,'containers':[{'ports':[{"
        "'hostPort':80}]}],'affinity':{'podAntiAffinity':{}}}}");
    assert_int_equal(r.trace.n_pods, 5);
    assert_true(r.trace.pods[0].pinned && r.trace.pods[0].node == 1);
    assert_true(r.trace.pods[1].pinned);
    assert_true(!r.trace.pods[2].pinned && r.trace.pods[2].node == 0);
    assert_true(!r.trace.pods[3].pinned && r.trace.pods[3].node == HC_NOWHERE);
    assert_int_equal(r.notes.kept, 2);
    assert_int_equal(r.notes.ended, 1);
    assert_int_equal(r.odd.no_such_node, 1);
    assert_true(
        r.notes.ports == 1 && r.notes.pod_affinity == 1 && r.notes.priorities == 1);
}

/* ---- reasons ---- */

static void reasons_as_kube_scheduler_words_them(void **state)
{
    HC_CLEANUP(clear) struct read r = {0};
    HC_CLEANUP(hc_fleet_clear) struct hc_fleet f = {0};
    static const char *const expected[] = {
        ("Insufficient cpu, Insufficient memory, Insufficient ephemeral-storage, "
         "Insufficient a.b/c, Insufficient example.com/x"),
        "node(s) had untolerated taint(s)", "node(s) were unschedulable"};

    (void)state;
    read_pods(&r,
        "{'metadata':{'name':'p'},'spec':{'containers':[{'resources':{'requests':{'cpu':"
        "'5','memory':'9Gi','ephemeral-storage':'1','example.com/x':'1','a.b/"
        "c':'2'}}}]}}");
    assert_int_equal(hc_fleet_open(&r.trace, &f), HC_OK);
    for (size_t i = 0; i < HC_COUNT(expected); i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf reason = HC_BUF_INIT;

        hc_fit_refusal(&f, shape_of(&r, 0), i, &reason);
        assert_string_equal(hc_buf_str(&reason), expected[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_by_hand),
        cmocka_unit_test(limits_are_summed),
        cmocka_unit_test(answers_by_hand),
        cmocka_unit_test(preferences_by_hand),
        cmocka_unit_test(spreads_and_groups),
        cmocka_unit_test(controllers_are_spread_by_default),
        cmocka_unit_test(who_stays_and_who_is_left_out),
        cmocka_unit_test(reasons_as_kube_scheduler_words_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
