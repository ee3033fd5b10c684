// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * One raw picture, 8-bit 4:2:0, limited range, BT.709 (BT.601 below 720 lines), on its way into the
 * library. Immutable itself; the pixels are not read before it is pushed.
 */
public final class Picture {
  // As in the native library.
  private static final int I420 = 1;
  private static final int NV12 = 2;
  private static final int YUV_420 = 3;

  final int format;
  final int width;
  final int height;
  final Plane[] planes;
  private Rotation rotation = Rotation.NONE;
  private long capturedAtMicros;

  private Picture(int format, int width, int height, Plane... planes) {
    for (Plane plane : planes) {
      Check.present(plane, "picture.planes");
    }
    this.format = format;
    this.width = width;
    this.height = height;
    this.planes = planes;
  }

  /**
   * Three planes.
   *
   * @param width pixels, 1 to 8192
   * @param height pixels, 1 to 8192
   * @param y luma
   * @param u chroma, half as wide and half as high, rounded up
   * @param v chroma, as {@code u}
   * @return the picture
   */
  public static Picture i420(int width, int height, Plane y, Plane u, Plane v) {
    return new Picture(I420, width, height, y, u, v);
  }

  /**
   * Luma, and chroma in pairs U V.
   *
   * @param width pixels, 1 to 8192
   * @param height pixels, 1 to 8192
   * @param y luma
   * @param uv chroma, half as high, rounded up
   * @return the picture
   */
  public static Picture nv12(int width, int height, Plane y, Plane uv) {
    return new Picture(NV12, width, height, y, uv);
  }

  /**
   * What a camera gives as {@code ImageFormat.YUV_420_888}: chroma side by side, or in pairs of
   * either order, whichever its planes turn out to be. Pairs V U (NV21) cost a copy of the picture,
   * the others none.
   *
   * @param width pixels, 1 to 8192
   * @param height pixels, 1 to 8192
   * @param y luma
   * @param u chroma, with its pixel stride
   * @param v chroma, with the same strides
   * @return the picture
   */
  public static Picture yuv420(int width, int height, Plane y, Plane u, Plane v) {
    return new Picture(YUV_420, width, height, y, u, v);
  }

  /**
   * The same pixels, to be turned.
   *
   * @param turn clockwise, to stand upright
   * @return another picture
   */
  public Picture rotated(Rotation turn) {
    Picture other = copy();
    other.rotation = Check.present(turn, "picture.rotation");
    return other;
  }

  /**
   * The same pixels with their time. Without one it is the moment of the push.
   *
   * @param micros by {@link Onair#nowMicros()}; what is still to come counts as now
   * @return another picture
   */
  public Picture capturedAt(long micros) {
    Picture other = copy();
    other.capturedAtMicros = micros;
    return other;
  }

  private Picture copy() {
    Picture other = new Picture(format, width, height, planes);
    other.rotation = rotation;
    other.capturedAtMicros = capturedAtMicros;
    return other;
  }

  long capturedAtMicros() {
    return capturedAtMicros;
  }

  java.nio.ByteBuffer buffer(int plane) {
    return plane < planes.length ? planes[plane].buffer : null;
  }

  /** Format, width, height, rotation; then of each plane offset, bytes, row and pixel stride. */
  int[] layout() {
    int[] layout = new int[4 + 4 * planes.length];
    layout[0] = format;
    layout[1] = width;
    layout[2] = height;
    layout[3] = rotation.number;
    for (int i = 0; i < planes.length; ++i) {
      layout[4 + 4 * i] = planes[i].buffer.position();
      layout[5 + 4 * i] = planes[i].buffer.remaining();
      layout[6 + 4 * i] = planes[i].rowStride;
      layout[7 + 4 * i] = planes[i].pixelStride;
    }
    return layout;
  }
}
