/*
 * command.h - what a command is
 *
 * One file (cmd_NAME.c) that defines a `const struct hc_command`, one row in
 * commands.c, one name in meson.build's list `commands`. Help, manual page and
 * completion come from the struct.
 *
 * A command's function returns a status; main turns it into the exit code and prints
 * the message, once, as "hindcast: MESSAGE". Results go to stdout through hc_print,
 * talk to stderr through hc_say, which --quiet silences.
 */
#ifndef HC_COMMAND_H
#define HC_COMMAND_H

#include "cli/options.h"

enum hc_progress { HC_PROGRESS_AUTO, HC_PROGRESS_ALWAYS, HC_PROGRESS_NEVER };

/* The options that every command has; hc_common_options is their table. */
struct hc_common {
    bool help;
    bool version;
    bool json;
    bool quiet;
    int64_t threads;       /* 0: as many as there are cores */
    uint64_t memory_limit; /* bytes; 0: not given */
    int progress;          /* enum hc_progress */
};

extern const struct hc_option hc_common_options[];

/* One call of a command. All of it lives until the command's function has returned. */
struct hc_call {
    const struct hc_common *common;
    void *options; /* the command's own struct, filled */
    const char *const *args;
    size_t n_args;
    const char *const *given; /* the command line as given, without the program's name */
    size_t n_given;
};

struct hc_command {
    const char *name;
    const char *arguments;   /* "PATH...", "" for none */
    const char *summary;     /* one line, lower case, no full stop, at most 60 columns */
    const char *description; /* sentences; "\n\n" parts paragraphs */
    const char *examples;    /* lines of a shell, or NULL */
    const char *words;       /* what the second argument may be, or NULL; completed */
    size_t min_args,
        max_args; /* max_args 0 with min_args 0: none; SIZE_MAX: any number */
    const struct hc_option *options; /* NULL: none of its own */
    size_t options_size;             /* sizeof the struct that they fill */
    enum hc_status (*run)(const struct hc_call *call, struct hc_error *err);
};

/* The table of commands; ends with NULL. */
extern const struct hc_command *const hc_commands[];

/* NULL if there is none of that name. */
const struct hc_command *hc_command_find(const char *name);

/* manual.c: text about the program (command NULL) or one command. */
void hc_manual_usage(struct hc_buf *out, const struct hc_command *command);
void hc_manual_help(struct hc_buf *out, const struct hc_command *command);
void hc_manual_page(struct hc_buf *out, const struct hc_command *command);
void hc_manual_completion(struct hc_buf *out);

/* print.c: the whole buffer to stdout; HC_OUTPUT if it cannot be written. */
enum hc_status hc_print(const struct hc_buf *buf, struct hc_error *err) HC_MUST_USE;

/* A line to stderr ("hindcast: " and a newline are put around it), unless --quiet. */
void hc_say(const struct hc_common *common, const char *format, ...) HC_PRINTF(2, 3);

/* The same for what must be said: the message of a failure. */
void hc_complain(const char *message);

/* True where the locale's text is UTF-8; else print plain ASCII. */
bool hc_locale_is_utf8(void);

#endif
