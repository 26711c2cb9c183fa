package dev.freshet.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Native memory of this process that is no file's: mapped weights come and go as the system likes.
 */
public final class NativeMemory {
  private static final Path MAPS = Path.of("/proc/self/smaps");
  private static final Pattern REGION = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");

  /** With compressed pointers the Java heap lies below it, and native memory above. */
  private static final long HEAP_END = 32L << 30;

  /** What leaks does so every time; what compilers take while they work they take once. */
  private static final int TIMES = 3;

  private NativeMemory() {}

  /** Ends the test as skipped where the system does not tell. */
  public static void assumeKnown() {
    Assumptions.assumeTrue(Files.exists(MAPS), "reads memory use from /proc");
  }

  /** Whether any part of a file is mapped. */
  public static boolean isMapped(String file) throws IOException {
    return Files.readAllLines(MAPS).stream().anyMatch(line -> line.endsWith(" " + file));
  }

  /** Least growth in KiB of some times that work is done: until it is below a limit, or thrice. */
  public static long leastGrowthKib(long limitKib, Runnable work) throws IOException {
    long least = Long.MAX_VALUE;
    for (int time = 0; time < TIMES && least >= limitKib; time++) {
      long before = anonymousKib();
      work.run();
      least = Math.min(least, anonymousKib() - before);
    }
    return least;
  }

  /** In KiB. */
  public static long anonymousKib() throws IOException {
    long sum = 0;
    boolean counts = false;
    for (String line : Files.readAllLines(MAPS)) {
      Matcher region = REGION.matcher(line);
      if (region.matches()) {
        counts = Long.parseUnsignedLong(region.group(1), 16) >= HEAP_END;
      } else if (counts && line.startsWith("Anonymous:")) {
        sum += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return sum;
  }
}
