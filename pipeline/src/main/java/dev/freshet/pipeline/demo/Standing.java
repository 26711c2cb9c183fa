package dev.freshet.pipeline.demo;

import java.util.List;

/**
 * How a round ended.
 *
 * @param round from 1; 0 for what was there before the first
 * @param generation that came of it
 * @param served whether searches go to it
 * @param reasons why not; none where they do
 * @param quality of what is served after the round
 * @param searches that people had made until then
 */
record Standing(
    int round,
    int generation,
    boolean served,
    List<String> reasons,
    Quality quality,
    long searches) {
  Standing {
    reasons = List.copyOf(reasons);
  }
}
