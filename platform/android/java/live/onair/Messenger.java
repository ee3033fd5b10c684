// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.concurrent.Executor;

/**
 * Carries events to the app's executor and, once closed, keeps those that still wait there from
 * reaching a listener that expects none any more.
 */
final class Messenger {
  private final Executor executor;
  private boolean isClosed;

  Messenger(Executor executor) {
    this.executor = executor;
  }

  void tell(Runnable call) {
    try {
      executor.execute(() -> run(call));
    } catch (RuntimeException refused) {  // Such as an executor that was shut down.
      Contained.report(refused);
    }
  }

  // Reentrant: a listener may close what called it.
  private synchronized void run(Runnable call) {
    if (isClosed) {
      return;
    }
    try {
      call.run();
    } catch (Throwable thrown) {
      Contained.report(thrown);
    }
  }

  /** No listener call begins after return, and none is under way on another thread. */
  synchronized void close() {
    isClosed = true;
  }
}
