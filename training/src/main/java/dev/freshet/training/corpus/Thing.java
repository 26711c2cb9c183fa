package dev.freshet.training.corpus;

import java.util.List;
import java.util.Set;

/** A thing of a household, as in things.txt. */
record Thing(
    String name,
    String area,
    Set<String> traits,
    List<String> formal,
    List<String> everyday,
    List<String> parts,
    List<String> facts) {}
