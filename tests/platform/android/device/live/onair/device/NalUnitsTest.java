// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.Test;

public final class NalUnitsTest {
  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
    for (int value : values) buffer.put((byte) value);
    buffer.flip();
    return buffer;
  }

  @Test
  public void lengthsBecomeStartCodes() {
    ByteBuffer data = bytes(7, 0, 0, 0, 2, 0x67, 7, 0, 0, 0, 1, 0x68);
    data.position(1);
    ByteBuffer out = ByteBuffer.allocate(11);
    assertTrue(NalUnits.annexB(data, out));
    out.flip();
    assertEquals(bytes(0, 0, 0, 1, 0x67, 7, 0, 0, 0, 1, 0x68), out);
    assertEquals(1, data.position());
  }

  @Test
  public void lengthsThatLieAreRefusedAndWriteNothing() {
    ByteBuffer out = ByteBuffer.allocate(64);
    assertFalse(NalUnits.annexB(bytes(0, 0, 0, 9, 1, 2), out));
    assertFalse(NalUnits.annexB(bytes(255, 255, 255, 255, 1), out));
    assertFalse(NalUnits.annexB(bytes(0, 0, 0, 1, 7, 0, 0), out));
    assertFalse(NalUnits.annexB(bytes(0, 0, 0, 1, 7), ByteBuffer.allocate(4)));
    assertEquals(0, out.position());
  }

  @Test
  public void anyBytesAreUnitsOfTheSameSizeOrNone() {
    for (long seed = 1; seed <= 5000; seed++) {
      Random random = new Random(seed);
      byte[] any = new byte[random.nextInt(40)];
      for (int i = 0; i < any.length; i++) any[i] = (byte) random.nextInt(4);
      for (int i = 0; i + 4 <= any.length; i += 4 + any[i + 3])
        any[i] = any[i + 1] = any[i + 2] = 0;
      ByteBuffer out = ByteBuffer.allocate(64);
      boolean areUnits = NalUnits.annexB(ByteBuffer.wrap(any), out);
      assertEquals("seed " + seed, areUnits ? any.length : 0, out.position());
    }
  }
}
