// SPDX-License-Identifier: Apache-2.0
package android.view;

public abstract class ViewGroup extends View {
  public ViewGroup(android.content.Context a) { super(null); }
  public void addView(View a) {}
  public void addView(View a, LayoutParams b) {}

  public static class LayoutParams {
    public static final int MATCH_PARENT = -1;
    public static final int WRAP_CONTENT = -2;
    public LayoutParams(int a, int b) {}
  }
}
