// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.content.Context;
import android.graphics.SurfaceTexture;
import android.hardware.camera2.CameraAccessException;
import android.hardware.camera2.CameraCaptureSession;
import android.hardware.camera2.CameraDevice;
import android.hardware.camera2.CameraManager;
import android.hardware.camera2.CaptureRequest;
import android.hardware.camera2.TotalCaptureResult;
import android.os.Handler;
import android.os.HandlerThread;
import android.util.Range;
import android.view.Surface;
import java.util.ArrayList;
import java.util.List;

/**
 * A camera by Camera2: pictures into a SurfaceTexture (the way of a hardware encoder) and, where a
 * sink is given, as planes in memory (the way of software).
 *
 * <p>Thread-safe: every call is carried to one thread of its own, on which listener and sink are
 * called, too. What the camera's life looks like is decided by CameraMachine; this class does what
 * it says and tells it what the system answered.
 */
public final class CameraCapture {
  private final CameraManager cameras;
  private final CameraConfig config;
  private final CameraListener listener;
  private final HandlerThread thread = new HandlerThread("onair.camera");
  private final Handler handler;
  private final Alarm alarm;
  private final CameraMachine machine = new CameraMachine();
  private final SurfaceTexture texture;
  private final PictureSink sink;

  // Of the camera's thread.
  private CameraFacts camera;
  private CameraControls controls;
  private CameraDevice device;
  private CameraCaptureSession session;
  private Surface surface;
  private PictureReader reader;
  private int width;
  private int height;
  private int screenDegrees;

  /** `texture` or `sink` may be null, not both. Both outlive the camera. */
  public CameraCapture(Context context, CameraConfig config, SurfaceTexture texture,
      PictureSink sink, CameraListener listener) {
    this.cameras = (CameraManager) context.getSystemService(Context.CAMERA_SERVICE);
    this.config = config.copy();
    this.texture = texture;
    this.sink = sink;
    this.listener = listener;
    thread.start();
    handler = new Handler(thread.getLooper());
    alarm = new Alarm(handler, () -> {
      machine.onTimeout(DriverClock.nowUs());
      obey();
    });
    cameras.registerAvailabilityCallback(availability, handler);
  }

  /** Opens it; needs the permission CAMERA. */
  public void open() {
    handler.post(() -> {
      machine.open(DriverClock.nowUs());
      obey();
    });
  }

  /** Lets it go; open() opens it again. */
  public void close() {
    handler.post(() -> {
      machine.close();
      obey();
    });
  }

  /** Closes it for good and ends its thread. No callback begins after its last message. */
  public void release() {
    handler.post(() -> {
      machine.close();
      obey();
      cameras.unregisterAvailabilityCallback(availability);
      thread.quitSafely();
    });
  }

  /** The other camera, with what was set on the first forgotten. */
  public void switchTo(Facing facing) {
    handler.post(() -> {
      if (config.facing == facing) return;
      config.facing = facing;
      camera = null;
      boolean wasOpen = machine.state() != CameraMachine.State.CLOSED;
      machine.close();
      if (wasOpen) machine.open(DriverClock.nowUs());
      obey();
    });
  }

  /** Display.getRotation(), in degrees; told with each change of the screen. */
  public void setScreenRotation(int degrees) {
    handler.post(() -> {
      screenDegrees = degrees;
      if (reader != null && camera != null) reader.setTurn(turn());
    });
  }

  /** Held to what the camera can; see CameraFacts. */
  public void zoomTo(float ratio) {
    handler.post(() -> {
      if (controls == null) return;
      controls.zoomTo(ratio);
      repeat();
    });
  }

  /** No effect without a torch or before the camera is open; see CameraFacts. */
  public void lightTorch(Torch torch) {
    handler.post(() -> {
      if (controls == null) return;
      controls.lightTorch(torch);
      repeat();
    });
  }

