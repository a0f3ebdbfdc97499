/* examples DIR - writes 50 examples of every target into DIR/TARGET, to begin with */
#include <stdio.h>

#include "mutate.h"

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < fuzz_n_cases; i++)
        for (uint64_t seed = 0; seed < 50; seed++) {
            struct hc_buf bytes = HC_BUF_INIT;
            char path[4096];
            FILE *file;

            fuzz_cases[i].example(seed, &bytes);
            snprintf(path, sizeof(path), "%s/%s/example-%02d", argv[1],
                fuzz_cases[i].name, (int)seed);
            file = fopen(path, "wb");
            if (!file || fwrite(bytes.text, 1, bytes.len, file) != bytes.len ||
                fclose(file))
                return 1;
            hc_buf_clear(&bytes);
        }
    return argc != 2;
}
