// SPDX-License-Identifier: Apache-2.0
package android.net;

import java.net.InetAddress;

/** Fake. */
public class LinkAddress {
  private final InetAddress address;

  LinkAddress(InetAddress address) {
    this.address = address;
  }

  public InetAddress getAddress() {
    return address;
  }
}
