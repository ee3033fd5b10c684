// SPDX-License-Identifier: Apache-2.0
package android.content;

public class ContextWrapper extends Context {
  public ContextWrapper(Context a) {}
  public Object getSystemService(String a) { return null; }
  public Intent registerReceiver(BroadcastReceiver a, IntentFilter b, String c, android.os.Handler d) { return null; }
  public void unregisterReceiver(BroadcastReceiver a) {}
  public ComponentName startService(Intent a) { return null; }
  public ComponentName startForegroundService(Intent a) { return null; }
  public boolean stopService(Intent a) { return false; }
  public void startActivity(Intent a) {}
  public String getPackageName() { return null; }
  public android.content.pm.PackageManager getPackageManager() { return null; }
  public SharedPreferences getSharedPreferences(String a, int b) { return null; }
  public int checkSelfPermission(String a) { return 0; }
}
