// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.util.ArrayDeque;

/**
 * The life of one camera: opening, being taken away, breaking, coming back. Pure: the driver tells
 * it what the system said, with the time, then takes poll() until it is null and comes back at
 * wakeAtUs().
 *
 * <p>Each attempt to open has a number. The driver gives it back with whatever that attempt's
 * callbacks say, so that what comes late of an attempt that was given up changes nothing.
 */
public final class CameraMachine {
  /** Where it stands. */
  public enum State {
    /** Not wanted. */
    CLOSED,
    /** openCamera() was asked. */
    OPENING,
    /** It is open; its session is being made. */
    CONFIGURING,
    /** Pictures come. */
    RUNNING,
    /** Between two attempts: for a time, or until the camera is free. */
    WAITING,
    /** Given up; open() begins again. */
    FAILED
  }

  /** What the driver does. */
  public enum Command {
    /** CameraManager.openCamera() for attempt(). */
    OPEN,
    /** Create the capture session of the device that has just opened. */
    CONFIGURE,
    /** Close session and device of the latest attempt, whatever there is of it. */
    CLOSE,
    /** Pictures will come. */
    TELL_RUNNING,
    /** The camera is gone for now; reason() says why. */
    TELL_INTERRUPTED,
    /** It will not come back by itself; reason() says why. */
    TELL_FAILED
  }

  /** Why there are no pictures. */
  public enum Reason {
    /** There are, or nobody asked for any. */
    NONE,
    /** Another app with more right has it. */
    IN_USE,
    /** The user or his company forbids it, or the permission is missing. */
    FORBIDDEN,
    /** The camera or the system's camera service broke, again and again. */
    BROKEN,
    /** The system never answered. */
    SILENT
  }

  // Numbers of CameraDevice.StateCallback.onError().
  /** Another client of the same right has it. */
  public static final int ERROR_CAMERA_IN_USE = 1;
  /** As many cameras are open as the system allows. */
  public static final int ERROR_MAX_CAMERAS_IN_USE = 2;
  /** Forbidden by the device's policy. */
  public static final int ERROR_CAMERA_DISABLED = 3;
  /** The camera broke; it may be opened again. */
  public static final int ERROR_CAMERA_DEVICE = 4;
  /** The system's service broke. */
  public static final int ERROR_CAMERA_SERVICE = 5;

  // Bounds of waiting. Source: ours; guesses, not tried on a device.
  static final long ANSWER_US = 5_000_000;
  static final long FIRST_RETRY_US = 500_000;
  static final long LAST_RETRY_US = 4_000_000;
  // An availability callback can get lost; a camera that is in use is also asked for by the clock.
  static final long IN_USE_RETRY_US = 3_000_000;
  static final int MOST_FAILURES = 5;

  private static final long NEVER = Long.MAX_VALUE;

  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private State state = State.CLOSED;
  private Reason reason = Reason.NONE;
  private int attempt;
  private int failures;
  private long wakeAtUs = NEVER;

  // The driver speaks.

  /** StateCallback.onOpened(). */
  public void onOpened(int ofAttempt, long nowUs) {
    if (ofAttempt != attempt || state != State.OPENING) return;
    state = State.CONFIGURING;
    wakeAtUs = nowUs + ANSWER_US;
    commands.add(Command.CONFIGURE);
  }

  /** The session's StateCallback.onConfigured(). */
  public void onConfigured(int ofAttempt, long nowUs) {
    if (ofAttempt != attempt || state != State.CONFIGURING) return;
    state = State.RUNNING;
    reason = Reason.NONE;
    wakeAtUs = NEVER;
    commands.add(Command.TELL_RUNNING);
  }

  /** A picture arrived: what broke before is forgiven. */
  public void onPicture(int ofAttempt) {
    if (ofAttempt == attempt && state == State.RUNNING) failures = 0;
  }

