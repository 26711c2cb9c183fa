/**
 * The offline lab: the same experiment with many tuning methods, and what it says about them.
 *
 * <p>A {@link dev.freshet.training.lab.Trial} is one run of training, its {@link
 * dev.freshet.training.lab.TrialResult} all that was measured in it; {@link
 * dev.freshet.training.lab.ResultStore} keeps the results in a folder. {@link
 * dev.freshet.training.lab.Comparison} computes from them what can be said of each contender, and
 * {@link dev.freshet.training.lab.ComparisonReport} writes it for people and for programs.
 */
@NullMarked
package dev.freshet.training.lab;

import org.jspecify.annotations.NullMarked;
