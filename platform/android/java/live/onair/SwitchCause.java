// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Why a player changes its address. */
public enum SwitchCause {
  /** By {@link Player#switchTo}. */
  ASKED(1),
  /** The network carries more or less. */
  BANDWIDTH(2),
  /** The realtime stream does not come. */
  FALLBACK(3),
  /** It may come again. */
  RETURN(4);

  // As in the native library.
  final int number;

  SwitchCause(int number) {
    this.number = number;
  }

  static SwitchCause of(int number) {
    for (SwitchCause value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
