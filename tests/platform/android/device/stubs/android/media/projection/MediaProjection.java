// SPDX-License-Identifier: Apache-2.0
package android.media.projection;

public final class MediaProjection {
  MediaProjection() {}
  public void registerCallback(Callback a, android.os.Handler b) {}
  public void unregisterCallback(Callback a) {}
  public android.hardware.display.VirtualDisplay createVirtualDisplay(String a, int b, int c, int d, int e, android.view.Surface f, android.hardware.display.VirtualDisplay.Callback g, android.os.Handler h) { return null; }
  public void stop() {}

  public static abstract class Callback {
    public Callback() {}
    public void onStop() {}
    public void onCapturedContentResize(int a, int b) {}
  }
}
