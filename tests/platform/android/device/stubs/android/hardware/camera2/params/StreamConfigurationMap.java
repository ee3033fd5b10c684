// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2.params;

public final class StreamConfigurationMap {
  StreamConfigurationMap() {}
  public android.util.Size[] getOutputSizes(int a) { return null; }
  public <T> android.util.Size[] getOutputSizes(Class<T> a) { return null; }
}
