// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class GLES11Ext {
  public static final int GL_TEXTURE_EXTERNAL_OES = 36197;
  GLES11Ext() {}
}
