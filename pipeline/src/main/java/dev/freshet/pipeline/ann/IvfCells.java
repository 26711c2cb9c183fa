package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An index that has cells: what {@link IvfIndex} is once it holds enough. Vectors are postings
 * here, centred and rotated.
 *
 * <p>Readers take no lock and never wait: see {@link IvfIndex}. Writers must be one at a time.
 */
final class IvfCells {
  /** Searches that look at all cells allow this much: nothing that counts is passed over. */
  private static final float SAFE_SLACK = 6;

  /** So many cells are looked at, in turn, as rows die that would fill one. */
  private static final int VISITS_PER_CELL = 16;

  private static final int INITIAL = 1_024;

  private final Rotation rotation;

  /** {@code [padded]}, rotated: what postings are centred by. */
  private final float[] centre;

  private final IvfSettings settings;
  private final CellUpkeep upkeep;
  private final RollingCalibration calibration;

  private volatile CellTable table;

  /** The last change that is complete. */
  private volatile long change;

  private final AtomicInteger documents = new AtomicInteger();
  private final AtomicLong passages = new AtomicLong();

  /** Per ordinal its live version, and how many passages that has; the writer's own. */
  private @Nullable Version[] versions = new Version[INITIAL];

  private int[] lengths = new int[INITIAL];

  private long rowsToVisit;
  private int nextVisit;

  /**
   * @param centre {@code [padded]}, rotated
   * @param cells at least one
   */
  IvfCells(
      Rotation rotation,
      float[] centre,
      List<Cell> cells,
      CellUpkeep upkeep,
      IvfSettings settings,
      Executor calibrations) {
    this.rotation = rotation;
    this.centre = centre;
    this.settings = settings;
    this.upkeep = upkeep;
    this.table = CellTable.of(cells, 0);
    this.calibration = new RollingCalibration(this::view, settings, calibrations);
  }

  /** Cells of what an exact index holds, and its documents in them. */
  static IvfCells train(ExactIndex from, int dimensions, IvfSettings settings, Executor executor) {
    Rotation rotation = new Rotation(dimensions);
    List<Integer> ordinals = new ArrayList<>();
    List<float[][]> rotated = new ArrayList<>();
    from.forEach(
        (document, vectors) -> {
          ordinals.add(document);
          rotated.add(Arrays.stream(vectors).map(rotation::rotate).toArray(float[][]::new));
        });
    float[][] all = rotated.stream().flatMap(Arrays::stream).toArray(float[][]::new);
    float[] centre = Centroids.mean(all);
    for (float[] vector : all) {
      Kernels.subtract(vector, centre);
    }
    CellUpkeep upkeep = new CellUpkeep(settings.cellRows(), settings.seed(), 1);
    List<Cell> cells = upkeep.train(all);
    IvfCells index = new IvfCells(rotation, centre, cells, upkeep, settings, executor);
    for (int i = 0; i < ordinals.size(); i++) {
      Posting[] postings = Arrays.stream(rotated.get(i)).map(Posting::of).toArray(Posting[]::new);
      index.load(ordinals.get(i), postings, new Cell[postings.length]);
    }
    index.tendAll();
    index.calibration.begin(index.passages.get());
    return index;
  }

  /** k-means may leave cells next to empty, and others too large. */
  private void tendAll() {
    table = table.measured();
    List<Long> ids = new ArrayList<>();
    table.forEach(cell -> ids.add(cell.id()));
    ids.forEach(this::tend);
  }

  /** As the index keeps it. Any thread. */
  Posting encode(float[] vector) {
    return encode(vector, rotation, centre);
  }

  static Posting encode(float[] vector, Rotation rotation, float[] centre) {
    float[] rotated = rotation.rotate(vector);
    Kernels.subtract(rotated, centre);
    return Posting.of(rotated);
  }

  Posting[] encode(float[][] vectors) {
    return Arrays.stream(vectors).map(this::encode).toArray(Posting[]::new);
  }

  /** Writer only. */
  void upsert(int document, Posting[] postings) {
    int replaced = rowsOf(document);
    List<Cell> cells = load(document, postings, new Cell[postings.length]);
    for (Cell cell : cells) {
      if (upkeep.isTooLarge(cell)) {
        tend(cell.id());
      }
    }
    changed(Math.max(postings.length, replaced));
  }

