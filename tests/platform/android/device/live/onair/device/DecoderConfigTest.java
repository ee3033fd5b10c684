// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;

import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

public final class DecoderConfigTest {
  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
    return bytes;
  }

  private static final byte[] AVCC = bytes(1, 0x42, 0xC0, 0x1F, 0xFF, 0xE1, 0, 6, 0x67, 0x42, 0xC0,
      0x1F, 0xDA, 1, 1, 0, 4, 0x68, 0xCE, 0x3C, 0x80);

  private static byte[] hvcC() {
    byte[] head = new byte[23];
    head[0] = 1;
    head[21] = 0x0F;
    head[22] = 2;
    byte[] arrays = bytes(0xA0, 0, 1, 0, 2, 0x40, 1, 0xA1, 0, 2, 0, 1, 0x42, 0, 2, 0x44, 1);
    byte[] all = Arrays.copyOf(head, head.length + arrays.length);
    System.arraycopy(arrays, 0, all, head.length, arrays.length);
    return all;
  }

  @Test
  public void anAvcCGivesItsParameterSetsApart() {
    byte[][] csd = DecoderConfig.csdOfAvcC(AVCC);
    assertArrayEquals(bytes(0, 0, 0, 1, 0x67, 0x42, 0xC0, 0x1F, 0xDA, 1), csd[0]);
    assertArrayEquals(bytes(0, 0, 0, 1, 0x68, 0xCE, 0x3C, 0x80), csd[1]);
  }

  @Test
  public void anHvcCGivesThemInOne() {
    byte[][] csd = DecoderConfig.csdOfHvcC(hvcC());
    assertEquals(1, csd.length);
    assertArrayEquals(bytes(0, 0, 0, 1, 0x40, 1, 0, 0, 0, 1, 0x42, 0, 0, 0, 1, 0x44, 1), csd[0]);
  }

  @Test
  public void recordsThatAreCutAnywhereAreNone() {
    byte[] hvcC = hvcC();
    assertNotNull(DecoderConfig.csdOfHvcC(hvcC));
    for (int size = 0; size < AVCC.length; size++) {
      assertNull(DecoderConfig.csdOfAvcC(Arrays.copyOf(AVCC, size)));
    }
    for (int size = 0; size < hvcC.length; size++) {
      assertNull(DecoderConfig.csdOfHvcC(Arrays.copyOf(hvcC, size)));
    }
  }

  @Test
  public void lengthsOfOtherThanFourBytesAreRefused() {
    byte[] two = AVCC.clone();
    two[4] = (byte) 0xFD;
    assertNull(DecoderConfig.csdOfAvcC(two));
  }

  @Test
  public void anyBytesAreARecordOrAreNot() {
    Random random = new Random(3);
    for (int round = 0; round < 5000; round++) {
      byte[] any = new byte[random.nextInt(64)];
      random.nextBytes(any);
      if (any.length > 22) {
        any[0] = 1;
        any[4] = (byte) 0xFF;
        any[21] = 0x0F;
      }
      DecoderConfig.csdOfAvcC(any);
      DecoderConfig.csdOfHvcC(any);
    }
  }
}
