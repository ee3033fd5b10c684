// SPDX-License-Identifier: Apache-2.0
package android.opengl;

/** Fake: everything succeeds; counts the surfaces that are there. */
public class EGL14 {
  public static final EGLContext EGL_NO_CONTEXT = null;
  public static final EGLSurface EGL_NO_SURFACE = null;
  public static int fakeSurfaces;
  public static int fakeShown;

  EGL14() {}

  public static EGLDisplay eglGetDisplay(int id) {
    return null;
  }

  public static boolean eglInitialize(
      EGLDisplay display, int[] major, int majorAt, int[] minor, int minorAt) {
    return true;
  }

  public static boolean eglChooseConfig(EGLDisplay display, int[] wanted, int wantedAt,
      EGLConfig[] found, int foundAt, int most, int[] count, int countAt) {
    count[countAt] = 1;
    return true;
  }

  public static EGLContext eglCreateContext(
      EGLDisplay display, EGLConfig config, EGLContext shared, int[] wanted, int wantedAt) {
    return new EGLContext();
  }

  public static EGLSurface eglCreatePbufferSurface(
      EGLDisplay display, EGLConfig config, int[] wanted, int wantedAt) {
    return made();
  }

  public static EGLSurface eglCreateWindowSurface(
      EGLDisplay display, EGLConfig config, Object surface, int[] wanted, int wantedAt) {
    return made();
  }

  private static EGLSurface made() {
    fakeSurfaces++;
    return new EGLSurface();
  }

  public static boolean eglMakeCurrent(
      EGLDisplay display, EGLSurface draw, EGLSurface read, EGLContext context) {
    return true;
  }

  public static boolean eglQuerySurface(
      EGLDisplay display, EGLSurface surface, int what, int[] value, int at) {
    value[at] = 16;
    return true;
  }

  public static boolean eglSwapBuffers(EGLDisplay display, EGLSurface surface) {
    fakeShown++;
    return true;
  }

  public static boolean eglDestroySurface(EGLDisplay display, EGLSurface surface) {
    fakeSurfaces--;
    return true;
  }

  public static boolean eglDestroyContext(EGLDisplay display, EGLContext context) {
    return true;
  }

  public static boolean eglReleaseThread() {
    return true;
  }

  public static boolean eglTerminate(EGLDisplay display) {
    return true;
  }

  public static int eglGetError() {
    return 0;
  }
}
