// SPDX-License-Identifier: Apache-2.0
package android.graphics;

import android.os.Handler;

/** Fake: remembers its size, and tells of pictures when tests say so. */
public class SurfaceTexture {
  public static SurfaceTexture fakeLast;

  public int fakeWidth;
  public int fakeTaken;
  private OnFrameAvailableListener listener;
  private Handler handler;
  private boolean isReleased;

  public SurfaceTexture(int name) {
    fakeLast = this;
  }

  public void fakeFrame() {
    OnFrameAvailableListener told = listener;
    if (told != null) handler.post(() -> told.onFrameAvailable(this));
  }

  public void setDefaultBufferSize(int width, int height) {
    fakeWidth = width;
  }

  public void setOnFrameAvailableListener(OnFrameAvailableListener next) {
    listener = next;
  }

  public void setOnFrameAvailableListener(OnFrameAvailableListener next, Handler on) {
    listener = next;
    handler = on;
  }

  public void updateTexImage() {
    if (isReleased) throw new IllegalStateException("released");
    fakeTaken++;
  }

  public void getTransformMatrix(float[] matrix) {}

  public long getTimestamp() {
    return 0;
  }

  public void release() {
    if (isReleased) throw new IllegalStateException("released");
    isReleased = true;
  }

  /** As Android's. */
  public interface OnFrameAvailableListener {
    void onFrameAvailable(SurfaceTexture texture);
  }
}
