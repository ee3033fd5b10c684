// SPDX-License-Identifier: Apache-2.0
package android.widget;

public class TextView extends android.view.View {
  public TextView(android.content.Context a) { super(null); }
  public final void setText(CharSequence a) {}
  public CharSequence getText() { return null; }
}
