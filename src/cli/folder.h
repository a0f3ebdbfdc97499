/*
 * folder.h - a folder that a command writes into, whole or not at all
 *
 * Files are made in a hidden folder inside it, which goes away whatever happens: with the
 * clear, with Ctrl-C, and after a kill with the next run's sweep. Once they are whole,
 * hc_folder_publish moves them into place.
 */
#ifndef HC_CLI_FOLDER_H
#define HC_CLI_FOLDER_H

#include "base/fs.h"
#include "dataset/dataset.h"

struct hc_folder {
    const char *path;       /* as the user wrote it */
    char temp[HC_PATH_MAX]; /* inside it; "" when there is none */
    char spill[HC_PATH_MAX];
    int slot;
    bool made, published;
};

/* Makes the folder where it is missing, and the hidden one with a place to spill. */
enum hc_status hc_folder_open(
    const char *path, struct hc_folder *ret, struct hc_error *err) HC_MUST_USE;
void hc_folder_clear(struct hc_folder *folder);

/* HC_USAGE where `name` in the folder is a file that is read. */
enum hc_status hc_folder_spare(const struct hc_folder *folder, const char *name,
    const struct hc_dataset *dataset, struct hc_error *err) HC_MUST_USE;

enum hc_status hc_folder_publish(
    struct hc_folder *folder, struct hc_error *err) HC_MUST_USE;

/* The same; of an older run's files the `outdated` ones that this one has not go away. */
enum hc_status hc_folder_publish_over(struct hc_folder *folder,
    const char *const *outdated, size_t n_outdated, struct hc_error *err) HC_MUST_USE;

#endif
