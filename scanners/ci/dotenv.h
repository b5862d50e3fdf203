/* Scripts that write secrets into a file of variables, which a pipeline then hands on. Which file that is, the reader of the system says. */
#ifndef NHISCAN_SCANNERS_CI_DOTENV_H
#define NHISCAN_SCANNERS_CI_DOTENV_H

#include "scanners/ci/shell.h"

/* Does one of the commands write a secret, by the name of the variable that it sets or of one that it expands, to the file `path`? */
bool dotenv_gets_secret(const struct shell_script *script, struct slice path);

#endif
