// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.os.Handler;

/** Brings a machine's next deadline to its thread. Single-owner: the handler's thread. */
final class Alarm {
  private final Handler handler;
  private final Runnable task;

  Alarm(Handler handler, Runnable task) {
    this.handler = handler;
    this.task = task;
  }

  /** `atUs`: Long.MAX_VALUE takes the alarm back. */
  void set(long atUs) {
    handler.removeCallbacks(task);
    if (atUs == Long.MAX_VALUE) return;
    handler.postDelayed(task, DriverClock.millisUntil(atUs, DriverClock.nowUs()));
  }
}
