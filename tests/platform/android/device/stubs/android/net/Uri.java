// SPDX-License-Identifier: Apache-2.0
package android.net;

public abstract class Uri {
  Uri() {}
  public static Uri fromParts(String a, String b, String c) { return null; }
}
