/*
 * in_folder.h - a folder of its own for a test, or for all tests of a program
 *
 *     IN_FOLDER(test)                                          a folder for the test
 *     cmocka_run_group_tests(tests, make_folder, remove_folder)     one for all
 *
 * Include it after cmocka.h. It is in `folder`; at() gives a path within it.
 */
#ifndef IN_FOLDER_H
#define IN_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

static char folder[] = "/tmp/hindcast-test-XXXXXX";

/* A path that stays good for the next 31 calls. */
static inline char *at(const char *name)
{
    static char paths[32][256];
    static int next;
    char *path = paths[next++ % 32];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static inline int make_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    (void)state;
    hc_tree_remove(folder);
    return hc_path_kind(folder) == HC_PATH_NONE ? 0 : -1;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

#endif
