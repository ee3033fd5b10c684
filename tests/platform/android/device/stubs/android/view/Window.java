// SPDX-License-Identifier: Apache-2.0
package android.view;

public abstract class Window {
  Window() {}
  public final void addFlags(int a) {}
}