  /**
   * Puts a document in, and leaves the cells as they are. Writer only.
   *
   * @param known a cell of the table for each posting; null for the nearest one
   * @return the cells that got a row each
   */
  List<Cell> load(int document, Posting[] postings, @Nullable Cell[] known) {
    long next = change + 1;
    Version version = new Version(document, next);
    List<Cell> cells = new ArrayList<>(postings.length);
    for (int i = 0; i < postings.length; i++) {
      Cell cell = known[i];
      float[] vector = postings[i].decode();
      NearestCell nearest =
          cell == null
              ? NearestCell.of(table, vector)
              : new NearestCell(cell, cell.closeness(vector));
      nearest.cell().append(version, i, postings[i], vector, nearest.near());
      cells.add(nearest.cell());
    }
    end(document, next);
    place(version, postings.length);
    change = next;
    return cells;
  }

  /** After {@link #load}: puts the cells right, and calibrates in the background. */
  void loaded() {
    rowsToVisit = 0;
    tendAll();
    calibration.beginSoon(passages.get());
  }

  /** Writer only. */
  void remove(int document) {
    int removed = rowsOf(document);
    long next = change + 1;
    end(document, next);
    change = next;
    changed(removed);
  }

  private @Nullable Version liveVersion(int document) {
    return document >= 0 && document < versions.length ? versions[document] : null;
  }

  private int rowsOf(int document) {
    return liveVersion(document) == null ? 0 : lengths[document];
  }

  private void end(int document, long death) {
    Version version = liveVersion(document);
    if (version != null) {
      version.end(death);
      versions[document] = null;
      documents.decrementAndGet();
      passages.addAndGet(-lengths[document]);
      rowsToVisit += lengths[document];
    }
  }

  private void place(Version version, int length) {
    int document = version.document();
    if (document >= versions.length) {
      int larger = Math.max(document + 1, versions.length + (versions.length >> 1));
      versions = Arrays.copyOf(versions, larger);
      lengths = Arrays.copyOf(lengths, larger);
    }
    versions[document] = version;
    lengths[document] = length;
    documents.incrementAndGet();
    passages.addAndGet(length);
  }

  private void tend(long id) {
    Cell cell = table.find(id);
    if (cell != null) {
      table = upkeep.tend(table, cell, change);
    }
  }

  /**
   * Follows up on a change: a look at the next cells in turn, perhaps a step of the calibration.
   *
   * @param rows that came, or went, whichever are more
   */
  private void changed(int rows) {
    int rowsPerVisit = settings.cellRows() / VISITS_PER_CELL;
    while (rowsToVisit >= rowsPerVisit) {
      rowsToVisit -= rowsPerVisit;
      CellTable now = table;
      nextVisit = nextVisit + 1 < now.cells() ? nextVisit + 1 : 0;
      tend(now.at(nextVisit).id());
    }
    calibration.changed(rows, passages.get());
  }

  private CellView view() {
    // A table that is read after the change holds all of its rows, unless cells changed since.
    long seen = change;
    CellTable now = table;
    while (seen < now.since()) {
      seen = change;
      now = table;
    }
    return new CellView(now, seen, documents.get());
  }

  /** As {@link IvfIndex#search(float[], int, int, IntPredicate, double)}, checked before. */
  List<ScoredPassage> search(float[] query, int k, int spare, IntPredicate accept, double recall) {
    QueryCode code = new QueryCode(rotation.rotate(query));
    calibration.asked(code.vector());
    CellView view = view();
    float base = Kernels.dot(code.vector(), centre);
    if (recall >= 1) {
      return new CellSearch(code, k, spare, view.change(), accept, SAFE_SLACK)
          .searchAll(view.table())
          .found(base);
    }
    Calibration measured = calibration.current();
    CellSearch search =
        new CellSearch(code, k, spare, view.change(), accept, measured.slack(recall));
    return (accept == CellSearch.EVERYTHING
            ? search.search(view.table(), measured.width(recall))
            : search.searchFiltered(view.table(), measured.reach(recall)))
        .found(base);
  }

  Rotation rotation() {
    return rotation;
  }

  /** {@code [padded]}, rotated: what postings are centred by. */
  float[] centre() {
    return centre;
  }

  CellTable table() {
    return table;
  }

  Calibration calibration() {
    return calibration.current();
  }

  int documents() {
    return documents.get();
  }

  long passages() {
    return passages.get();
  }

  long memoryBytes() {
    long tables = (long) versions.length * 2 * Integer.BYTES;
    return table.memoryBytes() + tables + (long) Version.BYTES * documents.get();
  }
}
