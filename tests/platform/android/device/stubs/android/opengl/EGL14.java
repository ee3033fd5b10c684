// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class EGL14 {
  public static final int EGL_DEFAULT_DISPLAY = 0;
  public static final int EGL_NONE = 12344;
  public static final int EGL_WIDTH = 12375;
  public static final int EGL_HEIGHT = 12374;
  public static final int EGL_RED_SIZE = 12324;
  public static final int EGL_GREEN_SIZE = 12323;
  public static final int EGL_BLUE_SIZE = 12322;
  public static final int EGL_RENDERABLE_TYPE = 12352;
  public static final int EGL_OPENGL_ES2_BIT = 4;
  public static final int EGL_SURFACE_TYPE = 12339;
  public static final int EGL_WINDOW_BIT = 4;
  public static final int EGL_PBUFFER_BIT = 1;
  public static final int EGL_CONTEXT_CLIENT_VERSION = 12440;
  public static final EGLContext EGL_NO_CONTEXT = null;
  public static final EGLSurface EGL_NO_SURFACE = null;
  EGL14() {}
  public static EGLDisplay eglGetDisplay(int a) { return null; }
  public static boolean eglInitialize(EGLDisplay a, int[] b, int c, int[] d, int e) { return false; }
  public static boolean eglChooseConfig(EGLDisplay a, int[] b, int c, EGLConfig[] d, int e, int f, int[] g, int h) { return false; }
  public static EGLContext eglCreateContext(EGLDisplay a, EGLConfig b, EGLContext c, int[] d, int e) { return null; }
  public static EGLSurface eglCreatePbufferSurface(EGLDisplay a, EGLConfig b, int[] c, int d) { return null; }
  public static EGLSurface eglCreateWindowSurface(EGLDisplay a, EGLConfig b, Object c, int[] d, int e) { return null; }
  public static boolean eglMakeCurrent(EGLDisplay a, EGLSurface b, EGLSurface c, EGLContext d) { return false; }
  public static boolean eglQuerySurface(EGLDisplay a, EGLSurface b, int c, int[] d, int e) { return false; }
  public static boolean eglSwapBuffers(EGLDisplay a, EGLSurface b) { return false; }
  public static boolean eglDestroySurface(EGLDisplay a, EGLSurface b) { return false; }
  public static boolean eglDestroyContext(EGLDisplay a, EGLContext b) { return false; }
  public static boolean eglReleaseThread() { return false; }
  public static boolean eglTerminate(EGLDisplay a) { return false; }
  public static int eglGetError() { return 0; }
}
