package dev.freshet.pipeline.ann;

/**
 * The centroids of a page in two precisions: a vector that is written asks signs, which are the
 * quickest; a search asks codes, which leave fewer to be scored. Immutable and thread-safe.
 */
final class CentroidCodes {
  private final int count;
  private final Signs signs;
  private final Codes codes;

  private CentroidCodes(int count, int padded) {
    this.count = count;
    signs = new Signs(count, padded);
    codes = new Codes(Codes.capacity(count), padded);
  }

  /** Of at least one. */
  static CentroidCodes of(float[][] centroids) {
    CentroidCodes all = new CentroidCodes(centroids.length, centroids[0].length);
    for (int i = 0; i < centroids.length; i++) {
      all.set(i, centroids[i]);
    }
    return all;
  }

  private void set(int index, float[] centroid) {
    signs.set(index, centroid);
    codes.set(index, Posting.of(centroid));
  }

  private void copyFirst(CentroidCodes from, int most) {
    signs.copy(from.signs, 0, most, 0);
    codes.copyFirst(from.codes, most);
  }

  CentroidCodes with(int index, float[] centroid) {
    CentroidCodes other = new CentroidCodes(count, centroid.length);
    other.copyFirst(this, count);
    other.set(index, centroid);
    return other;
  }

  CentroidCodes and(float[] centroid) {
    CentroidCodes other = new CentroidCodes(count + 1, centroid.length);
    other.copyFirst(this, count);
    other.set(count, centroid);
    return other;
  }

  CentroidCodes without(int index, int padded) {
    CentroidCodes other = new CentroidCodes(count - 1, padded);
    other.copyFirst(this, index);
    other.signs.copy(signs, index + 1, count - 1 - index, index);
    for (int i = index; i < count - 1; i++) {
      other.codes.copy(codes, i + 1, i);
    }
    return other;
  }

  Signs signs() {
    return signs;
  }

  Codes codes() {
    return codes;
  }

  long memoryBytes() {
    return signs.memoryBytes() + codes.memoryBytes();
  }
}
