// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class EGLExt {
  EGLExt() {}
  public static boolean eglPresentationTimeANDROID(EGLDisplay a, EGLSurface b, long c) { return false; }
}
