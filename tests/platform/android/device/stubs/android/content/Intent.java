// SPDX-License-Identifier: Apache-2.0
package android.content;

public class Intent {
  public static final String ACTION_VIEW = "android.intent.action.VIEW";
  public Intent() {}
  public Intent(Context a, Class<?> b) {}
  public Intent(String a, android.net.Uri b) {}
  public Intent putExtra(String a, int b) { return null; }
  public Intent putExtra(String a, String b) { return null; }
  public int getIntExtra(String a, int b) { return 0; }
  public String getStringExtra(String a) { return null; }
}
