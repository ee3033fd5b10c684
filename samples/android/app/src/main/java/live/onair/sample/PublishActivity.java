// SPDX-License-Identifier: Apache-2.0
package live.onair.sample;

import android.app.Activity;
import android.content.Intent;
import android.content.res.Configuration;
import android.os.Bundle;
import android.view.MotionEvent;
import android.view.Surface;
import android.view.SurfaceHolder;
import android.view.SurfaceView;
import android.view.View;
import android.widget.Button;
import android.widget.EditText;
import android.widget.LinearLayout;
import android.widget.TextView;
import java.util.EnumSet;
import live.onair.OnairException;
import live.onair.PublishState;
import live.onair.device.CameraCapture;
import live.onair.device.CameraConfig;
import live.onair.device.CameraFacts;
import live.onair.device.CameraListener;
import live.onair.device.CameraMachine;
import live.onair.device.Facing;
import live.onair.device.LiveService;
import live.onair.device.LiveUse;
import live.onair.device.Mirror;
import live.onair.device.Orientation;
import live.onair.device.PermissionPlan;
import live.onair.device.Permissions;
import live.onair.device.SurfaceCopy;
import live.onair.device.Torch;
import live.onair.device.VideoEncoderConfig;

/** The camera on the screen; live at the touch of a button. */
public final class PublishActivity
    extends Activity implements SurfaceHolder.Callback, CameraListener, Broadcast.Listener {
  private static final EnumSet<LiveUse> USES = EnumSet.of(LiveUse.CAMERA, LiveUse.MICROPHONE);
  private static final int ASK = 1;

  private final CameraConfig cameraConfig = new CameraConfig();
  private EditText address;
  private TextView status;
  private Button liveButton;
  private SurfaceView preview;
  private SurfaceCopy pictures;
  private CameraCapture camera;
  private CameraFacts cameraFacts;
  private int cameraWidth;
  private int cameraHeight;
  private Facing facing = Facing.FRONT;
  private Torch torch = Torch.OFF;
  private Broadcast broadcast;

  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    address = new EditText(this);
    address.setText("rtmp://192.168.1.2/live/phone");
    status = new TextView(this);
    preview = new SurfaceView(this);
    preview.getHolder().addCallback(this);
    preview.setOnTouchListener(this::focus);
    liveButton = button("Go live", view -> toggleLive());
    LinearLayout all = new LinearLayout(this);
    all.setOrientation(LinearLayout.VERTICAL);
    all.addView(address);
    all.addView(preview,
        new LinearLayout.LayoutParams(
            LinearLayout.LayoutParams.MATCH_PARENT, LinearLayout.LayoutParams.MATCH_PARENT, 1));
    all.addView(status);
    all.addView(liveButton);
    all.addView(button("Other camera", view -> switchCamera()));
    all.addView(button("Light", view -> toggleTorch()));
    all.addView(button("Watch", view -> startActivity(new Intent(this, PlayActivity.class))));
    setContentView(all);
    openCamera();
  }

  @Override
  protected void onDestroy() {
    stopBroadcast();
    if (camera != null) camera.release();
    if (pictures != null) pictures.close();
    super.onDestroy();
  }

  // The camera, once it may be used.

  private void openCamera() {
    PermissionPlan.Step step = Permissions.nextStep(this, USES);
    if (step == PermissionPlan.Step.OPEN_SETTINGS) {
      say("Allow camera and microphone in the settings, then come back.");
      startActivity(Permissions.settings(this));
      return;
    }
    if (step != PermissionPlan.Step.NOTHING) {
      Permissions.ask(this, USES, ASK);
      return;
    }
    try {
      pictures = new SurfaceCopy();
    } catch (IllegalStateException noGl) {
      say(noGl.getMessage());
      return;
    }
    camera = new CameraCapture(this, cameraConfig, pictures.texture(), null, this);
    camera.setScreenRotation(screenDegrees());
    camera.open();
    Surface surface = preview.getHolder().getSurface();
    if (surface != null && preview.getWidth() > 0) showOn(surface);
  }

  @Override
  public void onRequestPermissionsResult(int code, String[] names, int[] results) {
    if (code == ASK && Permissions.areEnough(this, USES)) openCamera();
  }

  private int screenDegrees() {
    return Orientation.degreesOfRotation(getWindowManager().getDefaultDisplay().getRotation());
  }

  @Override
  public void onCameraRunning(CameraFacts facts, int width, int height) {
    pictures.setCamera(facts, width, height, screenDegrees());
    runOnUiThread(() -> {
      cameraFacts = facts;
      cameraWidth = width;
      cameraHeight = height;
      turnPictures(); // The screen may have been turned since.
      say("camera: " + width + "x" + height);
    });
  }

  // The manifest says that this activity goes on when the screen is turned.
  @Override
  public void onConfigurationChanged(Configuration next) {
    super.onConfigurationChanged(next);
    if (camera == null) return;
    camera.setScreenRotation(screenDegrees());
    turnPictures();
  }

  private void turnPictures() {
    if (cameraFacts == null) return;
    pictures.setCamera(cameraFacts, cameraWidth, cameraHeight, screenDegrees());
  }

  @Override
  public void onCameraInterrupted(CameraMachine.Reason reason) {
    runOnUiThread(() -> say("camera interrupted: " + reason));
  }

  @Override
  public void onCameraFailed(CameraMachine.Reason reason) {
    runOnUiThread(() -> say("camera failed: " + reason));
  }

  private void switchCamera() {
    facing = facing == Facing.FRONT ? Facing.BACK : Facing.FRONT;
    if (camera != null) camera.switchTo(facing);
  }

  private void toggleTorch() {
    torch = torch == Torch.ON ? Torch.OFF : Torch.ON;
    if (camera != null) camera.lightTorch(torch);
  }

  private boolean focus(View view, MotionEvent event) {
    if (event.getAction() == MotionEvent.ACTION_UP && camera != null) {
      camera.focusAt(event.getX() / view.getWidth(), event.getY() / view.getHeight(),
          facing == Facing.FRONT ? Mirror.LEFT_RIGHT : Mirror.NONE);
    }
    return true;
  }

  // The preview.

  @Override
  public void surfaceCreated(SurfaceHolder holder) {
    showOn(holder.getSurface());
  }

  @Override
  public void surfaceChanged(SurfaceHolder holder, int format, int width, int height) {}

  @Override
  public void surfaceDestroyed(SurfaceHolder holder) {
    if (pictures != null) pictures.remove(holder.getSurface());
  }

  private void showOn(Surface surface) {
    if (pictures == null) return;
    pictures.remove(surface);
    pictures.addView(surface);
  }

  // The stream.

  private void toggleLive() {
    if (broadcast != null) {
      stopBroadcast();
      return;
    }
    if (camera == null) {
      openCamera();
      return;
    }
    LiveService.start(this, USES, "You are live", android.R.drawable.presence_video_online);
    VideoEncoderConfig video = new VideoEncoderConfig();
    boolean isUpright = preview.getHeight() > preview.getWidth();
    video.width = isUpright ? cameraConfig.height : cameraConfig.width;
    video.height = isUpright ? cameraConfig.width : cameraConfig.height;
    video.frameRate = cameraConfig.frameRate;
    broadcast = new Broadcast(this, address.getText().toString(), video, pictures, this);
    broadcast.start();
    if (broadcast != null) liveButton.setText("Stop");
  }

  private void stopBroadcast() {
    if (broadcast == null) return;
    try {
      broadcast.stop();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    broadcast = null;
    LiveService.stop(this);
    liveButton.setText("Go live");
  }

  @Override
  public void onState(
      int destination, PublishState state, OnairException error, long retryInMicros) {
    say(state + (error == null ? "" : ": " + error.getMessage()));
  }

  @Override
  public void onRateChanged(int destination, long bitsPerSecond) {
    say(bitsPerSecond / 1000 + " kbit/s");
  }

  @Override
  public void onBroadcastFailed(String what) {
    stopBroadcast();
    say(what);
  }

  private void say(String what) {
    status.setText(what);
  }

  private Button button(String text, View.OnClickListener onClick) {
    Button button = new Button(this);
    button.setText(text);
    button.setOnClickListener(onClick);
    return button;
  }
}
