/** Benchmarks: each takes what it compares in one run, in turn, and reports a ratio. */
@NullMarked
package dev.freshet.tests.bench;

import org.jspecify.annotations.NullMarked;
