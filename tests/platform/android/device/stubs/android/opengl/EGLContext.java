// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class EGLContext extends EGLObjectHandle {
  EGLContext() {}
}
