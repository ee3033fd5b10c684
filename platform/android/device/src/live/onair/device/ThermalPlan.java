// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * What a hot phone gives up, by PowerManager's thermal status: beauty first, then pictures,
 * then bits, at last the stream. Down at once; up one step at a time, after the phone has been
 * cooler for a while, since a phone that may work again at once is hot again at once. Pure decider.
 */
public final class ThermalPlan {
  /** Steps of giving up, each with what stays. */
  public enum Step {
    /** All that is configured. */
    FULL(true, 1.0, 1.0),
    /** Filters go first: they cost most, and are not missed as pictures are. */
    WITHOUT_BEAUTY(false, 1.0, 1.0),
    /** Two thirds of the pictures, at four fifths of the rate. */
    FEWER_PICTURES(false, 0.67, 0.8),
    /** Half of the pictures, at half of the rate. */
    HALF(false, 0.5, 0.5),
    /** A third of the pictures, at three tenths of the rate. */
    LEAST(false, 0.33, 0.3),
    /** The system is about to shut down: end the stream in order, while there is time. */
    STOP(false, 0.0, 0.0);

    /** Whether filters stay on. */
    public final boolean hasBeauty;
    /** Share of what is configured, [0, 1]. */
    public final double frameRateShare;
    /** Share of the configured bit rate, [0, 1]. */
    public final double rateShare;

    Step(boolean hasBeauty, double frameRateShare, double rateShare) {
      this.hasBeauty = hasBeauty;
      this.frameRateShare = frameRateShare;
      this.rateShare = rateShare;
    }
  }

  /** What to do until decideAgainAtUs or the next status. */
  public static final class Decision {
    /** What to give up. */
    public final Step step;
    /** Long.MAX_VALUE: nothing to wait for. */
    public final long decideAgainAtUs;
    /** For logs: why this step. */
    public final String reason;

    Decision(Step step, long decideAgainAtUs, String reason) {
      this.step = step;
      this.decideAgainAtUs = decideAgainAtUs;
      this.reason = reason;
    }
  }

  // How long the phone is cooler before a step is taken back. Lower swings, higher stays poor.
  // Source: ours; a guess, not tried on a device.
  static final long COOLER_FOR_US = 30_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  private Step step = Step.FULL;
  private Step wanted = Step.FULL;
  private long coolerSinceUs = NEVER;

  /** `status`: PowerManager.THERMAL_STATUS_NONE (0) to _SHUTDOWN (6); others count as the ends. */
  public Decision onStatus(int status, long nowUs) {
    wanted = stepOf(status);
    return decide(nowUs);
  }

  /** Comes at decideAgainAtUs; early it changes nothing. */
  public Decision onTimeout(long nowUs) {
    return decide(nowUs);
  }

  private Decision decide(long nowUs) {
    if (wanted.ordinal() > step.ordinal()) {
      step = wanted;
      coolerSinceUs = NEVER;
      return new Decision(step, NEVER, "hotter");
    }
    if (wanted == step) {
      coolerSinceUs = NEVER;
      return new Decision(step, NEVER, "steady");
    }
    if (coolerSinceUs == NEVER) coolerSinceUs = nowUs;
    if (nowUs - coolerSinceUs < COOLER_FOR_US) {
      return new Decision(step, coolerSinceUs + COOLER_FOR_US, "cooling");
    }
    step = Step.values()[step.ordinal() - 1];
    coolerSinceUs = step == wanted ? NEVER : nowUs;
    return new Decision(step, step == wanted ? NEVER : nowUs + COOLER_FOR_US, "cooler");
  }

  private static Step stepOf(int status) {
    switch (status) {
      case 1:
        return Step.FULL; // Light: "user experience is not impacted".
      case 2:
        return Step.WITHOUT_BEAUTY;
      case 3:
        return Step.FEWER_PICTURES;
      case 4:
        return Step.HALF;
      case 5:
        return Step.LEAST;
      default:
        return status >= 6 ? Step.STOP : Step.FULL;
    }
  }
}
