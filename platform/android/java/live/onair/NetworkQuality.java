// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Whether the network carries a stream, were it at its lowest rate. */
public enum NetworkQuality {
  /** It does. */
  GOOD(1),
  /** For two seconds or more pictures had to be skipped; a viewer sees it. */
  POOR(2);

  // As in the native library.
  final int number;

  NetworkQuality(int number) {
    this.number = number;
  }

  static NetworkQuality of(int number) {
    for (NetworkQuality value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
