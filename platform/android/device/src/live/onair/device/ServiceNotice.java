// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * When a foreground service may be stopped: the system ends an app that stops one between asking
 * for it and showing its notice. Pure; thread-safe.
 */
final class ServiceNotice {
  private int asked;
  private int shown;
  private int endedAfter;

  /** Before the system is asked to start it. */
  synchronized void onStart() {
    asked++;
  }

  /** The system refused at once; an earlier stop() still holds. */
  synchronized void onRefused() {
    asked--;
  }

  /** True: stop it now. Otherwise onShown() says when, unless it is started again. */
  synchronized boolean stop() {
    endedAfter = asked;
    return shown == asked;
  }

  /** After its notice was shown for one start, or could not be. True: it was ended meanwhile. */
  synchronized boolean onShown() {
    // A start that an earlier process asked for is none of these: nobody has use for it.
    if (shown < asked) shown++;
    return shown == asked && endedAfter == asked;
  }
}
