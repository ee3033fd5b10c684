// SPDX-License-Identifier: Apache-2.0
package android.net;

public class LinkAddress {
  LinkAddress() {}
  public java.net.InetAddress getAddress() { return null; }
}
