// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where exceptions of the app's callbacks end. */
final class Contained {
  private static final AtomicLong COUNT = new AtomicLong();

  private Contained() {}

  // Called by the library as well.
  static void report(Throwable thrown) {
    COUNT.incrementAndGet();
    Logger.getLogger("live.onair").log(Level.SEVERE, "a callback of the app threw", thrown);
  }

  static long count() {
    return COUNT.get();
  }
}
