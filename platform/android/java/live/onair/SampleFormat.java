// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How sound samples lie in memory, in the machine's byte order. */
public enum SampleFormat {
  /** 32-bit float, full scale [-1, 1]. */
  FLOAT(1),
  /** 16-bit signed. */
  S16(2);

  // As in the native library.
  final int number;

  SampleFormat(int number) {
    this.number = number;
  }
}
