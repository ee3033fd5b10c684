// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class EGLDisplay extends EGLObjectHandle {
  EGLDisplay() {}
}
