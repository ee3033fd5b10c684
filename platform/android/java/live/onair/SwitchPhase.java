// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How far a player's change of address is. */
public enum SwitchPhase {
  /** The other address is being opened; the present one plays. */
  BEGAN(1),
  /** The other address plays. */
  DONE(2),
  /** The one that played goes on; without an error there was no need any more. */
  FAILED(3);

  // As in the native library.
  final int number;

  SwitchPhase(int number) {
    this.number = number;
  }

  static SwitchPhase of(int number) {
    for (SwitchPhase value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
