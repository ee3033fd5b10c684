// SPDX-License-Identifier: Apache-2.0
package android.widget;

public class LinearLayout extends android.view.ViewGroup {
  public static final int VERTICAL = 1;
  public LinearLayout(android.content.Context a) { super(null); }
  public void setOrientation(int a) {}

  public static class LayoutParams extends android.view.ViewGroup.LayoutParams {
    public LayoutParams(int a, int b, float c) { super(0, 0); }
  }
}
