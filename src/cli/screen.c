#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/screen.h"

static size_t width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col < 100 ? size.ws_col : 100;
    return 80;
}

struct hc_terminal hc_screen(void)
{
    const char *no_color = getenv("NO_COLOR");

    return (struct hc_terminal){.width = width(),
        .ascii = !hc_locale_is_utf8(),
        .colour = isatty(STDOUT_FILENO) && !(no_color && no_color[0])};
}
