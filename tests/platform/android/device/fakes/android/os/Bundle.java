// SPDX-License-Identifier: Apache-2.0
package android.os;

import java.util.HashMap;
import java.util.Map;

/** Fake: keeps what was put. */
public final class Bundle extends BaseBundle {
  public final Map<String, Object> fakeValues = new HashMap<>();

  @Override
  public void putInt(String key, int value) {
    fakeValues.put(key, value);
  }

  @Override
  public void putString(String key, String value) {
    fakeValues.put(key, value);
  }

  public void putByteArray(String key, byte[] value) {
    fakeValues.put(key, value);
  }
}
