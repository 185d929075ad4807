/* SPDX-License-Identifier: MIT */
/*
 * `nodepages run`: a program that is linked with the layer of src/nt, on a machine of the user's choice.
 */
#ifndef NP_RUN_H
#define NP_RUN_H

#define NP_RUN_LEFT 1        /* the program ended well, and left leaks or violations */
#define NP_RUN_UNREADABLE 2  /* an argument or map can't be read, or the program not be started */
#define NP_RUN_SIGNALLED 128 /* and the number of the signal that ended the program */

/**
 * Starts a program, waits for its end, and prints the reports of its test machines to standard error.
 *
 * The machine and the other settings are passed on by the environment variables of nodepages_nt.h.
 *
 * @param argc, argv  the arguments, the name of the verb first
 * @return the exit status: that of the program, if it isn't 0, or one of those above
 */
int np_run(int argc, char **argv);

#endif
