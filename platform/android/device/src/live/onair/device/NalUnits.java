// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.nio.ByteBuffer;

/**
 * NAL units behind 4-byte lengths, as they come from the network, for a MediaCodec decoder. Pure.
 */
final class NalUnits {
  private NalUnits() {}

  /**
   * Appends the units of `data`, position to limit, behind start codes (ITU-T H.264 annex B). The
   * size stays: a start code has 4 bytes, too. False, and nothing appended, where lengths and bytes
   * do not fit or `out` is too small. `data` keeps its position.
   */
  static boolean annexB(ByteBuffer data, ByteBuffer out) {
    if (out.remaining() < data.remaining() || !hasWholeUnits(data)) return false;
    int at = data.position();
    while (at < data.limit()) {
      int body = at + 4;
      int length = data.getInt(at);
      ByteBuffer unit = data.duplicate();
      unit.limit(body + length).position(body);
      out.putInt(1).put(unit);
      at = body + length;
    }
    return true;
  }

  private static boolean hasWholeUnits(ByteBuffer data) {
    int at = data.position();
    while (data.limit() - at >= 4) {
      int length = data.getInt(at);
      if (length < 0 || length > data.limit() - at - 4) return false;
      at += 4 + length;
    }
    return at == data.limit();
  }
}
