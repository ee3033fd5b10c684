// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.opengl.EGLSurface;
import android.os.Handler;
import android.os.HandlerThread;
import android.view.Choreographer;
import android.view.Surface;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import live.onair.LentPicture;
import live.onair.OnairException;
import live.onair.Player;

/**
 * Shows what a player plays: at each refresh of the screen it takes the picture that is due at the
 * next one and draws it. Thread-safe: calls are carried to its GL thread.
 */
public final class PlayerScreen {
  // Source: ours; the refresh of a 60 Hz screen, by which a picture drawn now is seen.
  private static final long REFRESH_US = 16_667;

  private final Player player;
  private final HandlerThread thread = new HandlerThread("onair.screen");
  private final Handler handler;

  // Of the GL thread.
  private Choreographer refreshes;
  private GlContext gl;
  private PlanarTexture picture;
  private Surface surface;
  private EGLSurface egl;
  private boolean mustDraw;

  /** `player` is closed after close() of this. */
  public PlayerScreen(Player player) {
    this.player = player;
    thread.start();
    handler = new Handler(thread.getLooper());
    handler.post(() -> refreshes = Choreographer.getInstance());
  }

  /**
   * Shows on another surface, or on none (null). When this returns the old one is free.
   * IllegalStateException where the system gives no GL context.
   */
  public void showOn(Surface next) {
    AtomicReference<IllegalStateException> refused = new AtomicReference<>();
    CountDownLatch isDone = new CountDownLatch(1);
    boolean isPosted = handler.post(() -> {
      leaveSurface();
      try {
        if (next != null) takeSurface(next);
      } catch (IllegalStateException noGl) {
        refused.set(noGl);
      }
      isDone.countDown();
    });
    if (isPosted) SurfaceCopy.awaitUninterrupted(isDone);
    if (refused.get() != null) throw new IllegalStateException("no GL context", refused.get());
  }

  /** The surface has another size. */
  public void redraw() {
    handler.post(() -> mustDraw = true);
  }

  /**
   * Ends the thread. When this returns the surface is free and the player is not asked any more.
   */
  public void close() {
    CountDownLatch isDone = new CountDownLatch(1);
    boolean isPosted = handler.post(() -> {
      leaveSurface();
      if (picture != null) picture.delete();
      if (gl != null) gl.close();
      isDone.countDown();
    });
    if (!isPosted) return;
    SurfaceCopy.awaitUninterrupted(isDone);
    thread.quitSafely();
  }

  private void takeSurface(Surface next) {
    if (gl == null) gl = new GlContext();
    if (picture == null) picture = new PlanarTexture();
    surface = next;
    egl = gl.surfaceOf(next);
    if (egl == null) return;
    mustDraw = true;
    refreshes.postFrameCallback(refresh);
  }

  private void leaveSurface() {
    refreshes.removeFrameCallback(refresh);
    surface = null;
    if (egl == null) return;
    gl.leaveTargets();
    gl.destroy(egl);
    egl = null;
  }

  private final Choreographer.FrameCallback refresh = new Choreographer.FrameCallback() {
    @Override
    public void doFrame(long refreshNs) {
      if (egl == null) return;
      refreshes.postFrameCallback(this);
      if (!gl.makeCurrent(egl)) return;
      if (!takePicture(refreshNs / 1000 + REFRESH_US) && !mustDraw) return;
      mustDraw = false;
      picture.draw(gl.width(egl), gl.height(egl));
      if (!gl.show(egl, refreshNs + REFRESH_US * 1000)) leaveSurface();
    }
  };

  // False: what is there stays.
  private boolean takePicture(long atUs) {
    try (LentPicture next = player.takePicture(atUs)) {
      if (next == null) return false;
      picture.upload(next);
      return true;
    } catch (OnairException closed) {
      return false;
    }
  }
}
