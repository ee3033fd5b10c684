// SPDX-License-Identifier: Apache-2.0
package android.app;

public class Activity extends android.content.ContextWrapper {
  public Activity() { super(null); }
  protected void onCreate(android.os.Bundle a) {}
  protected void onStart() {}
  protected void onStop() {}
  protected void onDestroy() {}
  protected void onActivityResult(int a, int b, android.content.Intent c) {}
  public void onConfigurationChanged(android.content.res.Configuration a) {}
  public void onRequestPermissionsResult(int a, String[] b, int[] c) {}
  public void setContentView(android.view.View a) {}
  public android.view.WindowManager getWindowManager() { return null; }
  public final void requestPermissions(String[] a, int b) {}
  public boolean shouldShowRequestPermissionRationale(String a) { return false; }
  public void startActivityForResult(android.content.Intent a, int b) {}
  public final void runOnUiThread(Runnable a) {}
  public android.view.Window getWindow() { return null; }
  public android.content.Intent getIntent() { return null; }
}