  /** The session's StateCallback.onConfigureFailed(), or no session could be made. */
  public void onConfigureFailed(int ofAttempt, long nowUs) {
    if (ofAttempt == attempt && isUnderWay()) breakDown(Reason.BROKEN, nowUs);
  }

  /** StateCallback.onDisconnected(): an app with more right took it. */
  public void onDisconnected(int ofAttempt, long nowUs) {
    if (ofAttempt == attempt && isUnderWay()) waitForCamera(nowUs);
  }

  /** StateCallback.onError(), or CameraAccessException as the error that it means. */
  public void onError(int ofAttempt, int error, long nowUs) {
    if (ofAttempt != attempt || !isUnderWay()) return;
    switch (error) {
      case ERROR_CAMERA_IN_USE:
      case ERROR_MAX_CAMERAS_IN_USE:
        waitForCamera(nowUs);
        return;
      case ERROR_CAMERA_DISABLED:
        fail(Reason.FORBIDDEN);
        return;
      default:
        breakDown(Reason.BROKEN, nowUs);
    }
  }

  /** AvailabilityCallback of the camera that is wanted. */
  public void onAvailable(long nowUs) {
    if (state == State.WAITING && reason == Reason.IN_USE) startAttempt(nowUs);
  }

  /** wakeAtUs() has come; earlier changes nothing. */
  public void onTimeout(long nowUs) {
    if (nowUs < wakeAtUs) return;
    wakeAtUs = NEVER;
    if (state == State.WAITING) {
      startAttempt(nowUs);
    } else if (isUnderWay()) {
      breakDown(Reason.SILENT, nowUs);
    }
  }

  // The application speaks.

  /** Begins, or begins again after a failure; no effect while it is under way. */
  public void open(long nowUs) {
    if (state != State.CLOSED && state != State.FAILED) return;
    failures = 0;
    reason = Reason.NONE;
    startAttempt(nowUs);
  }

  /** Lets the camera go; what its callbacks say later changes nothing. */
  public void close() {
    if (state == State.CLOSED) return;
    if (isUnderWay()) commands.add(Command.CLOSE);
    state = State.CLOSED;
    reason = Reason.NONE;
    wakeAtUs = NEVER;
    attempt++;
  }

  // Answers.

  /** The next thing to do, null where there is none. */
  public Command poll() {
    return commands.poll();
  }

  /** When onTimeout() is due, Long.MAX_VALUE: never. */
  public long wakeAtUs() {
    return wakeAtUs;
  }

  /** Now. */
  public State state() {
    return state;
  }

  /** Of WAITING and FAILED; NONE otherwise. */
  public Reason reason() {
    return reason;
  }

  /** The number that callbacks of the latest attempt give back. */
  public int attempt() {
    return attempt;
  }

  private boolean isUnderWay() {
    return state == State.OPENING || state == State.CONFIGURING || state == State.RUNNING;
  }

  private void startAttempt(long nowUs) {
    attempt++;
    state = State.OPENING;
    wakeAtUs = nowUs + ANSWER_US;
    commands.add(Command.OPEN);
  }

  private void waitForCamera(long nowUs) {
    pause(Reason.IN_USE, nowUs + IN_USE_RETRY_US);
  }

  private void breakDown(Reason why, long nowUs) {
    failures++;
    if (failures >= MOST_FAILURES) {
      fail(why);
      return;
    }
    pause(why, nowUs + Math.min(FIRST_RETRY_US << (failures - 1), LAST_RETRY_US));
  }

  // The app is told once of each interruption, not of each attempt within it.
  private void pause(Reason why, long untilUs) {
    boolean isNews = reason != why;
    commands.add(Command.CLOSE);
    state = State.WAITING;
    reason = why;
    wakeAtUs = untilUs;
    if (isNews) commands.add(Command.TELL_INTERRUPTED);
  }

  private void fail(Reason why) {
    commands.add(Command.CLOSE);
    commands.add(Command.TELL_FAILED);
    state = State.FAILED;
    reason = why;
    wakeAtUs = NEVER;
  }
}
