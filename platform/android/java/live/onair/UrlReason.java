// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Why a publisher asks for an address anew. */
public enum UrlReason {
  /** The connection was lost. */
  RECONNECT(1),
  /** A second connection is made while live. */
  HAND_OVER(2),
  /** The server did not let it in; without another address that is the end. */
  REFUSED(3);

  // As in the native library.
  final int number;

  UrlReason(int number) {
    this.number = number;
  }

  static UrlReason of(int number) {
    for (UrlReason value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
