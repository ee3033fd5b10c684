// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;

import android.graphics.SurfaceTexture;
import android.opengl.EGL14;
import android.os.FakeLoop;
import android.view.Surface;
import org.junit.Before;
import org.junit.Test;

/** The order of what SurfaceCopy's thread is told; a fake draws nothing. */
public final class SurfaceCopyRehearsal {
  private SurfaceCopy copy;
  private SurfaceTexture texture;

  @Before
  public void begin() {
    FakeLoop.reset();
    EGL14.fakeSurfaces = 0;
    EGL14.fakeShown = 0;
    FakeLoop.runAtOnce(true); // Its maker waits for its thread.
    copy = new SurfaceCopy();
    FakeLoop.runAtOnce(false);
    texture = SurfaceTexture.fakeLast;
  }

  @Test
  public void aPictureIsShownOnEachSurface() {
    copy.addView(new Surface(null));
    copy.addView(new Surface(null));
    texture.fakeFrame();
    FakeLoop.settle();
    assertEquals(1, texture.fakeTaken);
    assertEquals(2, EGL14.fakeShown);
  }

  @Test
  public void whatWasQueuedBehindItsEndTouchesNothing() {
    copy.addView(new Surface(null));
    FakeLoop.settle();
    copy.close();
    texture.fakeFrame(); // Announced while its end is still in the line.
    copy.addView(new Surface(null));
    copy.close();
    FakeLoop.settle();
    assertEquals(0, texture.fakeTaken);
    assertEquals(0, EGL14.fakeSurfaces);
  }
}
