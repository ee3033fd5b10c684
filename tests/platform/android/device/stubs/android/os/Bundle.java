// SPDX-License-Identifier: Apache-2.0
package android.os;

public final class Bundle extends BaseBundle {
  public Bundle() {}
  public void putByteArray(String a, byte[] b) {}
}
