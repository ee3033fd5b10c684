// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;

import android.content.Context;
import android.content.FakeContext;
import android.graphics.Rect;
import android.graphics.SurfaceTexture;
import android.hardware.camera2.CameraAccessException;
import android.hardware.camera2.CameraManager;
import android.hardware.camera2.CameraMetadata;
import android.hardware.camera2.CaptureRequest;
import android.hardware.camera2.FakeCamera;
import android.hardware.camera2.params.MeteringRectangle;
import android.os.Build;
import android.os.FakeLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/** Our camera against fakes of Android's: that we do what our machine says. */
public final class CameraCaptureRehearsal implements CameraListener {
  private final CameraManager cameras = new CameraManager();
  private final SurfaceTexture texture = new SurfaceTexture(1);
  private final List<String> told = new ArrayList<>();
  private CameraCapture camera;

  @Before
  public void begin() {
    FakeLoop.reset();
    Build.VERSION.SDK_INT = 24;
    camera = new CameraCapture(new FakeContext().with(Context.CAMERA_SERVICE, cameras),
        new CameraConfig(), texture, null, this);
  }

  private FakeCamera run() {
    camera.open();
    FakeLoop.settle();
    FakeCamera opened = cameras.fakeLast();
    opened.open();
    opened.configure();
    FakeLoop.settle();
    return opened;
  }

  @Test
  public void theFrontCameraRunsInTheNearestSize() {
    FakeCamera opened = run();
    assertEquals("1", opened.id);
    assertEquals(Arrays.asList("running FRONT 1280x720"), told);
    assertEquals(1280, texture.fakeWidth);
    assertEquals(1, opened.repeated.size());
  }

  @Test
  public void aCameraThatIsTakenAwayIsClosedAndOpenedAgainWhenItIsFree() {
    FakeCamera first = run();
    first.callback.onDisconnected(first);
    FakeLoop.settle();
    assertEquals(0, cameras.fakeOpenCount());
    cameras.fakeAvailability.onCameraAvailable("0"); // The other one.
    assertEquals(1, cameras.fakeOpened.size());
    cameras.fakeAvailability.onCameraAvailable("1");
    assertEquals(2, cameras.fakeOpened.size());
    cameras.fakeLast().open();
    cameras.fakeLast().configure();
    assertEquals(
        Arrays.asList("running FRONT 1280x720", "interrupted IN_USE", "running FRONT 1280x720"),
        told);
  }

  @Test
  public void aCameraThatOpensAfterItWasGivenUpIsClosedAtOnce() {
    camera.open();
    FakeLoop.settle();
    FakeCamera late = cameras.fakeLast();
    camera.close();
    FakeLoop.settle();
    late.open();
    assertEquals(0, cameras.fakeOpenCount());
    assertNull(late.sessionCallback);
  }

  @Test
  public void aSystemThatNeverAnswersIsAskedAgainByTheClock() {
    camera.open();
    FakeLoop.runFor(CameraMachine.ANSWER_US + CameraMachine.FIRST_RETRY_US + 2_000);
    assertEquals(2, cameras.fakeOpened.size());
    assertEquals(Arrays.asList("interrupted SILENT"), told);
  }

  @Test
  public void aRefusalIsUnderstoodByItsReason() {
    cameras.fakeRefusal = new CameraAccessException(CameraAccessException.CAMERA_DISABLED);
    camera.open();
    FakeLoop.settle();
    assertEquals(Arrays.asList("failed FORBIDDEN"), told);
  }

  @Test
  public void aBrokenCameraIsTriedAgainAndEachAttemptIsClosedBeforeTheNext() {
    for (int i = 0; i < 4; i++) {
      if (i == 0) camera.open();
      FakeLoop.runFor(2_100_000);
      FakeCamera opened = cameras.fakeLast();
      opened.open();
      assertEquals(1, cameras.fakeOpenCount());
      opened.callback.onError(opened, CameraMachine.ERROR_CAMERA_DEVICE);
      assertEquals(0, cameras.fakeOpenCount());
    }
    assertEquals(4, cameras.fakeOpened.size());
    assertEquals(Arrays.asList("interrupted BROKEN"), told);
  }

