// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How pictures are coded. */
public enum VideoCodec {
  /** ITU-T H.264, AVC. */
  H264(1),
  /** ITU-T H.265, HEVC. */
  H265(2);

  // As in the native library.
  final int number;

  VideoCodec(int number) {
    this.number = number;
  }

  static VideoCodec of(int number) {
    for (VideoCodec value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
