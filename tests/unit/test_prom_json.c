/* Replies whole, cut in every place, too large, and wrong in every way that has a name.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/labels.h"
#include "collect/prom_json.h"
#include "wire.h"

#define HEAD "{\"status\":\"success\",\"data\":{\"resultType\":"
#define MATRIX HEAD "\"matrix\",\"result\":["
#define ONE "{\"metric\":{\"a\":\"b\"},\"values\":[[1,\"2\"]]}"

/* ---- reading ---- */

struct outcome {
    enum hc_status status;
    struct hc_error err;
    struct wire_log log;
};

static void feed(struct hc_prom_json *json, const char *bytes, size_t n)
{
    char *exact = malloc(n ? n : 1); /* so that a sanitizer sees every byte too many */

    memcpy(exact, bytes, n);
    (void)!hc_prom_json_feed(json, exact, n, NULL);
    free(exact);
}

/* In three pieces. */
static struct outcome read_cut(const char *text, size_t len, size_t cut, size_t cut2)
{
    struct outcome out = {.status = HC_OK};
    struct wire_log log = {.fail_after = 0};
    struct hc_sink sink = wire_sink(&log);
    struct hc_prom_json *json = NULL;

    assert_int_equal(hc_prom_json_new(&sink, &json), HC_OK);
    feed(json, text, cut);
    feed(json, text + cut, cut2 - cut);
    feed(json, text + cut2, len - cut2);
    out.status = hc_prom_json_finish(json, &out.err);
    assert_int_equal(hc_prom_json_finish(json, NULL), out.status);
    hc_prom_json_free(json);
    out.log = log;
    return out;
}

static struct outcome read_text(const char *text)
{
    return read_cut(text, strlen(text), 0, 0);
}

/* With so many blanks behind that samples are read the quick way. */
static struct outcome read_with_room(const char *text)
{
    struct hc_buf padded = HC_BUF_INIT;
    struct outcome out;

    hc_buf_puts(&padded, text);
    hc_buf_repeat(&padded, " ", 200);
    out = read_text(padded.text);
    hc_buf_clear(&padded);
    return out;
}

/* A byte at a time. */
static struct outcome read_bytes(const char *text)
{
    struct outcome out = {.status = HC_OK};
    struct wire_log log = {.fail_after = 0};
    struct hc_sink sink = wire_sink(&log);
    struct hc_prom_json *json = NULL;

    assert_int_equal(hc_prom_json_new(&sink, &json), HC_OK);
    for (; *text; text++)
        feed(json, text, 1);
    out.status = hc_prom_json_finish(json, &out.err);
    hc_prom_json_free(json);
    out.log = log;
    return out;
}

static void assert_alike(struct outcome *a, struct outcome *b)
{
    assert_int_equal(a->status, b->status);
    assert_string_equal(a->err.message, b->err.message);
    assert_string_equal(hc_buf_str(&a->log.text), hc_buf_str(&b->log.text));
    wire_log_clear(&b->log);
}

/* ---- good replies ---- */

