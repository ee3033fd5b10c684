// SPDX-License-Identifier: Apache-2.0
package android.media;

public abstract class Image {
  Image() {}
  public abstract int getWidth();
  public abstract int getHeight();
  public abstract long getTimestamp();
  public abstract Plane[] getPlanes();
  public abstract void close();
  public android.graphics.Rect getCropRect() { return null; }

  public static abstract class Plane {
    Plane() {}
    public abstract java.nio.ByteBuffer getBuffer();
    public abstract int getRowStride();
    public abstract int getPixelStride();
  }
}
