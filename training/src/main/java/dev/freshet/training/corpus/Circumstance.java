package dev.freshet.training.corpus;

import java.util.List;

/** When or for whom something is wrong, as in circumstances.txt. */
record Circumstance(
    String name,
    String season,
    List<String> formal,
    List<String> everyday,
    List<Template> effects,
    List<Template> advice) {}