static const struct {
    const char *text, *told;
} good[] = {
    {MATRIX "]}}", ""},
    {HEAD "\"matrix\",\"result\":null}}", ""},
    {HEAD "\"vector\",\"result\":[]}}", ""},
    {MATRIX ONE "]}}", "series a=b\n1000 4000000000000000\nend\n"},
    {MATRIX "{\"metric\":{},\"values\":[]}]}}", "series\nend\n"},
    {MATRIX "{\"metric\":{\"b\":\"2\",\"a\":\"1\",\"a0\":\"\"},\"values\":[[0,\"NaN\"],"
            "[0.001,\"+Inf\"],[1e0,\"-Inf\"]]}," ONE "]}}",
        "series a=1 a0= b=2\n0 7ff8000000000000\n1 7ff0000000000000\n"
        "1000 fff0000000000000\nend\nseries a=b\n1000 4000000000000000\nend\n"},
    {HEAD "\"vector\",\"result\":[{\"metric\":{\"x\":\"y\"},\"value\":[1.5,\"-0\"]}]}}",
        "series x=y\n1500 8000000000000000\nend\n"},
    {HEAD "\"scalar\",\"result\":[1700000000.123,\"1\"]}}",
        "series\n1700000000123 3ff0000000000000\nend\n"},
    {"{\"warnings\":[\"w\",\"v\"],\"infos\":[\"i\"],\"status\":\"success\","
     "\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
        "warning w\nwarning v\ninfo i\n"},
    {" {\r\n\"isPartial\" :false,\t\"stats\":{\"status\":[1,-0.5e+7,{},[],\"\\\\\",null,"
     "true]},\"status\":\"success\",\"data\":{\"x\":{\"result\":1},\"resultType\":"
     "\"matrix\",\"result\":[{\"y\":[],\"metric\":{},\"values\":[ [ 1 , \"2\" ] "
     "],\"z\":0}],"
     "\"stats\":1},\"warnings\":null} \n",
        "series\n1000 4000000000000000\nend\n"},
    {"{\"st\\u0061tus\":\"succ\\u0065ss\",\"data\":{\"resultType\":\"matrix\",\"result\":"
     "[{"
     "\"metric\":{\"\\u00e9\\ud83d\\ude00\":\"\\\"\\\\\\/\\n\\tx\"},\"values\":[[1,"
     "\"\\u0032\"]]}]}}",
        "series \xc3\xa9\xf0\x9f\x98\x80=\"\\/\n\tx\n1000 4000000000000000\nend\n"},
    {MATRIX "{\"metric\":{\"a\":\"b\"},\"histograms\":[[1,{\"count\":\"1\"}]]}," ONE
            "]}}",
        "series a=b\nnote native histograms in the reply were skipped\nend\n"
        "series a=b\n1000 4000000000000000\nend\n"},
};

static void good_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct outcome out = read_text(good[i].text);

        if (out.status)
            fail_msg("%s: %s", good[i].text, out.err.message);
        assert_string_equal(hc_buf_str(&out.log.text), good[i].told);
        wire_log_clear(&out.log);
    }
}

static void any_split_is_the_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        size_t len = strlen(good[i].text);
        struct outcome whole = read_text(good[i].text), other = read_bytes(good[i].text);

        assert_alike(&whole, &other);
        other = read_with_room(good[i].text);
        assert_alike(&whole, &other);
        for (size_t cut = 0; cut <= len; cut++)
            for (size_t cut2 = cut; cut2 <= len; cut2++) {
                other = read_cut(good[i].text, len, cut, cut2);
                assert_alike(&whole, &other);
            }
        wire_log_clear(&whole.log);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        size_t len = strlen(good[i].text);

        while (strchr(" \n", good[i].text[len - 1]))
            len--;
        for (size_t cut = 0; cut < len; cut++) {
            struct outcome out = read_cut(good[i].text, cut, 0, cut / 2);

            assert_int_equal(out.status, HC_INPUT);
            assert_non_null(strstr(out.err.message, "it ends too early"));
            wire_log_clear(&out.log);
        }
    }
}

/* ---- samples of the common form, and the same with blanks ---- */

static void put_value(struct hc_buf *text, uint64_t *seed)
{
    double x = (double)(wire_random(seed) >> 11) * 0x1p-53;

    switch (wire_below(seed, 8)) {
    case 0: hc_buf_printf(text, "%llu", (unsigned long long)wire_below(seed, 100)); break;
    case 1: hc_buf_printf(text, "%.17g", x); break;
    case 2: hc_buf_printf(text, "%.3f", -x * 1e6); break;
    case 3: hc_buf_printf(text, "%.*f", (int)wire_below(seed, 30), x / 1e5); break;
    case 4: hc_buf_printf(text, "%.17g", x * 1e30); break;
    case 5: hc_buf_puts(text, "NaN"); break;
    case 6: hc_buf_printf(text, "%llu", (unsigned long long)wire_random(seed)); break;
    default: hc_buf_printf(text, "%.17g", x * 1e-30); break;
    }
}

