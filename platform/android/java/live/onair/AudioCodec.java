// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How sound is coded. */
public enum AudioCodec {
  /** AAC-LC. */
  AAC(1),
  /** RFC 6716. */
  OPUS(2);

  // As in the native library.
  final int number;

  AudioCodec(int number) {
    this.number = number;
  }

  static AudioCodec of(int number) {
    for (AudioCodec value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
