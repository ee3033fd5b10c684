// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;

/** Rows of one colour plane in a direct buffer: the bytes from its position to its limit. */
public final class Plane {
  final ByteBuffer buffer;
  final int rowStride;
  final int pixelStride;

  private Plane(ByteBuffer buffer, int rowStride, int pixelStride) {
    this.buffer = Check.present(buffer, "plane.buffer");
    this.rowStride = rowStride;
    this.pixelStride = pixelStride;
  }

  /**
   * A plane whose samples lie side by side.
   *
   * @param buffer direct
   * @param rowStride bytes from row to row, at least a row's
   * @return the plane
   */
  public static Plane of(ByteBuffer buffer, int rowStride) {
    return new Plane(buffer, rowStride, 1);
  }

  /**
   * A plane as {@code android.media.Image.Plane} describes it.
   *
   * @param buffer direct
   * @param rowStride bytes from row to row, at least a row's
   * @param pixelStride bytes from sample to sample: 1, or 2 where another plane lies between
   * @return the plane
   */
  public static Plane of(ByteBuffer buffer, int rowStride, int pixelStride) {
    return new Plane(buffer, rowStride, pixelStride);
  }

  /**
   * Where the pixels are.
   *
   * @return direct; row 0 begins at its position
   */
  public ByteBuffer buffer() {
    return buffer;
  }

  /**
   * Bytes from row to row.
   *
   * @return at least a row's bytes
   */
  public int rowStride() {
    return rowStride;
  }

  /**
   * Bytes from sample to sample.
   *
   * @return 1 or 2
   */
  public int pixelStride() {
    return pixelStride;
  }
}