/* A matrix of n samples; `blank` stands between all tokens. */
static void put_matrix(struct hc_buf *text, uint64_t seed, size_t n, const char *blank)
{
    int64_t t = 1700000000000;

    hc_buf_reset(text);
    hc_buf_puts(text, MATRIX "{\"metric\":{},\"values\":[");
    for (size_t i = 0; i < n; i++) {
        t += 1 + (int64_t)wire_below(&seed, wire_below(&seed, 2) ? 1 : 100000);
        if (wire_below(&seed, 2))
            t += 1000 - t % 1000;
        hc_buf_printf(
            text, "%s%s[%s%lld", i ? "," : "", blank, blank, (long long)t / 1000);
        if (t % 1000)
            hc_buf_printf(text, ".%03d", (int)(t % 1000));
        hc_buf_printf(text, "%s,%s\"", blank, blank);
        put_value(text, &seed);
        hc_buf_printf(text, "\"%s]%s", blank, blank);
    }
    hc_buf_puts(text, "]}]}}");
}

static void the_quick_way_is_the_long_way(void **state)
{
    struct hc_buf text = HC_BUF_INIT;

    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct outcome quick, other;
        size_t n = seed < 2 ? 3000 : 150;

        put_matrix(&text, seed, n, "");
        quick = read_text(text.text);
        assert_string_equal(quick.err.message, "");
        assert_int_equal(quick.log.samples, n);
        other = read_bytes(text.text);
        assert_alike(&quick, &other);
        put_matrix(&text, seed, n, " ");
        other = read_text(text.text);
        assert_alike(&quick, &other);
        for (size_t cut = 0; cut < text.len; cut += 1 + text.len / 50) {
            other = read_cut(text.text, text.len, cut, cut);
            assert_alike(&quick, &other);
        }
        wire_log_clear(&quick.log);
    }
    hc_buf_clear(&text);
}

/* ---- bad replies ---- */

#define V(sample) MATRIX "{\"metric\":{},\"values\":[" sample "]}]}}"
#define NUMBER_FAULT "a number is not one"

