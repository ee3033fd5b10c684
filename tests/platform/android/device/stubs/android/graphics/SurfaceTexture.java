// SPDX-License-Identifier: Apache-2.0
package android.graphics;

public class SurfaceTexture {
  public SurfaceTexture(int a) {}
  public void setDefaultBufferSize(int a, int b) {}
  public void setOnFrameAvailableListener(OnFrameAvailableListener a) {}
  public void setOnFrameAvailableListener(OnFrameAvailableListener a, android.os.Handler b) {}
  public void updateTexImage() {}
  public void getTransformMatrix(float[] a) {}
  public long getTimestamp() { return 0; }
  public void release() {}

  public interface OnFrameAvailableListener {
    void onFrameAvailable(SurfaceTexture a);
  }
}
