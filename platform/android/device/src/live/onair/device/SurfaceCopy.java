// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.graphics.SurfaceTexture;
import android.opengl.EGLSurface;
import android.os.Handler;
import android.os.HandlerThread;
import android.os.SystemClock;
import android.view.Surface;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * From a camera's or a screen's texture to any number of surfaces, upright and cut to each one's
 * shape, without the pixels leaving the graphics memory: the way from camera to hardware encoder.
 * Thread-safe: calls are carried to its GL thread.
 */
public final class SurfaceCopy {
  private final HandlerThread thread = new HandlerThread("onair.gl");
  private final Handler handler;

  // Of the GL thread.
  private final List<GlTarget> targets = new ArrayList<>();
  private GlContext gl;
  private ExternalTexture picture;
  private SurfaceTexture texture;
  private CaptureClock clock = new CaptureClock(CaptureClock.Source.UNKNOWN);
  private int[] pictureSize = {1, 1};
  private int clockwise;
  private Mirror textureMirror = Mirror.NONE;
  private boolean isClosed;
  private RuntimeException refused;

  /** IllegalStateException where the system gives no context. */
  public SurfaceCopy() {
    thread.start();
    handler = new Handler(thread.getLooper());
    CountDownLatch isReady = new CountDownLatch(1);
    handler.post(() -> {
      try {
        gl = new GlContext();
        picture = new ExternalTexture();
        texture = new SurfaceTexture(picture.name());
        texture.setOnFrameAvailableListener(of -> draw(), handler);
      } catch (RuntimeException thrown) {
        refused = thrown;
      }
      isReady.countDown();
    });
    awaitUninterrupted(isReady);
    if (refused != null) {
      thread.quitSafely();
      throw new IllegalStateException("no GL context", refused);
    }
  }

  static void awaitUninterrupted(CountDownLatch latch) {
    boolean wasInterrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException again) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) Thread.currentThread().interrupt();
  }

  /** What the camera or the screen draws into. */
  public SurfaceTexture texture() {
    return texture;
  }

  /**
   * What comes: size as the texture shows it upright in the device's natural position, and how far
   * it is to be turned clockwise for the way the screen is held.
   */
  public void setPicture(int width, int height, int clockwise, CaptureClock.Source clockSource) {
    handler.post(() -> {
      pictureSize = new int[] {width, height};
      this.clockwise = clockwise;
      this.textureMirror = Mirror.NONE;
      clock = new CaptureClock(clockSource);
    });
  }

  /** What a camera gives, from CameraListener.onCameraRunning(), on a screen held so. */
  public void setCamera(CameraFacts camera, int width, int height, int screenDegrees) {
    handler.post(() -> {
      // The texture stands upright in the device's natural position.
      boolean swaps = Orientation.swapsSides(camera.sensorDegrees);
      pictureSize = new int[] {swaps ? height : width, swaps ? width : height};
      clockwise = (360 - screenDegrees) % 360;
      textureMirror = camera.facing == Facing.FRONT ? Mirror.LEFT_RIGHT : Mirror.NONE;
      clock = new CaptureClock(camera.clock);
    });
  }

  /** A view of the app's: a front camera is seen as in a mirror. */
  public void addView(Surface surface) {
    handler.post(() -> add(surface, GlTarget.Sight.OWN, null));
  }

  /** An encoder's surface: never mirrored, and without the pictures that the network refuses. */
  public void addEncoder(VideoEncoder encoder) {
    handler.post(() -> add(encoder.surface(), GlTarget.Sight.OTHERS, encoder::takesPicture));
  }

  /** When this returns nothing is drawn into it any more, and it may be destroyed. */
  public void remove(Surface surface) {
    CountDownLatch isGone = new CountDownLatch(1);
    boolean isPosted = handler.post(() -> {
      for (int i = targets.size() - 1; i >= 0; i--) {
        if (targets.get(i).surface == surface) removeAt(i);
      }
      isGone.countDown();
    });
    if (isPosted) awaitUninterrupted(isGone);
  }

  /** Ends the thread; its texture is gone. Calls after it have no effect. */
  public void close() {
    handler.post(() -> {
      if (isClosed) return;
      isClosed = true;
      while (!targets.isEmpty()) removeAt(targets.size() - 1);
      texture.setOnFrameAvailableListener(null);
      texture.release();
      picture.delete();
      gl.close();
      thread.quitSafely();
    });
  }

  private void add(Surface surface, GlTarget.Sight sight, GlTarget.Gate gate) {
    if (isClosed) return;
    EGLSurface egl = gl.surfaceOf(surface);
    if (egl != null) targets.add(new GlTarget(surface, egl, sight, gate));
  }

  private void removeAt(int index) {
    GlTarget target = targets.remove(index);
    gl.leaveTargets();
    gl.destroy(target.egl);
  }

  private void draw() {
    if (isClosed) return; // A picture that was announced before close().
    gl.leaveTargets();
    texture.updateTexImage();
    float[] own = new float[16];
    texture.getTransformMatrix(own);
    long capturedUs = clock.captureUs(
        texture.getTimestamp(), System.nanoTime(), SystemClock.elapsedRealtimeNanos());
    for (int i = targets.size() - 1; i >= 0; i--) {
      if (!draw(targets.get(i), own, capturedUs)) removeAt(i);
    }
  }

  // False where the surface is gone.
  private boolean draw(GlTarget target, float[] own, long capturedUs) {
    if (target.gate != null && !target.gate.takesPicture(capturedUs)) return true;
    if (!gl.makeCurrent(target.egl)) return false;
    int[] size = {gl.width(target.egl), gl.height(target.egl)};
    if (size[0] <= 0 || size[1] <= 0) return false;
    Mirror undone = target.sight == GlTarget.Sight.OTHERS ? textureMirror : Mirror.NONE;
    float[] ours = TextureTransform.matrix(clockwise, undone, pictureSize, size);
    picture.draw(TextureTransform.product(own, ours), size[0], size[1]);
    return gl.show(target.egl, capturedUs * 1000);
  }
}
