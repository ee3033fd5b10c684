// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.nio.ByteBuffer;
import live.onair.Plane;

/** Planes of a camera into planes of a codec, each with strides of its own. Pure. */
final class PlaneCopy {
  private PlaneCopy() {}

  /**
   * `width` x `height` samples. Bytes between the samples of `to`, which belong to another colour,
   * stay. False, and nothing written, where a plane is too small for its strides.
   */
  static boolean copy(Plane from, Plane to, int width, int height) {
    if (width <= 0 || height <= 0) return false;
    if (!fits(from, width, height) || !fits(to, width, height)) return false;
    byte[] in = new byte[(width - 1) * from.pixelStride() + 1];
    byte[] out = new byte[(width - 1) * to.pixelStride() + 1];
    ByteBuffer reading = from.buffer().duplicate();
    ByteBuffer writing = to.buffer().duplicate();
    for (int y = 0; y < height; y++) {
      reading.position(from.buffer().position() + y * from.rowStride());
      reading.get(in);
      int at = to.buffer().position() + y * to.rowStride();
      if (to.pixelStride() != 1) {
        writing.position(at);
        writing.get(out);
      }
      for (int x = 0; x < width; x++) out[x * to.pixelStride()] = in[x * from.pixelStride()];
      writing.position(at);
      writing.put(out);
    }
    return true;
  }

  // The last row of an interleaved plane ends behind its last sample.
  private static boolean fits(Plane plane, int width, int height) {
    if (plane.rowStride() <= 0 || plane.pixelStride() <= 0) return false;
    long last = (long) (height - 1) * plane.rowStride() + (long) (width - 1) * plane.pixelStride();
    return last < plane.buffer().remaining();
  }
}
