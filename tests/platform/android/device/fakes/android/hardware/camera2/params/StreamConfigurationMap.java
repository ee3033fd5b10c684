// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2.params;

import android.util.Size;

/** Fake: two sizes. */
public final class StreamConfigurationMap {
  private static final Size[] SIZES = {new Size(1920, 1080), new Size(1280, 720)};

  public Size[] getOutputSizes(int format) {
    return SIZES;
  }

  public <T> Size[] getOutputSizes(Class<T> kind) {
    return SIZES;
  }
}
