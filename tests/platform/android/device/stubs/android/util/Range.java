// SPDX-License-Identifier: Apache-2.0
package android.util;

public final class Range<T extends Comparable<? super T>> {
  public Range(T a, T b) {}
  public T getLower() { return null; }
  public T getUpper() { return null; }
}
