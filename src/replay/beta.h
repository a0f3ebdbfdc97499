/*
 * beta.h - the chance that a beta-distributed share is at most x
 *
 * The regularised incomplete beta function by its continued fraction, evaluated by the
 * modified Lentz method (W. J. Lentz, 1976; NIST DLMF 8.17.22); relative error below 1e-9
 * for the parameters that loads give. Pure; cannot fail.
 */
#ifndef HC_REPLAY_BETA_H
#define HC_REPLAY_BETA_H

/* x in 0..1; a and b above 0. */
double hc_beta_at_most(double a, double b, double x);

#endif
