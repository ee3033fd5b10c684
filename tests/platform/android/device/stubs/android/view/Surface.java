// SPDX-License-Identifier: Apache-2.0
package android.view;

public class Surface {
  public Surface(android.graphics.SurfaceTexture a) {}
  public void release() {}
}
