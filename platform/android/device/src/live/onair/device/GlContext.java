// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.opengl.EGL14;
import android.opengl.EGLConfig;
import android.opengl.EGLContext;
import android.opengl.EGLDisplay;
import android.opengl.EGLExt;
import android.opengl.EGLSurface;
import android.view.Surface;

/** An EGL context whose surfaces an encoder can read. Single-owner: the thread that made it. */
final class GlContext {
  // EGL_RECORDABLE_ANDROID of the extension EGL_ANDROID_recordable.
  private static final int EGL_RECORDABLE_ANDROID = 0x3142;

  private final EGLDisplay display;
  private final EGLConfig config;
  private final EGLContext context;
  private final EGLSurface idle;

  /** IllegalStateException where the system gives none. */
  GlContext() {
    display = EGL14.eglGetDisplay(EGL14.EGL_DEFAULT_DISPLAY);
    int[] version = new int[2];
    require(EGL14.eglInitialize(display, version, 0, version, 1), "eglInitialize");
    config = chooseConfig();
    int[] attributes = {EGL14.EGL_CONTEXT_CLIENT_VERSION, 2, EGL14.EGL_NONE};
    context = EGL14.eglCreateContext(display, config, EGL14.EGL_NO_CONTEXT, attributes, 0);
    require(context != EGL14.EGL_NO_CONTEXT, "eglCreateContext");
    // Something to be current with while there is no target.
    int[] size = {EGL14.EGL_WIDTH, 1, EGL14.EGL_HEIGHT, 1, EGL14.EGL_NONE};
    idle = EGL14.eglCreatePbufferSurface(display, config, size, 0);
    require(makeCurrent(idle), "eglMakeCurrent");
  }

  private EGLConfig chooseConfig() {
    int[] attributes = {EGL14.EGL_RED_SIZE, 8, EGL14.EGL_GREEN_SIZE, 8, EGL14.EGL_BLUE_SIZE, 8,
        EGL14.EGL_RENDERABLE_TYPE, EGL14.EGL_OPENGL_ES2_BIT, EGL_RECORDABLE_ANDROID, 1,
        EGL14.EGL_SURFACE_TYPE, EGL14.EGL_WINDOW_BIT | EGL14.EGL_PBUFFER_BIT, EGL14.EGL_NONE};
    EGLConfig[] found = new EGLConfig[1];
    int[] count = new int[1];
    boolean isFound = EGL14.eglChooseConfig(display, attributes, 0, found, 0, 1, count, 0);
    require(isFound && count[0] > 0, "eglChooseConfig");
    return found[0];
  }

  /** Null where the surface is gone already. */
  EGLSurface surfaceOf(Surface surface) {
    int[] attributes = {EGL14.EGL_NONE};
    EGLSurface made;
    try {
      made = EGL14.eglCreateWindowSurface(display, config, surface, attributes, 0);
    } catch (IllegalArgumentException gone) {
      return null;
    }
    return made == null || made == EGL14.EGL_NO_SURFACE ? null : made;
  }

  boolean makeCurrent(EGLSurface surface) {
    return EGL14.eglMakeCurrent(display, surface, surface, context);
  }

  void leaveTargets() {
    makeCurrent(idle);
  }

  int width(EGLSurface surface) {
    return query(surface, EGL14.EGL_WIDTH);
  }

  int height(EGLSurface surface) {
    return query(surface, EGL14.EGL_HEIGHT);
  }

  /** False where the surface is gone. */
  boolean show(EGLSurface surface, long nanoTime) {
    EGLExt.eglPresentationTimeANDROID(display, surface, nanoTime);
    return EGL14.eglSwapBuffers(display, surface);
  }

  void destroy(EGLSurface surface) {
    EGL14.eglDestroySurface(display, surface);
  }

  void close() {
    EGL14.eglMakeCurrent(display, EGL14.EGL_NO_SURFACE, EGL14.EGL_NO_SURFACE, EGL14.EGL_NO_CONTEXT);
    EGL14.eglDestroySurface(display, idle);
    EGL14.eglDestroyContext(display, context);
    EGL14.eglReleaseThread();
    EGL14.eglTerminate(display);
  }

  private int query(EGLSurface surface, int what) {
    int[] value = new int[1];
    EGL14.eglQuerySurface(display, surface, what, value, 0);
    return value[0];
  }

  private static void require(boolean isFine, String what) {
    if (!isFine)
      throw new IllegalStateException(what + ": 0x" + Integer.toHexString(EGL14.eglGetError()));
  }
}
