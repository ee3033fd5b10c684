// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;

/** A run of raw sound, channels interleaved, in a direct buffer. Copied when it is pushed. */
public final class Sound {
  final ByteBuffer samples;
  final SampleFormat format;
  final int sampleRate;
  final int channels;
  private long capturedAtMicros;

  private Sound(ByteBuffer samples, SampleFormat format, int sampleRate, int channels) {
    this.samples = Check.present(samples, "sound.samples");
    this.format = Check.present(format, "sound.format");
    this.sampleRate = sampleRate;
    this.channels = channels;
  }

  /**
   * The samples from the buffer's position to its limit: whole ones of all channels, 10 s at most.
   *
   * @param samples direct
   * @param format of each sample, in the machine's byte order
   * @param sampleRate Hz, 8000 to 96000
   * @param channels 1 or 2
   * @return the sound
   */
  public static Sound of(ByteBuffer samples, SampleFormat format, int sampleRate, int channels) {
    return new Sound(samples, format, sampleRate, channels);
  }

  /**
   * The same with its time. Without one it is the moment of the push.
   *
   * @param micros of the first sample, by {@link Onair#nowMicros()}; what is still to come counts
   *     as now
   * @return another sound
   */
  public Sound capturedAt(long micros) {
    Sound other = new Sound(samples, format, sampleRate, channels);
    other.capturedAtMicros = micros;
    return other;
  }

  long capturedAtMicros() {
    return capturedAtMicros;
  }
}