static const struct {
    const char *text, *fault;
} bad[] = {
    {"[]", "it is not an object"},
    {"\"success\"", "it is not an object"},
    {"{}", "it has no 'status'"},
    {"{}1", "there is something behind its end"},
    {"{} \"", "there is something behind its end"},
    {"{} {}", "there is something behind its end"},
    {MATRIX "]}}x", "there is a sign that JSON does not have"},
    {MATRIX "]}},", "there is something behind its end"},
    {"\xef\xbb\xbf{}", "there is a sign that JSON does not have"},
    {"{\"status\":\"success\"}", "it has no 'result'"},
    {"{\"status\":\"success\",\"data\":null}", "it has no 'result'"},
    {HEAD "\"matrix\"}}", "it has no 'result'"},
    {"{\"status\":\"fine\"}", "'status' is neither"},
    {"{\"status\":1}", "'status' is not a text"},
    {"{\"status\":null}", "'status' is not a text"},
    {"{\"status\":\"success\",\"status\":\"success\"}", "a key comes twice"},
    {"{\"status\":\"success\",\"data\":[]}", "'data' is not an object"},
    {"{\"data\":{},\"data\":{}}", "a key comes twice"},
    {HEAD "\"string\",\"result\":[1,\"x\"]}}", "'resultType' is none of"},
    {HEAD "\"matrixx\",\"result\":[]}}", "'resultType' is none of"},
    {HEAD "\"matrix\",\"resultType\":\"matrix\"}}", "a key comes twice"},
    {"{\"data\":{\"result\":[]", "'result' stands before 'resultType'"},
    {HEAD "\"matrix\",\"result\":{}}}", "'result' is not a list"},
    {MATRIX "1]}}", "a series is not an object"},
    {MATRIX "{\"values\":[]}", "values stand before its 'metric'"},
    {MATRIX "{\"metric\":{}}]}}", "a series has no 'values'"},
    {MATRIX "{}]}}", "a series has no 'metric'"},
    {MATRIX "{\"metric\":{},\"metric\":{}}", "a key comes twice"},
    {MATRIX "{\"metric\":{},\"values\":[],\"values\":[]}", "a key comes twice"},
    {MATRIX "{\"metric\":{},\"value\":[1,\"1\"]}", "'value' in what is no vector"},
    {HEAD "\"vector\",\"result\":[{\"metric\":{},\"values\":[", "'values' in what is no"},
    {HEAD "\"vector\",\"result\":[{\"metric\":{}}]}}", "a series has no 'value'"},
    {HEAD "\"vector\",\"result\":[{\"metric\":{},\"value\":[]}]}}", "less than a time"},
    {HEAD "\"scalar\",\"result\":[]}}", "less than a time"},
    {HEAD "\"scalar\",\"result\":[1,\"2\",3]}}", "more than a time and a value"},
    {MATRIX "{\"metric\":[]}", "'metric' is not an object"},
    {MATRIX "{\"metric\":{\"a\":1}}", "a label's value is not a text"},
    {MATRIX "{\"metric\":{\"a\":\"1\",\"b\":\"\",\"a\":\"1\"}}", "the label 'a' twice"},
    {MATRIX "{\"metric\":{\"\":\"1\"}}", "a label has no name"},
    {MATRIX ONE ",{\"metric\":{\"\":\"1\"}}", "a label has no name"},
    {V("1"), "a sample is not a list"},
    {V("[]"), "less than a time"},
    {V("[1]"), "less than a time"},
    {V("[1,\"1\",\"1\"]"), "more than a time and a value"},
    {V("[\"1\",\"1\"]"), "a time is not a number"},
    {V("[1,1]"), "a value is not in quotes"},
    {V("[1,null]"), "a value is not in quotes"},
    {V("[1,\"\"]"), "a value is not a number"},
    {V("[1,\"1x\"]"), "a value is not a number"},
    {V("[1,\"nan\"]"), "a value is not a number"},
    {V("[1,\"1e999\"]"), "a value is too large"},
    {V("[1.0001,\"1\"]"), "whole milliseconds in range"},
    {V("[1.1234,\"1\"]"), "whole milliseconds in range"},
    {V("[1.12345,\"1\"]"), "whole milliseconds in range"},
    {V("[1e300,\"1\"]"), "whole milliseconds in range"},
    {V("[9007199254740.993,\"1\"]"), "whole milliseconds in range"},
    {V("[1,\"1\"],[1,\"1\"]"), "the times of a series do not grow"},
    {V("[2,\"1\"],[1,\"1\"]"), "the times of a series do not grow"},
    {V("[1,\"1\"],"), "a value is missing"},
    {V("[1,\"1\"}"), "a comma or the right bracket is missing"},
    {V("[1 \"1\"]"), "a comma or the right bracket is missing"},
    {V("[01,\"1\"]"), "a comma or the right bracket is missing"},
    {"{\"x\":01}", "a comma or the right bracket is missing"},
    {"{\"x\":-}", NUMBER_FAULT},
    {"{\"x\":1.}", NUMBER_FAULT},
    {"{\"x\":1e}", NUMBER_FAULT},
    {"{\"x\":1e+}", NUMBER_FAULT},
    {"{\"x\":.5}", "there is a sign that JSON does not have"},
    {"{\"x\":+5}", "there is a sign that JSON does not have"},
    {"{\"x\":NaN}", "there is a sign that JSON does not have"},
    {"{\"x\":nul}", "there is a word that JSON does not have"},
    {"{\"x\":True}", "there is a sign that JSON does not have"},
    {"{\"x\":}", "a value is missing"},
    {"{\"x\":,}", "a value is missing"},
    {"{\"x\" 1}", "a colon is missing"},
    {"{\"x\":1,}", "a key is missing"},
    {"{,}", "a key is missing"},
    {"{1:1}", "a key is missing"},
    {"{\"x\":[1}", "a comma or the right bracket is missing"},
    {"{\"x\":[1,]}", "a value is missing"},
    {"{\"x\":[,1]}", "a value is missing"},
    {"{\"x\":1]", "a comma or the right bracket is missing"},
    {"{\"x\":\"\\q\"}", "unknown escape"},
    {"{\"x\":\"\\u12g4\"}", "unknown escape"},
    {"{\"x\":\"\\ud800\"}", "half of a surrogate pair"},
    {"{\"x\":\"\\ud800\\n\"}", "half of a surrogate pair"},
    {"{\"x\":\"\\ud800\\ud800\"}", "half of a surrogate pair"},
    {"{\"x\":\"\\udc00\"}", "half of a surrogate pair"},
    {"{\"x\":\"\n\"}", "a bare control character"},
    {"{\"x\":\"\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xc0\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xf0\x80\x80\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xe0\x80\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xf5\x80\x80\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xed\xa0\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xf4\x90\x80\x80\"}", "not valid UTF-8"},
    {"{\"x\":\"\xe2\x82\"}", "not valid UTF-8"},
    {"{\"warnings\":\"w\"}", "'warnings' is not a list"},
    {"{\"warnings\":[1]}", "a warning is not a text"},
};

