// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.opengl.EGLSurface;
import android.view.Surface;

/**
 * A surface that is drawn into: a view of the app's, or an encoder's. Single-owner: the GL thread.
 */
final class GlTarget {
  final Surface surface;
  final EGLSurface egl;
  final Sight sight;
  /** Null: each picture is drawn. */
  final Gate gate;

  /** Who looks: a front camera's texture is mirrored, for the one who sees himself. */
  enum Sight { OWN, OTHERS }

  /** Whether a picture is drawn. */
  interface Gate {
    boolean takesPicture(long capturedUs);
  }

  GlTarget(Surface surface, EGLSurface egl, Sight sight, Gate gate) {
    this.surface = surface;
    this.egl = egl;
    this.sight = sight;
    this.gate = gate;
  }
}
