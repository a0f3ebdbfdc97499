/* Options, their help, and the suggestions for mistyped words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli/command.h"
#include "base/nearest.h"

struct sample {
    const char *output;
    const char *zone;
    bool all;
    int64_t nodes;
    double target;
    uint64_t memory;
    int progress;
    struct hc_list maps;
};

static const struct hc_option table[] = {
    HC_OPTION_STRING(struct sample, output, "output", 'o', "DIR", NULL, "where to"),
    HC_OPTION_STRING(struct sample, zone, "timezone", 0, "AREA/CITY", "UTC", "the zone"),
    HC_OPTION_FLAG(struct sample, all, "all", 'a', "all of them"),
    HC_OPTION_INT(struct sample, nodes, "nodes", 0, "N", "20", 1, 1000, "how many"),
    HC_OPTION_DOUBLE(struct sample, target, "target-cpu", 0, "F", "0.65", 0, 1, "target"),
    HC_OPTION_SIZE(struct sample, memory, "memory-limit", 0, "SIZE", NULL, "memory"),
    HC_OPTION_CHOICE(
        struct sample, progress, "progress", 0, "auto|always|never", "auto", "a bar"),
    HC_OPTION_LIST(struct sample, maps, "map", 'm', "OURS=THEIRS", "another name"),
    HC_OPTION_END,
};

static struct sample sample;
static const struct hc_option_set set = {table, &sample};
static struct hc_error err;
static const char *args[16];
static size_t n_args;

/* Parses the words of `line` (parted by spaces) into `sample`. */
static enum hc_status parse_some(const char *line, bool first_only)
{
    static char words[512];
    size_t n = 0;

    assert_true(strlen(line) < sizeof(words));
    strcpy(words, line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        args[n++] = word;
    hc_options_clear(&set, 1);
    assert_int_equal(hc_options_init(&set, 1, &err), HC_OK);
    return hc_options_parse(&set, 1, args, n, first_only, &n_args, &err);
}

static void parse(const char *line)
{
    if (parse_some(line, false))
        fail_msg("'%s': %s", line, err.message);
}

static void refuses(const char *line, const char *message)
{
    assert_int_equal(parse_some(line, false), HC_USAGE);
    assert_string_equal(err.message, message);
}

static void test_defaults(void **state)
{
    (void)state;
    memset(&sample, 0xAA, sizeof(sample));
    sample.maps = (struct hc_list){0};
    parse("");
    assert_null(sample.output);
    assert_string_equal(sample.zone, "UTC");
    assert_false(sample.all);
    assert_int_equal(sample.nodes, 20);
    assert_true(sample.target == 0.65);
    assert_int_equal(sample.memory, 0);
    assert_int_equal(sample.progress, 0);
    assert_int_equal(sample.maps.n, 0);
    assert_int_equal(n_args, 0);
}

static void test_value_forms(void **state)
{
    (void)state;
    parse("--timezone Asia/Tokyo --nodes=3");
    assert_string_equal(sample.zone, "Asia/Tokyo");
    assert_int_equal(sample.nodes, 3);
    parse("--output=a=b");
    assert_string_equal(sample.output, "a=b");
    parse("--output=");
    assert_string_equal(sample.output, "");
    parse("-o x");
    assert_string_equal(sample.output, "x");
    parse("-ox");
    assert_string_equal(sample.output, "x");
    parse("-ao x");
    assert_true(sample.all);
    assert_string_equal(sample.output, "x");
    parse("--output --all");
    assert_string_equal(sample.output, "--all");
    assert_false(sample.all);
}

static void test_last_one_counts_but_lists_keep_all(void **state)
{
    (void)state;
    parse("--nodes 1 --map a=b --nodes 2 -m c=d --map=e=f");
    assert_int_equal(sample.nodes, 2);
    assert_int_equal(sample.maps.n, 3);
    assert_string_equal(sample.maps.items[0], "a=b");
    assert_string_equal(sample.maps.items[1], "c=d");
    assert_string_equal(sample.maps.items[2], "e=f");
    hc_options_clear(&set, 1);
    assert_int_equal(sample.maps.n, 0);
}

static void test_arguments(void **state)
{
    (void)state;
    parse("one --all - two -- --three -o");
    assert_int_equal(n_args, 5);
    assert_string_equal(args[0], "one");
    assert_string_equal(args[1], "-");
    assert_string_equal(args[2], "two");
    assert_string_equal(args[3], "--three");
    assert_string_equal(args[4], "-o");
    assert_int_equal(parse_some("--all analyze --nodes 0", true), HC_OK);
    assert_int_equal(n_args, 1);
}

static void test_numbers(void **state)
{
    (void)state;
    refuses("--nodes 0", "option '--nodes' wants a number from 1 to 1000, not '0'");
    refuses("--nodes 99999999999999999999",
        "option '--nodes' wants a number from 1 to 1000, not '99999999999999999999'");
    refuses("--nodes 3x", "option '--nodes' wants a whole number, not '3x'");
    refuses("--nodes=", "option '--nodes' wants a whole number, not ''");
    refuses("--target-cpu 65%", "option '--target-cpu' wants a number, not '65%'");
    refuses("--target-cpu nan", "option '--target-cpu' wants a number, not 'nan'");
    refuses("--target-cpu inf",
        "option '--target-cpu' wants a number from 0 to 1, not 'inf'");
    refuses("--target-cpu 1.5",
        "option '--target-cpu' wants a number from 0 to 1, not '1.5'");
    parse("--target-cpu 1e-1");
    assert_true(sample.target == 0.1);
}

static void test_sizes(void **state)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } rows[] = {
        {"--memory-limit 1", 1},
        {"--memory-limit 4096B", 4096},
        {"--memory-limit 500MB", 500000000},
        {"--memory-limit 500m", 500000000},
        {"--memory-limit 512MiB", 536870912},
        {"--memory-limit 1.5GiB", 1610612736},
        {"--memory-limit 2TB", 2000000000000},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        parse(rows[i].text);
        assert_true(sample.memory == rows[i].bytes);
    }
    refuses("--memory-limit lots",
        "option '--memory-limit' wants a size as '500MB' or '2GiB', not 'lots'");
    refuses("--memory-limit 0",
        "option '--memory-limit' wants a size as '500MB' or '2GiB', not '0'");
    refuses("--memory-limit -5MB",
        "option '--memory-limit' wants a size as '500MB' or '2GiB', not '-5MB'");
    refuses("--memory-limit 5XB",
        "option '--memory-limit' wants a size as '500MB' or '2GiB', not '5XB'");
}

