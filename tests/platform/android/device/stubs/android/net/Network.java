// SPDX-License-Identifier: Apache-2.0
package android.net;

public class Network {
  Network() {}
  public long getNetworkHandle() { return 0; }
}
