// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import live.onair.Plane;
import org.junit.Test;

public final class PlaneCopyTest {
  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
    for (int value : values) buffer.put((byte) value);
    buffer.flip();
    return buffer;
  }

  @Test
  public void interleavedColoursComeApartThoughTheLastByteIsMissing() {
    // Two rows of U V U V and one byte of padding; the view of U ends behind its last U.
    Plane camera = Plane.of(bytes(1, 99, 2, 99, 77, 3, 99, 4), 5, 2);
    ByteBuffer out = ByteBuffer.allocateDirect(4);
    assertTrue(PlaneCopy.copy(camera, Plane.of(out, 2), 2, 2));
    assertEquals(bytes(1, 2, 3, 4), out);
  }

  @Test
  public void coloursGoIntoAnInterleavedPlaneWithoutTouchingTheOther() {
    ByteBuffer out = bytes(0, 9, 0, 8, 7, 0, 9, 0);
    assertTrue(PlaneCopy.copy(Plane.of(bytes(1, 2, 55, 3, 4), 3), Plane.of(out, 5, 2), 2, 2));
    assertEquals(bytes(1, 9, 2, 8, 7, 3, 9, 4), out);
  }

  @Test
  public void rowsBeginAtTheBuffersPosition() {
    ByteBuffer in = bytes(50, 1, 2, 0, 3, 4);
    in.position(1);
    ByteBuffer out = ByteBuffer.allocateDirect(5);
    out.position(1);
    assertTrue(PlaneCopy.copy(Plane.of(in, 3), Plane.of(out, 2), 2, 2));
    out.position(0);
    assertEquals(bytes(0, 1, 2, 3, 4), out);
  }

  @Test
  public void aPlaneThatIsTooSmallIsRefusedAndWritesNothing() {
    ByteBuffer out = ByteBuffer.allocateDirect(4);
    assertFalse(PlaneCopy.copy(Plane.of(bytes(1, 2, 3), 2), Plane.of(out, 2), 2, 2));
    assertFalse(PlaneCopy.copy(Plane.of(bytes(1, 2, 3, 4), 2), Plane.of(out, 3), 2, 2));
    assertFalse(PlaneCopy.copy(Plane.of(bytes(1, 2, 3, 4), 1 << 30, 4), Plane.of(out, 2), 2, 4));
    assertFalse(PlaneCopy.copy(Plane.of(bytes(1, 2, 3, 4), 0), Plane.of(out, 2), 2, 2));
    assertFalse(PlaneCopy.copy(Plane.of(bytes(1, 2, 3, 4), 2), Plane.of(out, 2), 0, 2));
    assertEquals(bytes(0, 0, 0, 0), out);
  }
}
