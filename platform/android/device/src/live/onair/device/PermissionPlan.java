// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which permissions a use needs on which system, and what to do about one. Pure. */
public final class PermissionPlan {
  private PermissionPlan() {}

  /** Permissions that the user grants at run time, by their names in the manifest. */
  public static List<String> runtimePermissions(Set<LiveUse> uses, int apiLevel) {
    List<String> names = new ArrayList<>();
    if (uses.contains(LiveUse.CAMERA)) names.add("android.permission.CAMERA");
    if (uses.contains(LiveUse.MICROPHONE)) names.add("android.permission.RECORD_AUDIO");
    if (uses.contains(LiveUse.BLUETOOTH_HEADSET) && apiLevel >= 31) {
      names.add("android.permission.BLUETOOTH_CONNECT");
    }
    // Without it the notice of a foreground service is not shown, but the service runs.
    if (apiLevel >= 33 && !uses.isEmpty()) names.add("android.permission.POST_NOTIFICATIONS");
    return names;
  }

  /** Whether going live without it makes no sense. */
  public static boolean isNeeded(String permission) {
    return permission.equals("android.permission.CAMERA")
        || permission.equals("android.permission.RECORD_AUDIO");
  }

  /** What the app does about one permission. */
  public enum Step {
    /** It is granted. */
    NOTHING,
    /** Activity.requestPermissions(). */
    ASK,
    /** The user said no once: say why before asking again. */
    EXPLAIN_AND_ASK,
    /** The system asks no more: only its settings page helps. */
    OPEN_SETTINGS
  }

  /** What is known of one permission. */
  public enum Answer {
    /** By the user, or with the installation. */
    GRANTED,
    /** Never asked for by this installation, as the app remembers. */
    NOT_ASKED,
    /** Denied, and shouldShowRequestPermissionRationale() says true. */
    DENIED,
    /** Denied, and it says false. */
    DENIED_FOR_GOOD
  }

  /** What to do about a permission of which this is known. */
  public static Step step(Answer answer) {
    switch (answer) {
      case GRANTED:
        return Step.NOTHING;
      case NOT_ASKED:
        return Step.ASK;
      case DENIED:
        return Step.EXPLAIN_AND_ASK;
      default:
        return Step.OPEN_SETTINGS;
    }
  }
}
