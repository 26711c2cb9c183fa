/**
 * From clicks to quality, in simulation: users who know the truth search and click, and a model is
 * tuned by what the clicks alone say. How far does that come towards tuning on the truth itself?
 *
 * <p>{@link dev.freshet.training.lab.clicks.ClickTrialRunner} is the experiment in one screen.
 */
@NullMarked
package dev.freshet.training.lab.clicks;

import org.jspecify.annotations.NullMarked;
