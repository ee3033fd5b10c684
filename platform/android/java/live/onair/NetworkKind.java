// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What the device's way to the network is. */
public enum NetworkKind {
  /** The system does not say. */
  UNKNOWN(1),
  /** Wireless LAN. */
  WIFI(2),
  /** A mobile carrier's. */
  CELLULAR(3),
  /** By wire. */
  ETHERNET(4);

  // As in the native library.
  final int number;

  NetworkKind(int number) {
    this.number = number;
  }

  static NetworkKind of(int number) {
    for (NetworkKind value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
