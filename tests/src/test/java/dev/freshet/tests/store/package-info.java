/** Faults of the store that need a process of its own to die. */
@NullMarked
package dev.freshet.tests.store;

import org.jspecify.annotations.NullMarked;
