// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import live.onair.EncoderTarget;

/**
 * Which of the network's wishes reach a running MediaCodec encoder, and when. Less goes out at
 * once; more goes out rarely and in steps worth taking, because rate controllers in hardware
 * overshoot after each change. Key frames are asked for once, not once per lost packet. Pure
 * decider; times are of one clock, microseconds.
 */
public final class EncoderSteering {
  /** What to put into MediaCodec.setParameters() now. */
  public static final class Change {
    /** PARAMETER_KEY_VIDEO_BITRATE; 0: leave it. */
    public final int rateBps;
    /** PARAMETER_KEY_REQUEST_SYNC_FRAME. */
    public final boolean asksKeyFrame;
    /** PARAMETER_KEY_SUSPEND, where it changes. */
    public final Flow flow;

    Change(int rateBps, boolean asksKeyFrame, Flow flow) {
      this.rateBps = rateBps;
      this.asksKeyFrame = asksKeyFrame;
      this.flow = flow;
    }

    /** Whether there is nothing to set. */
    public boolean isEmpty() {
      return rateBps == 0 && !asksKeyFrame && flow == Flow.AS_IT_IS;
    }
  }

  /** PARAMETER_KEY_SUSPEND. */
  public enum Flow { AS_IT_IS, SUSPEND, RESUME }

  // Source: ours; guesses, not tried on a device. Shorter and smaller follows the line more
  // closely, and shakes the rate controller more.
  static final long RAISE_EVERY_US = 500_000;
  static final double RAISE_SHARE = 0.05;
  static final double LOWER_SHARE = 0.02;
  static final long KEY_FRAME_EVERY_US = 300_000;

  private static final long NEVER = Long.MIN_VALUE;

  private int appliedBps;
  private boolean isSuspended;
  private boolean owesKeyFrame;
  private long raisedAtUs = NEVER;
  private long keyFrameAtUs = NEVER;
  private int wantedBps;
  private double frameRate;
  private boolean isPaused;
  private long shownUntilUs = NEVER;

  /** `configuredBps`: what the encoder was configured with. */
  public EncoderSteering(int configuredBps) {
    this.appliedBps = configuredBps;
    this.wantedBps = configuredBps;
  }

  /** What the publisher's encoder control says; the latest one counts. */
  public void onTarget(EncoderTarget target) {
    wantedBps = (int) Math.min(Integer.MAX_VALUE, target.bitRate());
    frameRate = target.frameRate();
    isPaused = target.isPaused();
  }

  /** The publisher wants a key frame; kept until one comes out. */
  public void onKeyFrameWanted() {
    owesKeyFrame = true;
  }

  /** A key frame came out: what was asked for, or one that the encoder made by itself. */
  public void onKeyFrame() {
    owesKeyFrame = false;
  }

  /** Before each picture: what to change first. */
  public Change changeAt(long nowUs) {
    Flow flow = flow();
    int rate = isPaused ? 0 : rateAt(nowUs);
    boolean asks = false;
    if (flow == Flow.RESUME) owesKeyFrame = true;
    if (owesKeyFrame && !isPaused && isPast(keyFrameAtUs, KEY_FRAME_EVERY_US, nowUs)) {
      asks = true;
      keyFrameAtUs = nowUs;
    }
    return new Change(rate, asks, flow);
  }

  /**
   * Whether a picture captured at `captureUs` is encoded: pictures are left out evenly until no
   * more than the target's frame rate remain. A target without a rate leaves none out.
   */
  public boolean takesPicture(long captureUs) {
    if (isPaused) return false;
    if (frameRate <= 0) return true;
    long interval = Math.round(1_000_000 / frameRate);
    if (shownUntilUs == NEVER || captureUs - shownUntilUs > interval) {
      shownUntilUs = captureUs;
    }
    // Half a millisecond of grace: cameras do not tick exactly.
    if (captureUs + 500 < shownUntilUs) return false;
    shownUntilUs += interval;
    return true;
  }

  private Flow flow() {
    if (isPaused == isSuspended) return Flow.AS_IT_IS;
    isSuspended = isPaused;
    return isSuspended ? Flow.SUSPEND : Flow.RESUME;
  }

  private int rateAt(long nowUs) {
    if (wantedBps <= 0) return 0;
    boolean isLess = wantedBps < appliedBps * (1 - LOWER_SHARE);
    boolean isMore =
        wantedBps > appliedBps * (1 + RAISE_SHARE) && isPast(raisedAtUs, RAISE_EVERY_US, nowUs);
    if (!isLess && !isMore) return 0;
    if (isMore) raisedAtUs = nowUs;
    appliedBps = wantedBps;
    return wantedBps;
  }

  private static boolean isPast(long sinceUs, long intervalUs, long nowUs) {
    return sinceUs == NEVER || nowUs - sinceUs >= intervalUs;
  }
}
