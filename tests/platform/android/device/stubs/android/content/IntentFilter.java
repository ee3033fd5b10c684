// SPDX-License-Identifier: Apache-2.0
package android.content;

public class IntentFilter {
  public IntentFilter(String a) {}
}
