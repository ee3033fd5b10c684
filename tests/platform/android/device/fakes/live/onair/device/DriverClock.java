// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** Fake, in the place of ours: a clock that stands still until FakeLoop moves it. */
final class DriverClock {
  private DriverClock() {}

  static long nowUs() {
    return android.os.FakeLoop.nowUs();
  }

  static long millisUntil(long atUs, long nowUs) {
    return Math.max(0, (atUs - nowUs + 999) / 1000);
  }
}