  /**
   * Focuses and meters at a point of the upright picture, in fractions from its top left;
   * `mirror` as the user saw it.
   */
  public void focusAt(float x, float y, Mirror mirror) {
    handler.post(() -> {
      if (controls == null) return;
      controls.meterAt(Orientation.sensorPoint(x, y, turn(), mirror), width, height);
      repeat();
      if (controls.isFocusLocked()) searchFocus();
    });
  }

  /** Gives focus and exposure back to the camera. */
  public void focusByItself() {
    handler.post(() -> {
      if (controls == null) return;
      controls.meterAt(null, width, height);
      repeat();
    });
  }

  private int turn() {
    return Orientation.clockwiseToUpright(camera.sensorDegrees, screenDegrees, camera.facing);
  }

  private void obey() {
    for (CameraMachine.Command next = machine.poll(); next != null; next = machine.poll()) {
      obey(next);
    }
    alarm.set(machine.wakeAtUs());
  }

  private void obey(CameraMachine.Command command) {
    switch (command) {
      case OPEN:
        openDevice(machine.attempt());
        break;
      case CONFIGURE:
        configure(machine.attempt());
        break;
      case CLOSE:
        closeDevice();
        break;
      case TELL_RUNNING:
        listener.onCameraRunning(camera, width, height);
        break;
      case TELL_INTERRUPTED:
        listener.onCameraInterrupted(machine.reason());
        break;
      default:
        listener.onCameraFailed(machine.reason());
    }
  }

  private void openDevice(int attempt) {
    try {
      if (camera == null) camera = CameraFacts.choose(CameraFacts.list(cameras), config.facing);
      if (camera == null) {
        machine.onError(attempt, CameraMachine.ERROR_CAMERA_DEVICE, DriverClock.nowUs());
        return;
      }
      cameras.openCamera(camera.id, new DeviceCallback(attempt), handler);
    } catch (CameraAccessException refused) {
      machine.onError(attempt, errorOf(refused), DriverClock.nowUs());
    } catch (SecurityException forbidden) {
      machine.onError(attempt, CameraMachine.ERROR_CAMERA_DISABLED, DriverClock.nowUs());
    } catch (IllegalArgumentException gone) { // The camera was unplugged since it was listed.
      camera = null;
      machine.onError(attempt, CameraMachine.ERROR_CAMERA_DEVICE, DriverClock.nowUs());
    }
  }

  private static int errorOf(CameraAccessException refused) {
    switch (refused.getReason()) {
      case CameraAccessException.CAMERA_IN_USE:
        return CameraMachine.ERROR_CAMERA_IN_USE;
      case CameraAccessException.MAX_CAMERAS_IN_USE:
        return CameraMachine.ERROR_MAX_CAMERAS_IN_USE;
      case CameraAccessException.CAMERA_DISABLED:
        return CameraMachine.ERROR_CAMERA_DISABLED;
      case CameraAccessException.CAMERA_DISCONNECTED:
        return CameraMachine.ERROR_CAMERA_IN_USE;
      default:
        return CameraMachine.ERROR_CAMERA_SERVICE;
    }
  }

  private void configure(int attempt) {
    int size = CameraChoice.size(camera.sizes, config.width, config.height);
    if (size < 0) {
      machine.onConfigureFailed(attempt, DriverClock.nowUs());
      return;
    }
    width = camera.sizes[size][0];
    height = camera.sizes[size][1];
    controls = new CameraControls(camera, rateRange());
    try {
      device.createCaptureSession(targets(), new SessionCallback(attempt), handler);
    } catch (CameraAccessException refused) {
      machine.onError(attempt, errorOf(refused), DriverClock.nowUs());
    } catch (IllegalStateException | IllegalArgumentException gone) {
      machine.onConfigureFailed(attempt, DriverClock.nowUs());
    }
  }

  private Range<Integer> rateRange() {
    int index = CameraChoice.rateRange(camera.rateRanges, config.frameRate, config.light);
    if (index < 0) return null;
    return new Range<Integer>(camera.rateRanges[index][0], camera.rateRanges[index][1]);
  }

