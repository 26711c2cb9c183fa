/**
 * What clicks say about relevance: users are simulated on one side, and known from their clicks
 * alone on the other.
 *
 * <p>A {@link ClickLog} is a list of {@link Impression}s: a {@link Page} that somebody was shown,
 * and what was clicked on it. {@link ClickSimulation} makes one from a run of rankings, human
 * judgements, a {@link Population} of {@link ClickModel}s and a {@link PagePolicy}, which says how
 * pages are randomised.
 *
 * <p>From a log, simulated or real, {@link Debiasing} makes pairs for training, in three ways.
 * Users click what stands high, and they click by mistake. {@link RandomisedPropensities} and
 * {@link PositionBasedEm} estimate the first, for weights that undo it; {@link RelevanceMixture}
 * estimates both, for the probability that a document is relevant. {@link IndifferentClients} are
 * left out before. Estimation knows nothing of the simulation but the log and the policies of its
 * pages.
 */
@NullMarked
package dev.freshet.training.click;

import org.jspecify.annotations.NullMarked;
