#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "features/duration.h"

static const struct {
    const char *text;
    int64_t seconds; /* 0: refused */
    const char *label, *words;
} cases[] = {
    {"1h", 3600, "1.0h", "1 h"},
    {"6h", 21600, "6.0h", "6 h"},
    {"24h", 86400, "24.0h", "24 h"},
    {"7d", 604800, "168.0h", "168 h"},
    {"1.5h", 5400, "1.5h", "90 m"},
    {"90m", 5400, "1.5h", "90 m"},
    {"15m", 900, "0.25h", "15 m"},
    {"5m", 300, "5.0m", "5 m"},
    {"45s", 45, "45.0s", "45 s"},
    {"36s", 36, "0.01h", "36 s"},
    {"1s", 1, "1.0s", "1 s"},
    {"366d", 31622400, "8784.0h", "8784 h"},
    {"0.5s", 0, NULL, NULL},
    {"0h", 0, NULL, NULL},
    {"367d", 0, NULL, NULL},
    {"99999999999999999999d", 0, NULL, NULL},
    {"1.0000001h", 0, NULL, NULL},
    {"1", 0, NULL, NULL},
    {"h", 0, NULL, NULL},
    {".h", 0, NULL, NULL},
    {"1.2.3h", 0, NULL, NULL},
    {"-1h", 0, NULL, NULL},
    {" 1h", 0, NULL, NULL},
    {"1w", 0, NULL, NULL},
    {"", 0, NULL, NULL},
};

static void one_by_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_durations list = {.n = 77};
        struct hc_error err = {""};
        enum hc_status status =
            hc_durations_parse("--windows", cases[i].text, &list, &err);
        char text[HC_DURATION_TEXT];

        if (!cases[i].seconds) {
            assert_int_equal(status, HC_USAGE);
            assert_int_equal(list.n, 77);
            assert_non_null(strstr(err.message, "'--windows'"));
            continue;
        }
        assert_int_equal(status, HC_OK);
        assert_int_equal(list.n, 1);
        assert_int_equal(list.us[0], cases[i].seconds * 1000000);
        hc_duration_label(list.us[0], text);
        assert_string_equal(text, cases[i].label);
        hc_duration_words(list.us[0], text);
        assert_string_equal(text, cases[i].words);
    }
}

static void lists(void **state)
{
    struct hc_durations list = {0};
    struct hc_error err;

    (void)state;
    assert_int_equal(hc_durations_parse("--windows", "6h,1h,1d", &list, &err), HC_OK);
    assert_int_equal(list.n, 3);
    assert_int_equal(list.us[0], INT64_C(21600000000));
    assert_int_equal(hc_durations_longest(&list), INT64_C(86400000000));
    assert_int_equal(hc_durations_parse("-", "1h,60m", &list, &err), HC_USAGE);
    assert_non_null(strstr(err.message, "'60m' twice"));
    assert_int_equal(hc_durations_parse("-", "1h,", &list, &err), HC_USAGE);
    assert_int_equal(
        hc_durations_parse("-",
            "1h,2h,3h,4h,5h,6h,7h,8h,9h,10h,11h,12h,13h,14h,15h,16h,17h", &list, &err),
        HC_USAGE);
    assert_int_equal(list.n, 3); /* as it was */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_by_one),
        cmocka_unit_test(lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
