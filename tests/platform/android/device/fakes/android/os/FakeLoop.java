// SPDX-License-Identifier: Apache-2.0
package android.os;

import java.util.ArrayList;
import java.util.List;

/** Fake: all handlers' tasks in one line, by a clock that jumps from one to the next. */
public final class FakeLoop {
  private static final class Task {
    final Runnable run;
    final long atUs;

    Task(Runnable run, long atUs) {
      this.run = run;
      this.atUs = atUs;
    }
  }

  private static final int MOST_TASKS = 10_000;
  private static final List<Task> tasks = new ArrayList<>();
  private static long nowUs;
  private static boolean isInline;

  private FakeLoop() {}

  public static void reset() {
    tasks.clear();
    isInline = false;
    nowUs = 1_000_000;
  }

  public static long nowUs() {
    return nowUs;
  }

  /** While set, a task without delay runs at once: for those who wait for what they posted. */
  public static void runAtOnce(boolean isSo) {
    isInline = isSo;
  }

  static void add(Runnable run, long delayMs) {
    if (isInline && delayMs == 0) {
      run.run();
      return;
    }
    tasks.add(new Task(run, nowUs + delayMs * 1000));
  }

  static void remove(Runnable run) {
    tasks.removeIf(task -> task.run == run);
  }

  /** Runs what is due now. */
  public static void settle() {
    runFor(0);
  }

  /** Lets time pass, running what falls due, earliest first. */
  public static void runFor(long us) {
    long endUs = nowUs + us;
    for (int ran = 0; ran < MOST_TASKS; ran++) {
      Task next = null;
      for (Task task : tasks) {
        if (task.atUs <= endUs && (next == null || task.atUs < next.atUs)) next = task;
      }
      if (next == null) {
        nowUs = endUs;
        return;
      }
      tasks.remove(next);
      nowUs = Math.max(nowUs, next.atUs);
      next.run.run();
    }
    throw new AssertionError("tasks without end");
  }
}
