/**
 * From what people searched and clicked to modules and a verdict on them: start at {@link
 * dev.freshet.training.feedback.FeedbackRound}.
 */
@NullMarked
package dev.freshet.training.feedback;

import org.jspecify.annotations.NullMarked;
