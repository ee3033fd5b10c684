// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What the network allows an encoder of the app's. Its picture size stays. */
public final class EncoderTarget {
  private final long bitRate;
  private final double frameRate;
  private final long frameLimit;
  private final boolean isPaused;

  // Called by the library.
  EncoderTarget(long bitRate, double frameRate, long frameLimit, boolean isPaused) {
    this.bitRate = bitRate;
    this.frameRate = frameRate;
    this.frameLimit = frameLimit;
    this.isPaused = isPaused;
  }

  /**
   * The video rate from now on.
   *
   * @return bits per second
   */
  public long bitRate() {
    return bitRate;
  }

  /**
   * The most pictures.
   *
   * @return per second
   */
  public double frameRate() {
    return frameRate;
  }

  /**
   * The most that one picture may take until the next target.
   *
   * @return bytes; 0 for as the rate lets it
   */
  public long frameLimit() {
    return frameLimit;
  }

  /**
   * Whether no pictures should be coded at all until the next target: the line is full, and what
   * was not coded can be left out without breaking anything.
   *
   * @return true: wait
   */
  public boolean isPaused() {
    return isPaused;
  }
}
