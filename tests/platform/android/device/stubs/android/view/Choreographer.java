// SPDX-License-Identifier: Apache-2.0
package android.view;

public final class Choreographer {
  Choreographer() {}
  public static Choreographer getInstance() { return null; }
  public void postFrameCallback(FrameCallback a) {}
  public void removeFrameCallback(FrameCallback a) {}

  public interface FrameCallback {
    void doFrame(long a);
  }
}
