// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The codec-specific data that a MediaCodec decoder is configured with (annex B) from decoder
 * configuration records of ISO/IEC 14496-15. Pure; answers null for bytes that do not make sense.
 */
final class DecoderConfig {
  private DecoderConfig() {}

  /**
   * csd-0 (SPS) and csd-1 (PPS) of an avcC.
   *
   * <pre>
   * 1 | profile | compatibility | level | 111111 + length size - 1 | 111 + SPS count |
   *   { size16 | SPS } | PPS count | { size16 | PPS } | ...
   * </pre>
   */
  static byte[][] csdOfAvcC(byte[] avcC) {
    if (avcC.length < 7 || avcC[0] != 1 || (avcC[4] & 3) != 3) return null;
    ByteBuffer in = ByteBuffer.wrap(avcC);
    in.position(5);
    ByteArrayOutputStream sps = new ByteArrayOutputStream();
    if (!readUnits(in, in.get() & 31, sps) || !in.hasRemaining()) return null;
    ByteArrayOutputStream pps = new ByteArrayOutputStream();
    if (!readUnits(in, in.get() & 0xFF, pps)) return null;
    return new byte[][] {sps.toByteArray(), pps.toByteArray()};
  }

  /**
   * csd-0 of an hvcC, with all its parameter sets.
   *
   * <pre>
   * 22 bytes, the last one with length size - 1 | array count |
   *   { type | unit count16 | { size16 | unit } }
   * </pre>
   */
  static byte[][] csdOfHvcC(byte[] hvcC) {
    if (hvcC.length < 23 || hvcC[0] != 1 || (hvcC[21] & 3) != 3) return null;
    ByteBuffer in = ByteBuffer.wrap(hvcC);
    in.position(22);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int arrays = in.get() & 0xFF;
    for (int i = 0; i < arrays; i++) {
      if (in.remaining() < 3) return null;
      in.get();
      if (!readUnits(in, in.getShort() & 0xFFFF, all)) return null;
    }
    return new byte[][] {all.toByteArray()};
  }

  private static boolean readUnits(ByteBuffer in, int count, ByteArrayOutputStream out) {
    for (int i = 0; i < count; i++) {
      if (in.remaining() < 2) return false;
      int size = in.getShort() & 0xFFFF;
      if (size > in.remaining()) return false;
      byte[] unit = new byte[size];
      in.get(unit);
      out.write(0);
      out.write(0);
      out.write(0);
      out.write(1);
      out.write(unit, 0, size);
    }
    return true;
  }
}
