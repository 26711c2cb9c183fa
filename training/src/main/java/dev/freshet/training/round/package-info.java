/**
 * One tuning round: modules on a frozen backbone, trained on examples until the plan or the
 * held-out part says to stop. {@link dev.freshet.training.round.TuningRound} is the loop; what it
 * makes smaller is a {@link dev.freshet.training.round.RetrievalObjective} or a {@link
 * dev.freshet.training.round.ScoringObjective}.
 */
@NullMarked
package dev.freshet.training.round;

import org.jspecify.annotations.NullMarked;
