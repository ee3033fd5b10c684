// SPDX-License-Identifier: Apache-2.0
package android.media;

public class ImageReader {
  ImageReader() {}
  public static ImageReader newInstance(int a, int b, int c, int d) { return null; }
  public android.view.Surface getSurface() { return null; }
  public Image acquireLatestImage() { return null; }
  public void setOnImageAvailableListener(OnImageAvailableListener a, android.os.Handler b) {}
  public void close() {}

  public interface OnImageAvailableListener {
    void onImageAvailable(ImageReader a);
  }
}
