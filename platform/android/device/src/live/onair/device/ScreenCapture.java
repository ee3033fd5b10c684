// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.content.Context;
import android.content.Intent;
import android.hardware.display.DisplayManager;
import android.hardware.display.VirtualDisplay;
import android.media.projection.MediaProjection;
import android.media.projection.MediaProjectionManager;
import android.os.Handler;
import android.view.Surface;

/**
 * The phone's screen by MediaProjection, into a surface. The user is asked each time; since API 34
 * a foreground service of type mediaProjection must run before start(). Single-owner: the handler's
 * thread.
 */
public final class ScreenCapture {
  /** Told on the handler's thread. */
  public interface Listener {
    /** The user or the system ended it, by the notice or the lock. */
    void onScreenEnded();

    /** What is captured has another size now (API 34: one app's window). */
    void onScreenResized(int width, int height);
  }

  private final Handler handler;
  private final Listener listener;
  private MediaProjection projection;
  private VirtualDisplay display;
  private int dotsPerInch;

  /** Captures nothing before start(). The listener is called on the handler's thread. */
  public ScreenCapture(Handler handler, Listener listener) {
    this.handler = handler;
    this.listener = listener;
  }

  /** What to give to Activity.startActivityForResult(): the system's question to the user. */
  public static Intent question(Context context) {
    return manager(context).createScreenCaptureIntent();
  }

  /**
   * With what came to onActivityResult(). False where the user said no; SecurityException where the
   * foreground service does not run. An answer serves once.
   */
  public boolean start(Context context, int resultCode, Intent answer, Surface into, int width,
      int height, int dotsPerInch) {
    if (projection != null || answer == null) return false;
    projection = manager(context).getMediaProjection(resultCode, answer);
    if (projection == null) return false;
    this.dotsPerInch = dotsPerInch;
    projection.registerCallback(callback, handler); // Before the display: API 34 insists.
    try {
      display = projection.createVirtualDisplay("onair", width, height, dotsPerInch,
          DisplayManager.VIRTUAL_DISPLAY_FLAG_AUTO_MIRROR, into, null, handler);
    } catch (SecurityException refused) {
      stop(); // So that the next answer can be used.
      throw refused;
    }
    return true;
  }

  /** For a screen that was turned: the same capture in another shape. */
  public void resize(int width, int height) {
    if (display != null) display.resize(width, height, dotsPerInch);
  }

  /** Ends the capture, and the system's notice with it. Another one wants another answer. */
  public void stop() {
    if (projection == null) return;
    projection.unregisterCallback(callback);
    if (display != null) display.release();
    projection.stop();
    projection = null;
    display = null;
  }

  private static MediaProjectionManager manager(Context context) {
    return (MediaProjectionManager) context.getSystemService(Context.MEDIA_PROJECTION_SERVICE);
  }

  private final MediaProjection.Callback callback = new MediaProjection.Callback() {
    @Override
    public void onStop() {
      stop();
      listener.onScreenEnded();
    }

    @Override
    public void onCapturedContentResize(int width, int height) {
      listener.onScreenResized(width, height);
    }
  };
}
