// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import live.onair.device.PermissionPlan.Answer;
import live.onair.device.PermissionPlan.Step;
import org.junit.Test;

public final class PermissionsTest {
  private static final EnumSet<LiveUse> GO_LIVE = EnumSet.of(LiveUse.CAMERA, LiveUse.MICROPHONE);

  @Test
  public void eachSystemIsAskedForWhatItKnows() {
    assertEquals(Arrays.asList("android.permission.CAMERA", "android.permission.RECORD_AUDIO"),
        PermissionPlan.runtimePermissions(GO_LIVE, 24));
    assertEquals(
        Arrays.asList("android.permission.RECORD_AUDIO", "android.permission.BLUETOOTH_CONNECT",
            "android.permission.POST_NOTIFICATIONS"),
        PermissionPlan.runtimePermissions(
            EnumSet.of(LiveUse.MICROPHONE, LiveUse.BLUETOOTH_HEADSET), 33));
    assertTrue(PermissionPlan.runtimePermissions(EnumSet.noneOf(LiveUse.class), 36).isEmpty());
  }

  @Test
  public void theNoticeIsNotNeededToGoLive() {
    assertTrue(PermissionPlan.isNeeded("android.permission.CAMERA"));
    assertFalse(PermissionPlan.isNeeded("android.permission.POST_NOTIFICATIONS"));
  }

  @Test
  public void aUserWhoSaidNoIsToldWhyAndAUserWhoSaidNeverIsSentToTheSettings() {
    assertEquals(Step.NOTHING, PermissionPlan.step(Answer.GRANTED));
    assertEquals(Step.ASK, PermissionPlan.step(Answer.NOT_ASKED));
    assertEquals(Step.EXPLAIN_AND_ASK, PermissionPlan.step(Answer.DENIED));
    assertEquals(Step.OPEN_SETTINGS, PermissionPlan.step(Answer.DENIED_FOR_GOOD));
  }

  @Test
  public void serviceTypesAreThoseThatTheSystemKnows() {
    assertEquals(0, ServiceTypes.types(GO_LIVE, 28));
    assertEquals(0, ServiceTypes.types(GO_LIVE, 29));
    assertEquals(64 | 128, ServiceTypes.types(GO_LIVE, 30));
    assertEquals(32 | 128, ServiceTypes.types(EnumSet.of(LiveUse.SCREEN, LiveUse.MICROPHONE), 34));
    assertEquals(2, ServiceTypes.types(EnumSet.of(LiveUse.PLAYBACK), 34));
  }

  @Test
  public void sinceApi34EachTypeHasItsPermission() {
    assertTrue(ServiceTypes.manifestPermissions(GO_LIVE, 24).isEmpty());
    assertEquals(Arrays.asList("android.permission.FOREGROUND_SERVICE"),
        ServiceTypes.manifestPermissions(GO_LIVE, 33));
    assertEquals(Arrays.asList("android.permission.FOREGROUND_SERVICE",
                     "android.permission.FOREGROUND_SERVICE_CAMERA",
                     "android.permission.FOREGROUND_SERVICE_MICROPHONE"),
        ServiceTypes.manifestPermissions(GO_LIVE, 34));
  }

  @Test
  public void theLibrarysManifestAsksForAllOfThem() throws IOException {
    String manifest =
        new String(Files.readAllBytes(Paths.get(System.getProperty("onair.manifest"))),
            StandardCharsets.UTF_8);
    EnumSet<LiveUse> all = EnumSet.allOf(LiveUse.class);
    List<String> wanted = new ArrayList<>(PermissionPlan.runtimePermissions(all, 36));
    wanted.addAll(ServiceTypes.manifestPermissions(all, 36));
    assertEquals(9, wanted.size());
    for (String name : wanted) assertTrue(name, manifest.contains("\"" + name + "\""));
  }
}
