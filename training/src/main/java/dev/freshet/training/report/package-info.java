/** Results for people to look at: charts. */
@NullMarked
package dev.freshet.training.report;

import org.jspecify.annotations.NullMarked;
