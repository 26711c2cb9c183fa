package dev.freshet.training.feedback;

/**
 * What people clicked, and what that says.
 *
 * @param gains of the queries that can be judged
 * @param interactions in which they were asked, and maybe others
 */
record Clicked(ClickedGains gains, Interactions interactions) {}
