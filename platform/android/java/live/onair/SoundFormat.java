// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What sound that was pulled is: interleaved 32-bit floats in the machine's byte order. */
public final class SoundFormat {
  private final int sampleRate;
  private final int channels;

  SoundFormat(int sampleRate, int channels) {
    this.sampleRate = sampleRate;
    this.channels = channels;
  }

  /**
   * Samples of a channel.
   *
   * @return Hz
   */
  public int sampleRate() {
    return sampleRate;
  }

  /**
   * Channels side by side.
   *
   * @return 1 or 2
   */
  public int channels() {
    return channels;
  }
}
