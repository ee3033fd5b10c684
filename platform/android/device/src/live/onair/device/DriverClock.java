// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** The clock of all microseconds here. */
final class DriverClock {
  private DriverClock() {}

  static long nowUs() {
    return System.nanoTime() / 1000;
  }

  /** Milliseconds until a moment, as Handler.postDelayed() takes them: never too early. */
  static long millisUntil(long atUs, long nowUs) {
    return Math.max(0, (atUs - nowUs + 999) / 1000);
  }
}
