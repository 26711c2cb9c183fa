/**
 * How good a {@link dev.freshet.training.retrieval.Run} is, by human judgements, and whether one
 * run is better than another or only luckier.
 *
 * <p>The measures are those of trec_eval, by its definitions; {@link RunScores} says over which
 * queries they are averaged. {@link PairedComparison} compares two runs query by query.
 */
@NullMarked
package dev.freshet.training.evaluation;

import org.jspecify.annotations.NullMarked;
