// SPDX-License-Identifier: Apache-2.0
package android.net;

/** Fake. */
public class Network {
  private final long handle;

  public Network(long handle) {
    this.handle = handle;
  }

  public long getNetworkHandle() {
    return handle;
  }
}
