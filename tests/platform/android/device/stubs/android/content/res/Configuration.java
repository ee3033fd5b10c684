// SPDX-License-Identifier: Apache-2.0
package android.content.res;

public final class Configuration {
  public Configuration() {}
}
