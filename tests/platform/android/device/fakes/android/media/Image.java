// SPDX-License-Identifier: Apache-2.0
package android.media;

import android.graphics.Rect;
import java.nio.ByteBuffer;

/** Fake: three planes of 4:2:0, of which a part is seen. */
public class Image {
  public int fakeCloses;
  private final Rect seen;
  private final Plane[] planes = new Plane[3];

  public Image(int width, int height, Rect seen) {
    this.seen = seen;
    for (int i = 0; i < planes.length; i++) {
      int half = i == 0 ? 1 : 2;
      planes[i] = new Plane(ByteBuffer.allocateDirect(width * height / half / half), width / half);
    }
  }

  public int getWidth() {
    return seen.right - seen.left;
  }

  public int getHeight() {
    return seen.bottom - seen.top;
  }

  public long getTimestamp() {
    return 0;
  }

  public Plane[] getPlanes() {
    return planes;
  }

  public Rect getCropRect() {
    return seen;
  }

  public void close() {
    fakeCloses++;
  }

  /** Fake. */
  public static class Plane {
    private final ByteBuffer buffer;
    private final int rowStride;

    Plane(ByteBuffer buffer, int rowStride) {
      this.buffer = buffer;
      this.rowStride = rowStride;
    }

    public ByteBuffer getBuffer() {
      return buffer;
    }

    public int getRowStride() {
      return rowStride;
    }

    public int getPixelStride() {
      return 1;
    }
  }
}