  @Test
  public void switchingClosesOneCameraAndOpensTheOther() {
    run();
    camera.switchTo(Facing.BACK);
    FakeLoop.settle();
    assertEquals(0, cameras.fakeOpenCount());
    assertEquals("0", cameras.fakeLast().id);
    cameras.fakeLast().open();
    cameras.fakeLast().configure();
    assertEquals("running BACK 1280x720", told.get(1));
  }

  @Test
  public void zoomIsACropBeforeApi30AndARatioSince() {
    FakeCamera old = run();
    camera.zoomTo(2);
    FakeLoop.settle();
    Rect crop = old.last().fakeGet(CaptureRequest.SCALER_CROP_REGION);
    assertEquals(1000, crop.left);
    assertEquals(2250, crop.bottom);
    assertNull(old.last().fakeGet(CaptureRequest.CONTROL_ZOOM_RATIO));

    Build.VERSION.SDK_INT = 30;
    camera.switchTo(Facing.BACK);
    FakeLoop.settle();
    FakeCamera recent = cameras.fakeLast();
    recent.open();
    recent.configure();
    camera.zoomTo(0.1f);
    FakeLoop.settle();
    assertEquals(0.6f, recent.last().fakeGet(CaptureRequest.CONTROL_ZOOM_RATIO), 0);
    assertNull(recent.last().fakeGet(CaptureRequest.SCALER_CROP_REGION));
  }

  @Test
  public void theLightIsLitAndPutOut() {
    FakeCamera opened = run();
    camera.lightTorch(Torch.ON);
    FakeLoop.settle();
    assertEquals(
        CameraMetadata.FLASH_MODE_TORCH, (int) opened.last().fakeGet(CaptureRequest.FLASH_MODE));
    camera.lightTorch(Torch.OFF);
    FakeLoop.settle();
    assertEquals(
        CameraMetadata.FLASH_MODE_OFF, (int) opened.last().fakeGet(CaptureRequest.FLASH_MODE));
  }

  @Test
  public void aTapFocusesOnceWhereItIsOnTheSensorAndLetsGoAgain() {
    FakeCamera opened = run();
    // Left top of the mirrored preview of a front camera (270 degrees) in portrait.
    camera.focusAt(0, 0, Mirror.LEFT_RIGHT);
    FakeLoop.settle();
    MeteringRectangle area = opened.last().fakeGet(CaptureRequest.CONTROL_AF_REGIONS)[0];
    assertEquals(4000, area.fakeX + area.fakeWidth);
    assertEquals(375 + 2250, area.fakeY + area.fakeWidth);
    assertEquals(1, opened.captured.size());
    assertNotNull(opened.captured.get(0).fakeGet(CaptureRequest.CONTROL_AF_TRIGGER));
    assertNull(opened.last().fakeGet(CaptureRequest.CONTROL_AF_TRIGGER));
    camera.focusByItself();
    FakeLoop.settle();
    assertEquals(CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_VIDEO,
        (int) opened.last().fakeGet(CaptureRequest.CONTROL_AF_MODE));
  }

  @Test
  public void aReleasedCameraIsClosedAndHearsNothingMore() {
    run();
    camera.release();
    FakeLoop.settle();
    assertEquals(0, cameras.fakeOpenCount());
    assertNull(cameras.fakeAvailability);
  }

  @Override
  public void onCameraRunning(CameraFacts facts, int width, int height) {
    told.add("running " + facts.facing + " " + width + "x" + height);
  }

  @Override
  public void onCameraInterrupted(CameraMachine.Reason reason) {
    told.add("interrupted " + reason);
  }

  @Override
  public void onCameraFailed(CameraMachine.Reason reason) {
    told.add("failed " + reason);
  }
}
