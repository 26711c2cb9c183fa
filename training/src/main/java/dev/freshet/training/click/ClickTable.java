package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A log as estimation needs it: how often each document was shown and clicked for each query, by
 * the {@link Browsing} situation. All its arrays are read-only.
 *
 * <p>The situations of a pair are the entries from {@code start[pair]} to {@code start[pair + 1]}.
 */
final class ClickTable {
  /** A query and a document that was shown for it. */
  record Pair(String queryId, String documentId) {}

  /** What is known of one pair while the log is read. */
  private static final class Counts {
    private final Pair pair;

    /** Shown and clicked by situation. */
    private final Map<Integer, int[]> byCell = new HashMap<>();

    private int bestRank = Integer.MAX_VALUE;

    private Counts(Pair pair) {
      this.pair = pair;
    }

    private void add(int rank, int cell, boolean clicked) {
      bestRank = Math.min(bestRank, rank);
      int[] counts = byCell.computeIfAbsent(cell, absent -> new int[2]);
      counts[0]++;
      counts[1] += clicked ? 1 : 0;
    }
  }

  /** Length of the longest page. */
  final int positions;

  /** Position of each situation, from 1. */
  final int[] positionOf;

  /** In the order in which the log has them. */
  final Pair[] pairs;

  /** Best rank that the system ever gave a pair, from 1. */
  final int[] bestRank;

  final int[] start;

  /** The situation of an entry. */
  final int[] cell;

  /** How often a pair was shown in a situation. */
  final int[] shown;

  /** How often it was clicked then. */
  final int[] clicked;

  ClickTable(ClickLog log, Browsing browsing) {
    positions = log.positions();
    positionOf = new int[browsing.cells(positions)];
    for (int position = 1; position <= positions; position++) {
      for (int previous = 0; previous < position; previous++) {
        positionOf[browsing.cell(position, previous)] = position;
      }
    }
    List<Counts> counts = count(log, browsing);
    pairs = counts.stream().map(each -> each.pair).toArray(Pair[]::new);
    bestRank = counts.stream().mapToInt(each -> each.bestRank).toArray();
    start = new int[pairs.length + 1];
    for (int pair = 0; pair < pairs.length; pair++) {
      start[pair + 1] = start[pair] + counts.get(pair).byCell.size();
    }
    cell = new int[start[pairs.length]];
    shown = new int[cell.length];
    clicked = new int[cell.length];
    for (int pair = 0; pair < pairs.length; pair++) {
      fill(start[pair], counts.get(pair).byCell);
    }
  }

  private static List<Counts> count(ClickLog log, Browsing browsing) {
    Map<String, Map<String, Counts>> byQuery = new HashMap<>();
    List<Counts> inOrder = new ArrayList<>();
    for (Impression impression : log.impressions()) {
      Page page = impression.page();
      Map<String, Counts> byDocument =
          byQuery.computeIfAbsent(page.queryId(), absent -> new HashMap<>());
      int previous = 0;
      for (int position = 1; position <= page.size(); position++) {
        Slot slot = page.slot(position);
        Counts counts = byDocument.get(slot.documentId());
        if (counts == null) {
          counts = new Counts(new Pair(page.queryId(), slot.documentId()));
          byDocument.put(slot.documentId(), counts);
          inOrder.add(counts);
        }
        boolean click = impression.isClicked(position);
        counts.add(slot.rank(), browsing.cell(position, previous), click);
        previous = click ? position : previous;
      }
    }
    return inOrder;
  }

  private void fill(int from, Map<Integer, int[]> byCell) {
    int[] cells = byCell.keySet().stream().mapToInt(each -> each).sorted().toArray();
    for (int i = 0; i < cells.length; i++) {
      int[] counts = byCell.getOrDefault(cells[i], new int[2]);
      cell[from + i] = cells[i];
      shown[from + i] = counts[0];
      clicked[from + i] = counts[1];
    }
  }

  int cells() {
    return positionOf.length;
  }

  int impressions(int pair) {
    return Arrays.stream(shown, start[pair], start[pair + 1]).sum();
  }

  int clicks(int pair) {
    return Arrays.stream(clicked, start[pair], start[pair + 1]).sum();
  }
}