static void bad_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct outcome out = read_text(bad[i].text), other = read_bytes(bad[i].text),
                       quick = read_with_room(bad[i].text);

        if (out.status != HC_INPUT || !strstr(out.err.message, bad[i].fault))
            fail_msg("%s\nsays: %s\nnot: %s", bad[i].text, out.err.message, bad[i].fault);
        assert_alike(&out, &other);
        if (strstr(bad[i].text, "[{")) /* the others may be about the end */
            assert_alike(&out, &quick);
        wire_log_clear(&quick.log);
        wire_log_clear(&out.log);
    }
}

static void a_refusal_of_the_server(void **state)
{
    const char *text =
        "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too "
        "many samples\",\"data\":null,\"warnings\":[\"w\"]}";
    struct wire_log log = {.fail_after = 0};
    struct hc_sink sink = wire_sink(&log);
    struct hc_prom_json *json = NULL;
    struct hc_error err;

    (void)state;
    assert_int_equal(hc_prom_json_new(&sink, &json), HC_OK);
    assert_int_equal(hc_prom_json_feed(json, text, strlen(text), &err), HC_OK);
    assert_int_equal(hc_prom_json_finish(json, &err), HC_SERVICE);
    assert_string_equal(err.message, "the server says 'execution': too many samples");
    assert_string_equal(hc_prom_json_error_type(json), "execution");
    assert_string_equal(hc_prom_json_error(json), "too many samples");
    assert_int_equal(hc_prom_json_feed(json, "x", 1, &err), HC_SERVICE);
    assert_string_equal(log.text.text, "warning w\n");
    hc_prom_json_free(json);
    wire_log_clear(&log);
}

/* ---- limits ---- */

static void assert_status(struct hc_buf *text, enum hc_status status, const char *message)
{
    struct outcome out = read_text(text->text);

    assert_int_equal(out.status, status);
    assert_non_null(strstr(out.err.message, message));
    wire_log_clear(&out.log);
    hc_buf_reset(text);
}

static void depth_is_limited(void **state)
{
    struct hc_buf text = HC_BUF_INIT;

    (void)state;
    for (size_t more = 0; more <= 1; more++) {
        hc_buf_puts(&text, "{\"x\":");
        hc_buf_repeat(&text, "[", HC_PROM_JSON_DEPTH - 1 + more);
        hc_buf_repeat(&text, "]", HC_PROM_JSON_DEPTH - 1 + more);
        hc_buf_putc(&text, ',');
        hc_buf_puts(&text, &MATRIX[1]);
        hc_buf_puts(&text, "]}}");
        assert_status(
            &text, more ? HC_INPUT : HC_OK, more ? "it is more than 64 deep" : "");
    }
    hc_buf_clear(&text);
}

static void put_labels(struct hc_buf *text, size_t n, size_t value_len)
{
    hc_buf_puts(text, MATRIX "{\"metric\":{");
    for (size_t i = 0; i < n; i++) {
        hc_buf_printf(text, "%s\"%06zu\":\"", i ? "," : "", n - i);
        hc_buf_repeat(text, "v", value_len);
        hc_buf_putc(text, '"');
    }
    hc_buf_puts(text, "},\"values\":[]}]}}");
}

static void labels_are_limited(void **state)
{
    struct hc_buf text = HC_BUF_INIT;

    (void)state;
    put_labels(&text, 1, HC_LABELS_BYTES - 8); /* and the name, and two NULs */
    assert_status(&text, HC_OK, "");
    put_labels(&text, 1, HC_LABELS_BYTES - 7);
    assert_status(&text, HC_INPUT, "a label set has more than 65536 bytes");
    put_labels(&text, 1, 3 * HC_LABELS_BYTES);
    assert_status(&text, HC_INPUT, "a label set has more than 65536 bytes");
    put_labels(&text, 200, 400);
    assert_status(&text, HC_INPUT, "a label set has more than 65536 bytes");
    put_labels(&text, HC_LABELS_MAX, 1);
    assert_status(&text, HC_OK, "");
    put_labels(&text, HC_LABELS_MAX + 1, 1);
    assert_status(&text, HC_INPUT, "a series has more than 1024 labels");
    hc_buf_clear(&text);
}

