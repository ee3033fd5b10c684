// SPDX-License-Identifier: Apache-2.0
package android.view;

public interface SurfaceHolder {
  void addCallback(Callback a);
  Surface getSurface();

  public interface Callback {
    void surfaceCreated(SurfaceHolder a);
    void surfaceChanged(SurfaceHolder a, int b, int c, int d);
    void surfaceDestroyed(SurfaceHolder a);
  }
}
