// SPDX-License-Identifier: Apache-2.0
package android.util;

/** Fake: a pair. */
public final class Range<T extends Comparable<? super T>> {
  private final T lower;
  private final T upper;

  public Range(T lower, T upper) {
    this.lower = lower;
    this.upper = upper;
  }

  public T getLower() {
    return lower;
  }

  public T getUpper() {
    return upper;
  }
}