/* What is long and skipped is no matter; a long warning is cut between two signs. */
static void long_texts(void **state)
{
    struct hc_buf text = HC_BUF_INIT;
    struct outcome out;

    (void)state;
    hc_buf_puts(&text, "{\"x\":{\"");
    hc_buf_repeat(&text, "k", 100000);
    hc_buf_puts(&text, "\":\"");
    hc_buf_repeat(&text, "\xc3\xa9", 100000);
    hc_buf_puts(&text, "\",\"n\":");
    hc_buf_repeat(&text, "1", 100000);
    hc_buf_puts(&text, "},\"warnings\":[\"w");
    hc_buf_repeat(&text, "\xc3\xa9", 1000);
    hc_buf_puts(&text, "\"],");
    hc_buf_puts(&text, &MATRIX[1]);
    hc_buf_puts(&text, "]}}");
    out = read_text(text.text);
    assert_string_equal(out.err.message, "");
    assert_int_equal(out.log.text.len, strlen("warning w") + 2 * 499 + 1);
    wire_log_clear(&out.log);
    hc_buf_clear(&text);
}

/* ---- failures around it ---- */

static void a_sink_may_stop(void **state)
{
    const char *text = good[5].text;

    (void)state;
    for (long calls = 1; calls <= 6; calls++) {
        struct wire_log log = {.fail_after = calls};
        struct hc_sink sink = wire_sink(&log);
        struct hc_prom_json *json = NULL;
        struct hc_error err = {{0}};

        assert_int_equal(hc_prom_json_new(&sink, &json), HC_OK);
        assert_int_equal(hc_prom_json_feed(json, text, strlen(text), &err), HC_OUTPUT);
        assert_string_equal(err.message, "the sink is full");
        assert_int_equal(hc_prom_json_finish(json, NULL), HC_OUTPUT);
        hc_prom_json_free(json);
        wire_log_clear(&log);
    }
}

static void memory_may_end(void **state)
{
    const char *text = good[5].text;
    int failed = 0;

    (void)state;
    for (long n = 0; n < 40; n++) {
        struct wire_log log = {.quiet = true};
        struct hc_sink sink = wire_sink(&log);
        struct hc_prom_json *json = NULL;
        enum hc_status status;

        hc_mem_fail_after(n);
        status = hc_prom_json_new(&sink, &json);
        if (!status)
            status = hc_prom_json_feed(json, text, strlen(text), NULL);
        if (!status)
            status = hc_prom_json_finish(json, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        failed += status == HC_NO_MEMORY;
        hc_prom_json_free(json);
    }
    assert_in_range(failed, 3, 39);
    hc_prom_json_free(NULL);
}

/* Who wants samples alone is not asked for the rest, and misses no sample. */
static void ends_and_talk_may_be_left_out(void **state)
{
    static const char text[] =
        "{\"warnings\":[\"w\"],\"status\":\"success\",\"data\":"
        "{\"resultType\":\"matrix\",\"result\":[" ONE "," ONE "]}}";
    struct wire_log log = {.fail_after = 0};
    struct hc_sink sink = wire_sink(&log);
    struct hc_prom_json *json = NULL;

    (void)state;
    sink.end = NULL;
    sink.talk = NULL;
    assert_int_equal(hc_prom_json_new(&sink, &json), HC_OK);
    feed(json, text, strlen(text));
    assert_int_equal(hc_prom_json_finish(json, NULL), HC_OK);
    assert_int_equal(log.samples, 2);
    hc_prom_json_free(json);
    wire_log_clear(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_replies),
        cmocka_unit_test(any_split_is_the_whole),
        cmocka_unit_test(ends_and_talk_may_be_left_out),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(the_quick_way_is_the_long_way),
        cmocka_unit_test(bad_replies),
        cmocka_unit_test(a_refusal_of_the_server),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(labels_are_limited),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(a_sink_may_stop),
        cmocka_unit_test(memory_may_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
