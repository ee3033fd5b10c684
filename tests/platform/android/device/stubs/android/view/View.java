// SPDX-License-Identifier: Apache-2.0
package android.view;

public class View {
  public View(android.content.Context a) {}
  public int getWidth() { return 0; }
  public int getHeight() { return 0; }
  public boolean post(Runnable a) { return false; }
  public void setOnClickListener(OnClickListener a) {}
  public void setOnTouchListener(OnTouchListener a) {}
  public void setEnabled(boolean a) {}

  public interface OnClickListener {
    void onClick(View a);
  }

  public interface OnTouchListener {
    boolean onTouch(View a, MotionEvent b);
  }
}
