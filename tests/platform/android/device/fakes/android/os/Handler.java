// SPDX-License-Identifier: Apache-2.0
package android.os;

/** Fake: see FakeLoop. */
public class Handler {
  public Handler(Looper looper) {}

  public final boolean post(Runnable task) {
    FakeLoop.add(task, 0);
    return true;
  }

  public final boolean postDelayed(Runnable task, long delayMs) {
    FakeLoop.add(task, delayMs);
    return true;
  }

  public final void removeCallbacks(Runnable task) {
    FakeLoop.remove(task);
  }
}
