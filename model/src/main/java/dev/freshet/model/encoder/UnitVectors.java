package dev.freshet.model.encoder;

/** L2 normalisation, the last step of every encoder. */
public final class UnitVectors {
  private UnitVectors() {}

  /**
   * Scales a vector to length 1, in place.
   *
   * @return the same array
   * @throws EncodingException when it holds a value that is not finite, or only zeros
   */
  public static float[] normalise(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    if (!Double.isFinite(norm) || norm == 0) {
      throw new EncodingException("The model yielded a vector of length " + norm);
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
    return vector;
  }
}
