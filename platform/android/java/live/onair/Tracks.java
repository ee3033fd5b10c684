// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** The tracks of a stream that is played. Immutable. */
public final class Tracks {
  private final VideoCodec videoCodec;
  private final AudioCodec audioCodec;
  private final int[] numbers;

  // Called by the library: codecs by their numbers or 0, width, height, sample rate, channels.
  Tracks(int[] numbers) {
    this.numbers = numbers;
    videoCodec = VideoCodec.of(numbers[0]);
    audioCodec = AudioCodec.of(numbers[1]);
  }

  /**
   * How pictures are coded.
   *
   * @return null for a stream without pictures
   */
  public VideoCodec videoCodec() {
    return videoCodec;
  }

  /**
   * How sound is coded.
   *
   * @return null for a stream without sound
   */
  public AudioCodec audioCodec() {
    return audioCodec;
  }

  /**
   * Width of the pictures as coded.
   *
   * @return pixels; 0 without pictures
   */
  public int width() {
    return numbers[2];
  }

  /**
   * Height of the pictures as coded.
   *
   * @return pixels; 0 without pictures
   */
  public int height() {
    return numbers[3];
  }

  /**
   * Of the sound.
   *
   * @return Hz; 0 without sound
   */
  public int sampleRate() {
    return numbers[4];
  }

  /**
   * Of the sound.
   *
   * @return 1 or 2; 0 without sound
   */
  public int channels() {
    return numbers[5];
  }
}
