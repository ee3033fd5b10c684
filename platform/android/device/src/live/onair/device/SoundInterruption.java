// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * What happens to microphone and speaker when somebody calls, another app plays, or the app leaves
 * the screen. Pure decider: each input answers with what holds from then on.
 *
 * <p>A live stream does not end for a call: the picture goes on and silence stands for the sound.
 * After a call the microphone is opened anew, not only started: devices have been seen to record
 * nothing but zeros until their source is configured again.
 */
public final class SoundInterruption {
  /** What the microphone does. */
  public enum Microphone {
    /** Record and send. */
    LIVE,
    /** Send silence; the device is let go, for the call or because the system withholds it. */
    SILENT,
    /** Close and open it with its configuration, then it is LIVE. */
    REOPEN
  }

  /** How loud the speaker is. */
  public enum Speaker {
    /** As the app set it. */
    FULL,
    /** Another app speaks for a moment: quieter. */
    DUCKED,
    /** Nothing is heard; what is played goes on. */
    SILENT
  }

  /** Who took the sound; NONE where nobody did. */
  public enum Cause { NONE, CALL, OTHER_APP, BACKGROUND, SYSTEM }

  /** What holds until the next decision. */
  public static final class Decision {
    /** What the microphone does from now on. */
    public final Microphone microphone;
    /** What the speaker does from now on. */
    public final Speaker speaker;
    /** For the app's own notice. */
    public final Cause cause;
    /** Ask for audio focus: it was lost for good and is wanted again, or never had. */
    public final boolean asksFocus;
    /** When onTimeout() is due; Long.MAX_VALUE: never. */
    public final long decideAgainAtUs;

    Decision(
        Microphone microphone, Speaker speaker, Cause cause, boolean asksFocus, long againAtUs) {
      this.microphone = microphone;
      this.speaker = speaker;
      this.cause = cause;
      this.asksFocus = asksFocus;
      this.decideAgainAtUs = againAtUs;
    }
  }

  // AudioManager.AUDIOFOCUS_*.
  /** This app may be heard. */
  public static final int FOCUS_GAIN = 1;
  /** Another app plays for long. */
  public static final int FOCUS_LOSS = -1;
  /** Another app plays for a moment. */
  public static final int FOCUS_LOSS_TRANSIENT = -2;
  /** Another app speaks for a moment; playing quieter is enough. */
  public static final int FOCUS_LOSS_TRANSIENT_CAN_DUCK = -3;
  // AudioManager.MODE_*.
  /** The phone rings. */
  public static final int MODE_RINGTONE = 1;
  /** A telephone call. */
  public static final int MODE_IN_CALL = 2;
  /** The system answers a call itself. */
  public static final int MODE_CALL_SCREENING = 4;
  /** A call is handed to another device. */
  public static final int MODE_CALL_REDIRECT = 5;

  // After a call the system moves its routes; a microphone opened before that records from the old
  // one. Source: ours; a guess, not tried on a device.
  static final long SETTLE_US = 600_000;
  private static final long NEVER = Long.MAX_VALUE;

  /** Whether another app's call over the internet (MODE_IN_COMMUNICATION) is one of ours. */
  public enum OwnMode {
    /** This app leaves the mode alone. */
    NORMAL,
    /** This app sets MODE_IN_COMMUNICATION itself, for echo cancelling. */
    COMMUNICATION
  }

  private static final int MODE_IN_COMMUNICATION = 3;

  private final OwnMode ownMode;
  private boolean isInCall;
  private boolean isWithheld;
  private boolean isInBackground;
  private int focus = FOCUS_GAIN;
  private long settledAtUs = NEVER;
  private boolean mustReopen;

  /** Nobody is taken to have the sound yet. */
  public SoundInterruption(OwnMode ownMode) {
    this.ownMode = ownMode;
  }

  /** OnAudioFocusChangeListener. */
  public Decision onFocus(int change, long nowUs) {
    focus = change > 0 ? FOCUS_GAIN : change;
    return decide(nowUs, false);
  }

  /** AudioManager.getMode() has changed. A ringing phone does not silence the stream yet. */
  public Decision onMode(int mode, long nowUs) {
    boolean wasInCall = isInCall;
    isInCall = mode == MODE_IN_CALL || mode == MODE_CALL_SCREENING || mode == MODE_CALL_REDIRECT
        || (mode == MODE_IN_COMMUNICATION && ownMode == OwnMode.NORMAL);
    if (wasInCall && !isInCall) settle(nowUs);
    return decide(nowUs, false);
  }

  /** AudioRecordingConfiguration.isClientSilenced(): the system gives zeros instead of sound. */
  public Decision onWithheld(boolean isNowWithheld, long nowUs) {
    if (isWithheld && !isNowWithheld) settle(nowUs);
    isWithheld = isNowWithheld;
    return decide(nowUs, false);
  }

  /**
   * The app left the screen. With a foreground service of type microphone nothing changes;
   * without, the system withholds the microphone.
   */
  public Decision onBackground(Background background, long nowUs) {
    boolean wasAway = isInBackground;
    isInBackground = background == Background.WITHOUT_SERVICE;
    if (wasAway && !isInBackground) settle(nowUs);
    return decide(nowUs, false);
  }

  /** Where the app is. */
  public enum Background { ON_SCREEN, WITH_SERVICE, WITHOUT_SERVICE }

  /** The user asks for the sound again, after another app took it for good. */
  public Decision onResume(long nowUs) {
    return decide(nowUs, focus == FOCUS_LOSS);
  }

  /** decideAgainAtUs has come. */
  public Decision onTimeout(long nowUs) {
    return decide(nowUs, false);
  }

  private void settle(long nowUs) {
    mustReopen = true;
    settledAtUs = nowUs + SETTLE_US;
  }

  private Decision decide(long nowUs, boolean asksFocus) {
    Speaker speaker = speaker();
    Cause cause = cause();
    if (isInCall || isWithheld || isInBackground) {
      return new Decision(Microphone.SILENT, speaker, cause, asksFocus, NEVER);
    }
    if (mustReopen && nowUs < settledAtUs) {
      return new Decision(Microphone.SILENT, speaker, cause, asksFocus, settledAtUs);
    }
    if (mustReopen) {
      mustReopen = false;
      settledAtUs = NEVER;
      return new Decision(Microphone.REOPEN, speaker, cause, asksFocus, NEVER);
    }
    return new Decision(Microphone.LIVE, speaker, cause, asksFocus, NEVER);
  }

  private Speaker speaker() {
    if (isInCall || focus == FOCUS_LOSS || focus == FOCUS_LOSS_TRANSIENT) return Speaker.SILENT;
    return focus == FOCUS_LOSS_TRANSIENT_CAN_DUCK ? Speaker.DUCKED : Speaker.FULL;
  }

  private Cause cause() {
    if (isInCall) return Cause.CALL;
    if (isInBackground) return Cause.BACKGROUND;
    if (isWithheld) return Cause.SYSTEM;
    return focus == FOCUS_GAIN ? Cause.NONE : Cause.OTHER_APP;
  }
}
