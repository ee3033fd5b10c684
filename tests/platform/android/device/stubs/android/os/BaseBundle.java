// SPDX-License-Identifier: Apache-2.0
package android.os;

public class BaseBundle {
  BaseBundle() {}
  public void putInt(String a, int b) {}
  public void putString(String a, String b) {}
}
