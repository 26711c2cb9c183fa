package dev.freshet.tests.bench;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * CPU time in nanoseconds: on a shared machine it tells the work, where wall time tells the wait.
 */
final class CpuClock {
  private CpuClock() {}

  /** Of the calling thread. */
  static long thread() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Of the whole process. */
  static long process() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    throw new IllegalStateException("this JVM does not tell the CPU time of its process");
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
