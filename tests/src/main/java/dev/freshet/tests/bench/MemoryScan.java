package dev.freshet.tests.bench;

import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The least that a scan can do: adds up floats. What memory allows, and searches are held to. */
final class MemoryScan {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private MemoryScan() {}

  /** The sum of all floats, by so many threads. */
  static float sum(List<float[]> blocks, int threads) {
    AtomicInteger next = new AtomicInteger();
    if (threads == 1) {
      return new Share(blocks, next).compute();
    }
    List<Share> shares = Stream.generate(() -> new Share(blocks, next)).limit(threads).toList();
    float sum = 0;
    for (Share share : ForkJoinTask.invokeAll(shares)) {
      sum += share.join();
    }
    return sum;
  }

  /** Eight accumulators hide the latency of the additions. */
  private static float sum(float[] block) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    int i = 0;
    for (; i + 8 * LANES <= block.length; i += 8 * LANES) {
      a = FloatVector.fromArray(SPECIES, block, i).add(a);
      b = FloatVector.fromArray(SPECIES, block, i + LANES).add(b);
      c = FloatVector.fromArray(SPECIES, block, i + 2 * LANES).add(c);
      d = FloatVector.fromArray(SPECIES, block, i + 3 * LANES).add(d);
      e = FloatVector.fromArray(SPECIES, block, i + 4 * LANES).add(e);
      f = FloatVector.fromArray(SPECIES, block, i + 5 * LANES).add(f);
      g = FloatVector.fromArray(SPECIES, block, i + 6 * LANES).add(g);
      h = FloatVector.fromArray(SPECIES, block, i + 7 * LANES).add(h);
    }
    float sum = a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).reduceLanes(VectorOperators.ADD);
    for (; i < block.length; i++) {
      sum += block[i];
    }
    return sum;
  }

  /** One thread's share: block after block until none is left. */
  private static final class Share extends RecursiveTask<Float> {
    private final List<float[]> blocks;
    private final AtomicInteger next;

    Share(List<float[]> blocks, AtomicInteger next) {
      this.blocks = blocks;
      this.next = next;
    }

    @Override
    protected Float compute() {
      float sum = 0;
      for (int i = next.getAndIncrement(); i < blocks.size(); i = next.getAndIncrement()) {
        sum += sum(blocks.get(i));
      }
      return sum;
    }
  }
}
