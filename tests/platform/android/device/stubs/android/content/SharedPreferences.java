// SPDX-License-Identifier: Apache-2.0
package android.content;

public interface SharedPreferences {
  boolean getBoolean(String a, boolean b);
  Editor edit();

  public interface Editor {
    Editor putBoolean(String a, boolean b);
    void apply();
  }
}
