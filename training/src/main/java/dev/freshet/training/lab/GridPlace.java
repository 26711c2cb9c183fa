package dev.freshet.training.lab;

/** Where in its grid a value lies that was chosen from it. */
enum GridPlace {
  /** With a worse neighbour on both sides. */
  INSIDE("inside"),

  /** A still lower one might have been better. */
  LOWEST("lowest of its grid"),

  /** A still higher one might have been better. */
  HIGHEST("highest of its grid"),

  /** There was no other. */
  ONLY("the only one tried");

  private final String label;

  GridPlace(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  static GridPlace of(int index, int size) {
    if (size == 1) {
      return ONLY;
    }
    return index == 0 ? LOWEST : index == size - 1 ? HIGHEST : INSIDE;
  }
}
