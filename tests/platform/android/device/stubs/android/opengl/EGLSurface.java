// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class EGLSurface extends EGLObjectHandle {
  EGLSurface() {}
}
