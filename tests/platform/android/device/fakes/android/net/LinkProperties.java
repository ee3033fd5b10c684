// SPDX-License-Identifier: Apache-2.0
package android.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Fake: the addresses that tests give. */
public final class LinkProperties {
  private final List<LinkAddress> addresses = new ArrayList<>();

  public LinkProperties(String... numbers) {
    for (String number : numbers) {
      try {
        addresses.add(new LinkAddress(InetAddress.getByName(number)));
      } catch (UnknownHostException impossible) {
        throw new AssertionError(impossible);
      }
    }
  }

  public List<LinkAddress> getLinkAddresses() {
    return addresses;
  }
}
