// SPDX-License-Identifier: Apache-2.0
package android.content;

public abstract class Context {
  public static final String CAMERA_SERVICE = "camera";
  public static final String CONNECTIVITY_SERVICE = "connectivity";
  public static final String AUDIO_SERVICE = "audio";
  public static final String POWER_SERVICE = "power";
  public static final String NOTIFICATION_SERVICE = "notification";
  public static final String MEDIA_PROJECTION_SERVICE = "media_projection";
  public static final int MODE_PRIVATE = 0;
  public Context() {}
  public abstract Object getSystemService(String a);
  public abstract Intent registerReceiver(BroadcastReceiver a, IntentFilter b, String c, android.os.Handler d);
  public abstract void unregisterReceiver(BroadcastReceiver a);
  public abstract ComponentName startService(Intent a);
  public abstract ComponentName startForegroundService(Intent a);
  public abstract boolean stopService(Intent a);
  public abstract void startActivity(Intent a);
  public abstract String getPackageName();
  public abstract android.content.pm.PackageManager getPackageManager();
  public abstract SharedPreferences getSharedPreferences(String a, int b);
  public abstract int checkSelfPermission(String a);
}
