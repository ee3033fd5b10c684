// SPDX-License-Identifier: Apache-2.0
package android.net;

public final class LinkProperties {
  LinkProperties() {}
  public java.util.List<LinkAddress> getLinkAddresses() { return null; }
}
