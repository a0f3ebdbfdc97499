#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"

enum { READ_STEP = 65536 };

static int sum_up(int fd, int64_t *ret_bytes, struct hc_sha256 *sha)
{
    unsigned char piece[READ_STEP];
    ssize_t n;

    while ((n = read(fd, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno != EINTR)
            return -1;
        if (n < 0)
            continue;
        hc_sha256_add(sha, piece, (size_t)n);
        *ret_bytes += n;
    }
    return 0;
}

enum hc_status hc_file_measure(const char *path, int64_t *ret_bytes,
    char ret_sha256[HC_SHA256_HEX], struct hc_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct hc_sha256 sha;
    int64_t bytes = 0;
    int failed = fd < 0;

    hc_sha256_init(&sha);
    failed = failed || sum_up(fd, &bytes, &sha);
    if (failed)
        hc_fail(err, HC_INPUT, "cannot read '%s': %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (failed)
        return HC_INPUT;
    hc_sha256_hex(&sha, ret_sha256);
    *ret_bytes = bytes;
    return HC_OK;
}
