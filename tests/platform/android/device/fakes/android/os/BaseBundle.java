// SPDX-License-Identifier: Apache-2.0
package android.os;

/** Fake: see Bundle. */
public class BaseBundle {
  BaseBundle() {}

  public void putInt(String key, int value) {}

  public void putString(String key, String value) {}
}
