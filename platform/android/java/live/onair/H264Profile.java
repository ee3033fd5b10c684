// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Which tools of H.264 are used. */
public enum H264Profile {
  /** All of the high profile. */
  HIGH(1),
  /** What every phone and browser decodes; about a fifth more rate for the same picture. */
  CONSTRAINED_BASELINE(2);

  // As in the native library.
  final int number;

  H264Profile(int number) {
    this.number = number;
  }
}
