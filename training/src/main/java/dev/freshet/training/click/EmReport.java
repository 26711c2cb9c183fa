package dev.freshet.training.click;

/**
 * How an expectation-maximisation ended.
 *
 * @param iterations that were made
 * @param converged whether nothing moved any more; false when the iterations ran out first
 * @param logLikelihood of the log under the fitted model, natural logarithm, at most 0
 */
public record EmReport(int iterations, boolean converged, double logLikelihood) {}
