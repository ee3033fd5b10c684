// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public abstract class EGLObjectHandle {
  EGLObjectHandle() {}
}
