// SPDX-License-Identifier: Apache-2.0
package android.view;

public class SurfaceView extends View {
  public SurfaceView(android.content.Context a) { super(null); }
  public SurfaceHolder getHolder() { return null; }
}
