package dev.freshet.pipeline.ann;

import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index again from what {@link IvfIndex#snapshot} said and from postings, without vectors
 * and without k-means. One per index and thread.
 */
public final class IvfRestore {
  private final int dimensions;
  private final IvfSettings settings;
  private final Executor calibrations;
  private final IvfCells cells;
  private final RowPlaces places;

  /**
   * @param parts of a snapshot, in their order
   * @throws IllegalArgumentException when they are of another version, of other dimensions or not
   *     whole
   */
  public IvfRestore(
      int dimensions, IvfSettings settings, List<byte[]> parts, Executor calibrations) {
    this.dimensions = dimensions;
    this.settings = settings;
    this.calibrations = calibrations;
    Rotation rotation = new Rotation(dimensions);
    float[] centre = SnapshotFormat.centre(parts, dimensions);
    CellUpkeep upkeep = new CellUpkeep(settings.cellRows(), settings.seed(), 1);
    places = new RowPlaces(SnapshotFormat.check(parts, rotation.padded()));
    List<Cell> empty = SnapshotFormat.cells(parts, rotation.padded(), upkeep, places::put);
    this.cells = new IvfCells(rotation, centre, empty, upkeep, settings, calibrations);
  }

  /**
   * Puts a document in.
   *
   * @param name as the snapshot was told
   * @param posting as {@link IvfIndex#encode} made it
   * @throws IllegalArgumentException when the posting is of other dimensions
   */
  public void add(int document, long name, byte[] posting) {
    Posting[] postings = PostingFormat.decode(posting, cells.rotation().padded());
    @Nullable Cell[] known = new Cell[postings.length];
    for (int i = 0; i < known.length; i++) {
      known[i] = places.of(SnapshotFormat.name(name, i));
    }
    cells.load(document, postings, known);
  }

  /** Puts a document in that has no posting. */
  public byte[] add(int document, float[][] vectors) {
    Posting[] postings = cells.encode(vectors);
    cells.load(document, postings, new Cell[postings.length]);
    return PostingFormat.encode(postings);
  }

  /** The index; searches look at more than they need until it is calibrated, which begins now. */
  public IvfIndex finish() {
    cells.loaded();
    return new IvfIndex(dimensions, settings, calibrations, cells);
  }
}
