// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What using the network costs, as the system says. */
public enum NetworkCost {
  /** Nothing. */
  FREE(1),
  /** Money or a budget. */
  METERED(2);

  // As in the native library.
  final int number;

  NetworkCost(int number) {
    this.number = number;
  }
}
