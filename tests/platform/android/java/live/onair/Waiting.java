// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.fail;

import java.util.function.BooleanSupplier;

/** Waits for what another thread does, generously: the machine may be busy. */
final class Waiting {
  private static final long PATIENCE_MILLIS = 30_000;

  private Waiting() {}

  static void until(String what, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("never: " + what);
      }
      pause(2);
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Buffers that were lent may come back a moment after a close. */
  static void untilNothingIsHeld() {
    until("all references gone", () -> NativeLibrary.globalReferences() == 0);
    assertEquals(0, NativeLibrary.globalReferences());
    until("no question open", () -> NativeLibrary.urlQuestions() == 0);
  }
}
