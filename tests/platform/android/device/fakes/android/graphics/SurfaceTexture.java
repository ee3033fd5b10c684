// SPDX-License-Identifier: Apache-2.0
package android.graphics;

import android.os.Handler;

/** Fake: remembers its size. */
public class SurfaceTexture {
  public int fakeWidth;

  public SurfaceTexture(int name) {}

  public void setDefaultBufferSize(int width, int height) {
    fakeWidth = width;
  }

  public void setOnFrameAvailableListener(OnFrameAvailableListener listener) {}

  public void setOnFrameAvailableListener(OnFrameAvailableListener listener, Handler handler) {}

  public void updateTexImage() {}

  public void getTransformMatrix(float[] matrix) {}

  public long getTimestamp() {
    return 0;
  }

  public void release() {}

  /** As Android's. */
  public interface OnFrameAvailableListener {
    void onFrameAvailable(SurfaceTexture texture);
  }
}