static void test_choices(void **state)
{
    (void)state;
    parse("--progress never");
    assert_int_equal(sample.progress, HC_PROGRESS_NEVER);
    refuses("--progress nev", "option '--progress' wants auto|always|never, not 'nev'");
    refuses("--progress auto|always",
        "option '--progress' wants auto|always|never, not 'auto|always'");
}

static void test_mistakes(void **state)
{
    (void)state;
    refuses("--timezon UTC", "unknown option '--timezon'; did you mean '--timezone'?");
    refuses("--time=UTC", "unknown option '--time'; did you mean '--timezone'?");
    refuses("--ndoes 3", "unknown option '--ndoes'; did you mean '--nodes'?");
    refuses("--colour", "unknown option '--colour'");
    refuses("-x", "unknown option '-x'");
    refuses("--all=yes", "option '--all' takes no value");
    refuses("--timezone", "option '--timezone' needs a value (AREA/CITY)");
    refuses("-o", "option '--output' needs a value (DIR)");
}

static void test_edit_distance(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"nodes", "nodes", 0},
        {"ndoes", "nodes", 1},
        {"node", "nodes", 1},
        {"nodex", "nodes", 1},
        {"kitten", "sitting", 3},
        {"ca", "abc", 3},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        assert_int_equal(hc_edit_distance(rows[i].a, rows[i].b), rows[i].distance);
        assert_int_equal(hc_edit_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
}

static void check_width(const char *text)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");

        if (n > 80)
            fail_msg("%zu columns: %.*s", n, (int)n, line);
        line += n + (line[n] != '\0');
    }
}

static void test_help_of_every_command(void **state)
{
    (void)state;
    for (size_t i = 0; hc_commands[i]; i++) {
        const struct hc_command *command = hc_commands[i];
        struct hc_buf help = HC_BUF_INIT;

        hc_manual_help(&help, command);
        assert_int_equal(hc_buf_check(&help), HC_OK);
        check_width(hc_buf_str(&help));
        for (const struct hc_option *o = command->options; o && o->name; o++) {
            assert_non_null(strstr(hc_buf_str(&help), o->name));
            assert_non_null(o->help);
            assert_true((o->kind == HC_OPT_FLAG) == (o->argument == NULL));
        }
        assert_non_null(strstr(hc_buf_str(&help), "--memory-limit SIZE"));
        hc_buf_clear(&help);
    }
}

/* Every default in the tables can be parsed, and no name or letter is there twice. */
static void test_tables_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; hc_commands[i]; i++) {
        const struct hc_command *command = hc_commands[i];
        void *options = hc_calloc(1, command->options_size + 1);
        struct hc_option_set own = {command->options, options};

        assert_non_null(options);
        if (hc_options_init(&own, 1, &err))
            fail_msg("%s: %s", command->name, err.message);
        hc_options_clear(&own, 1);
        hc_free(options);
        assert_ptr_equal(hc_command_find(command->name), command);
        for (const struct hc_option *a = command->options; a && a->name; a++)
            for (const struct hc_option *b = hc_common_options; b && b->name; b++) {
                assert_string_not_equal(a->name, b->name);
                assert_false(a->letter && a->letter == b->letter);
            }
    }
}

static void test_help_wraps(void **state)
{
    struct hc_buf out = HC_BUF_INIT;

    (void)state;
    hc_help_wrap(&out, "one two three\n\nfour", 2, 9);
    assert_string_equal(hc_buf_str(&out), "one two\n  three\n\n  four");
    hc_buf_clear(&out);
}

static void test_no_memory_for_a_list(void **state)
{
    (void)state;
    assert_int_equal(parse_some("", false), HC_OK);
    args[0] = "--map=a=b";
    hc_mem_fail_after(0);

    enum hc_status status = hc_options_parse(&set, 1, args, 1, false, &n_args, &err);

    hc_mem_fail_after(-1);
    assert_int_equal(status, HC_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_value_forms),
        cmocka_unit_test(test_last_one_counts_but_lists_keep_all),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_edit_distance),
        cmocka_unit_test(test_help_of_every_command),
        cmocka_unit_test(test_tables_are_sound),
        cmocka_unit_test(test_help_wraps),
        cmocka_unit_test(test_no_memory_for_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
