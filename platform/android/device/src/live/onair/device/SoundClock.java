// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * When samples were captured. Reads return late and in bursts, so moments come from the count of
 * samples, held to AudioRecord.getTimestamp() by a slow line; only a jump that is too large to be
 * jitter (samples were lost) is taken at once. Pure.
 */
public final class SoundClock {
  // A step that is larger is lost sound, not jitter. Source: ours; a guess, not tried on a device.
  static final long JUMP_US = 80_000;
  // Share of each measured difference that is followed: drift of 100 ppm needs 1 us per 10 ms.
  static final double FOLLOW = 0.02;

  private final int sampleRate;
  private boolean hasOrigin;
  // The moment of sample 0 as it is believed now.
  private double originUs;
  private long jumps;

  /** Of one recording, its rate in Hz. */
  public SoundClock(int sampleRate) {
    this.sampleRate = sampleRate;
  }

  /** AudioTimestamp: sample `framePosition` was captured at `nanoTime`. */
  public void onTimestamp(long framePosition, long nanoTime) {
    follow(nanoTime / 1000.0 - durationUs(framePosition));
  }

  /**
   * Where the device has no timestamps: a read that ended at `framePosition` has just returned. The
   * sound in it is at least that old, so an earlier origin is believed at once.
   */
  public void onRead(long framePosition, long nowUs) {
    double latest = nowUs - durationUs(framePosition);
    if (!hasOrigin || latest < originUs || latest - originUs > JUMP_US) {
      follow(latest);
      if (latest < originUs) originUs = latest;
    }
  }

  /** When sample `framePosition` was captured, microseconds of System.nanoTime(). */
  public long captureUs(long framePosition) {
    return Math.round(originUs + durationUs(framePosition));
  }

  /** Times that sound was lost or the device began anew. */
  public long jumps() {
    return jumps;
  }

  private void follow(double measuredUs) {
    double apart = measuredUs - originUs;
    if (hasOrigin && Math.abs(apart) <= JUMP_US) {
      originUs += apart * FOLLOW;
      return;
    }
    if (hasOrigin) jumps++;
    hasOrigin = true;
    originUs = measuredUs;
  }

  private double durationUs(long frames) {
    return frames * 1_000_000.0 / sampleRate;
  }
}
