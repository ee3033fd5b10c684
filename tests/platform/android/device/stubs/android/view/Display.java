// SPDX-License-Identifier: Apache-2.0
package android.view;

public final class Display {
  Display() {}
  public int getRotation() { return 0; }
}
