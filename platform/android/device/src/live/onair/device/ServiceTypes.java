// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Types of a foreground service, which decide what it may do in the background, and what each
 * needs. Pure.
 */
public final class ServiceTypes {
  private ServiceTypes() {}

  // ServiceInfo.FOREGROUND_SERVICE_TYPE_*.
  static final int MEDIA_PLAYBACK = 2;
  static final int MEDIA_PROJECTION = 32;
  static final int CAMERA = 64;
  static final int MICROPHONE = 128;

  /** For Service.startForeground(); 0 where the system knows no types (before API 29). */
  public static int types(Set<LiveUse> uses, int apiLevel) {
    if (apiLevel < 29) return 0;
    int types = 0;
    if (uses.contains(LiveUse.PLAYBACK)) types |= MEDIA_PLAYBACK;
    if (uses.contains(LiveUse.SCREEN)) types |= MEDIA_PROJECTION;
    // Types of camera and microphone came one level later.
    if (apiLevel >= 30 && uses.contains(LiveUse.CAMERA)) types |= CAMERA;
    if (apiLevel >= 30 && uses.contains(LiveUse.MICROPHONE)) types |= MICROPHONE;
    return types;
  }

  /** Permissions of the manifest, granted at installation, that the service needs. */
  public static List<String> manifestPermissions(Set<LiveUse> uses, int apiLevel) {
    List<String> names = new ArrayList<>();
    if (apiLevel >= 28) names.add("android.permission.FOREGROUND_SERVICE");
    if (apiLevel < 34) return names;
    if (uses.contains(LiveUse.PLAYBACK)) {
      names.add("android.permission.FOREGROUND_SERVICE_MEDIA_PLAYBACK");
    }
    if (uses.contains(LiveUse.SCREEN)) {
      names.add("android.permission.FOREGROUND_SERVICE_MEDIA_PROJECTION");
    }
    if (uses.contains(LiveUse.CAMERA)) names.add("android.permission.FOREGROUND_SERVICE_CAMERA");
    if (uses.contains(LiveUse.MICROPHONE)) {
      names.add("android.permission.FOREGROUND_SERVICE_MICROPHONE");
    }
    return names;
  }
}
