/*
 * screen.h - what standard output can show
 */
#ifndef HC_CLI_SCREEN_H
#define HC_CLI_SCREEN_H

#include "report/report_terminal.h"

/*
 * Width, alphabet and colour of standard output: a terminal's own width from 40 to 100
 * columns, else 80; colour on a terminal without NO_COLOR. The rest is empty.
 */
struct hc_terminal hc_screen(void);

#endif
