// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.os.Build;
import android.provider.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Asks for what a use needs. Thread: the activity's. */
public final class Permissions {
  private static final String MEMORY = "onair.permissions";

  private Permissions() {}

  /** Whether the use can begin: what it cannot do without is granted. */
  public static boolean areEnough(Context context, Set<LiveUse> uses) {
    for (String name : PermissionPlan.runtimePermissions(uses, Build.VERSION.SDK_INT)) {
      if (PermissionPlan.isNeeded(name) && !isGranted(context, name)) return false;
    }
    return true;
  }

  /** What to do about each permission of these uses that is not granted: the gravest step. */
  public static PermissionPlan.Step nextStep(Activity activity, Set<LiveUse> uses) {
    PermissionPlan.Step gravest = PermissionPlan.Step.NOTHING;
    for (String name : PermissionPlan.runtimePermissions(uses, Build.VERSION.SDK_INT)) {
      if (!PermissionPlan.isNeeded(name)) continue;
      PermissionPlan.Step step = PermissionPlan.step(answer(activity, name));
      if (step.compareTo(gravest) > 0) gravest = step;
    }
    return gravest;
  }

  /** Asks for all that is missing; the answer comes to onRequestPermissionsResult(). */
  public static void ask(Activity activity, Set<LiveUse> uses, int requestCode) {
    List<String> missing = new ArrayList<>();
    SharedPreferences.Editor memory =
        activity.getSharedPreferences(MEMORY, Context.MODE_PRIVATE).edit();
    for (String name : PermissionPlan.runtimePermissions(uses, Build.VERSION.SDK_INT)) {
      if (isGranted(activity, name)) continue;
      missing.add(name);
      memory.putBoolean(name, true);
    }
    memory.apply();
    if (!missing.isEmpty()) {
      activity.requestPermissions(missing.toArray(new String[0]), requestCode);
    }
  }

  /** The app's page in the system's settings. */
  public static Intent settings(Context context) {
    return new Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS,
        Uri.fromParts("package", context.getPackageName(), null));
  }

  private static PermissionPlan.Answer answer(Activity activity, String name) {
    if (isGranted(activity, name)) return PermissionPlan.Answer.GRANTED;
    if (activity.shouldShowRequestPermissionRationale(name)) return PermissionPlan.Answer.DENIED;
    boolean wasAsked =
        activity.getSharedPreferences(MEMORY, Context.MODE_PRIVATE).getBoolean(name, false);
    return wasAsked ? PermissionPlan.Answer.DENIED_FOR_GOOD : PermissionPlan.Answer.NOT_ASKED;
  }

  private static boolean isGranted(Context context, String name) {
    return context.checkSelfPermission(name) == PackageManager.PERMISSION_GRANTED;
  }
}
