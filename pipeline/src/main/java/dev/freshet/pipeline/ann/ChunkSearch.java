package dev.freshet.pipeline.ann;

import java.util.List;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * One thread's share of a search: takes chunk after chunk until none is left. One per thread and
 * search; the threads of a search share the counter of taken chunks.
 */
final class ChunkSearch extends RecursiveTask<TopDocuments> {
  /** Rows between two looks at their scores: 4 KiB of scores stay in the first-level cache. */
  private static final int BLOCK_ROWS = 1_024;

  private final List<Chunk> chunks;
  private final AtomicInteger nextChunk;
  private final float[] query;
  private final long change;
  private final IntPredicate accept;
  private final TopDocuments top;
  private final float[] scores = new float[BLOCK_ROWS];

  /** The run that the last good row belongs to, while its best passage is not certain. */
  private int run;

  private int bestPassage;
  private float bestScore;

  /**
   * @param change the last change that this search sees
   */
  ChunkSearch(
      List<Chunk> chunks,
      AtomicInteger nextChunk,
      float[] query,
      int k,
      long change,
      IntPredicate accept) {
    this.chunks = chunks;
    this.nextChunk = nextChunk;
    this.query = query;
    this.change = change;
    this.accept = accept;
    this.top = new TopDocuments(k);
  }

  @Override
  protected TopDocuments compute() {
    for (int i = nextChunk.getAndIncrement(); i < chunks.size(); i = nextChunk.getAndIncrement()) {
      search(chunks.get(i));
    }
    return top;
  }

  private void search(Chunk chunk) {
    int rows = chunk.published();
    run = -1;
    for (int first = 0; first < rows; first += BLOCK_ROWS) {
      int count = Math.min(BLOCK_ROWS, rows - first);
      InnerProduct.score(query, chunk.vectors, first, count, scores);
      for (int i = 0; i < count; i++) {
        if (scores[i] >= top.threshold()) {
          collect(chunk, first + i, scores[i]);
        }
      }
    }
    finishRun(chunk);
  }

  /** A document's passages come one after the other: keep the best until the next document. */
  private void collect(Chunk chunk, int row, float score) {
    int passage = chunk.passage(row);
    if (row - passage != run) {
      finishRun(chunk);
      if (!chunk.isLive(row, change)) {
        return;
      }
      run = row - passage;
      bestPassage = passage;
      bestScore = score;
    } else if (score > bestScore) {
      bestPassage = passage;
      bestScore = score;
    }
  }

  private void finishRun(Chunk chunk) {
    if (run < 0) {
      return;
    }
    int document = chunk.document(run);
    if (top.admits(document, bestScore) && accept.test(document)) {
      // Minus zero becomes zero, or equal scores would not go by ordinal.
      top.add(new ScoredPassage(document, bestPassage, bestScore + 0f));
    }
    run = -1;
  }
}
