// SPDX-License-Identifier: Apache-2.0
package android.view;

public final class MotionEvent {
  public static final int ACTION_UP = 1;
  MotionEvent() {}
  public int getAction() { return 0; }
  public float getX() { return 0; }
  public float getY() { return 0; }
}