  private List<Surface> targets() {
    List<Surface> targets = new ArrayList<>();
    if (texture != null) {
      texture.setDefaultBufferSize(width, height);
      surface = new Surface(texture);
      targets.add(surface);
    }
    if (sink != null) {
      reader = new PictureReader(width, height, camera.clock, handler, this::onPicture);
      reader.setTurn(turn());
      targets.add(reader.surface());
    }
    return targets;
  }

  private void onPicture(CapturedPicture picture) {
    machine.onPicture(machine.attempt());
    sink.onPicture(picture);
  }

  private void repeat() {
    if (session == null) return;
    try {
      session.setRepeatingRequest(request(controls::writeTo), results, handler);
    } catch (CameraAccessException refused) {
      machine.onError(machine.attempt(), errorOf(refused), DriverClock.nowUs());
      obey();
    } catch (IllegalStateException closed) {
      // The session ended; its device says why.
    }
  }

  private void searchFocus() {
    try {
      session.capture(request(request -> {
        controls.writeTo(request);
        controls.writeFocusTrigger(request);
      }),
          null, handler);
    } catch (CameraAccessException | IllegalStateException late) {
      // The next tap tries again.
    }
  }

  private interface Writer {
    void writeTo(CaptureRequest.Builder request);
  }

  private CaptureRequest request(Writer writer) throws CameraAccessException {
    CaptureRequest.Builder request = device.createCaptureRequest(CameraDevice.TEMPLATE_RECORD);
    if (surface != null) request.addTarget(surface);
    if (reader != null) request.addTarget(reader.surface());
    writer.writeTo(request);
    return request.build();
  }

  private void closeDevice() {
    if (session != null) session.close();
    if (device != null) device.close();
    if (surface != null) surface.release();
    if (reader != null) reader.close();
    session = null;
    device = null;
    surface = null;
    reader = null;
    controls = null;
  }

  private final CameraManager.AvailabilityCallback availability =
      new CameraManager.AvailabilityCallback() {
        @Override
        public void onCameraAvailable(String id) {
          if (camera == null || !camera.id.equals(id)) return;
          machine.onAvailable(DriverClock.nowUs());
          obey();
        }
      };

  // With a texture alone, this is where pictures are seen to come.
  private final CameraCaptureSession.CaptureCallback results =
      new CameraCaptureSession.CaptureCallback() {
        @Override
        public void onCaptureCompleted(
            CameraCaptureSession of, CaptureRequest request, TotalCaptureResult result) {
          if (of == session) machine.onPicture(machine.attempt());
        }
      };

  private final class DeviceCallback extends CameraDevice.StateCallback {
    private final int attempt;

    DeviceCallback(int attempt) {
      this.attempt = attempt;
    }

    @Override
    public void onOpened(CameraDevice opened) {
      if (attempt != machine.attempt() || machine.state() != CameraMachine.State.OPENING) {
        opened.close(); // Of an attempt that was given up.
        return;
      }
      device = opened;
      machine.onOpened(attempt, DriverClock.nowUs());
      obey();
    }

    @Override
    public void onDisconnected(CameraDevice gone) {
      gone.close();
      machine.onDisconnected(attempt, DriverClock.nowUs());
      obey();
    }

    @Override
    public void onError(CameraDevice broken, int error) {
      broken.close();
      machine.onError(attempt, error, DriverClock.nowUs());
      obey();
    }
  }

  private final class SessionCallback extends CameraCaptureSession.StateCallback {
    private final int attempt;

    SessionCallback(int attempt) {
      this.attempt = attempt;
    }

    @Override
    public void onConfigured(CameraCaptureSession configured) {
      if (attempt != machine.attempt() || device == null) {
        configured.close();
        return;
      }
      session = configured;
      repeat();
      machine.onConfigured(attempt, DriverClock.nowUs());
      obey();
    }

    @Override
    public void onConfigureFailed(CameraCaptureSession refused) {
      machine.onConfigureFailed(attempt, DriverClock.nowUs());
      obey();
    }
  }
}
