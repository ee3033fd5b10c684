// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.media.AudioDeviceCallback;
import android.media.AudioDeviceInfo;
import android.media.AudioManager;
import android.os.Build;
import android.os.Handler;
import java.util.EnumSet;
import java.util.Set;

/**
 * Sends the sound where RoutePlan says: wired, USB, Bluetooth (with its link), speaker. Since API
 * 31 by setCommunicationDevice(), which brings the link up by itself, before by the loudspeaker
 * switch and SCO. Thread-safe; works and tells on the handler's thread.
 */
public final class RouteControl {
  /** Told when the sound goes another way; the microphone is then opened anew. */
  public interface Listener {
    /** The new way; not told of the one that holds already. */
    void onRoute(RoutePlan.Route route);
  }

  private final Context context;
  private final AudioManager audio;
  private final Handler handler;
  private final Listener listener;
  private final RoutePlan plan;
  private final Alarm alarm;
  private boolean isStarted; // Of the handler's thread.

  /** Changes nothing before start(). */
  public RouteControl(
      Context context, RoutePlan.BluetoothUse bluetoothUse, Handler handler, Listener listener) {
    this.context = context;
    this.audio = (AudioManager) context.getSystemService(Context.AUDIO_SERVICE);
    this.handler = handler;
    this.listener = listener;
    this.plan = new RoutePlan(bluetoothUse);
    this.alarm = new Alarm(handler, () -> {
      plan.onTimeout(DriverClock.nowUs());
      obey();
    });
  }

  /** Begins to watch the devices, and takes the sound's way over. */
  public void start() {
    handler.post(() -> {
      if (isStarted) return;
      isStarted = true;
      context.registerReceiver(linkChanges,
          new IntentFilter(AudioManager.ACTION_SCO_AUDIO_STATE_UPDATED), null, handler);
      audio.registerAudioDeviceCallback(devices, handler); // Tells at once of what is there.
    });
  }

  /** Gives the sound back to the system. */
  public void stop() {
    handler.post(() -> {
      if (!isStarted) return;
      isStarted = false;
      alarm.set(Long.MAX_VALUE);
      audio.unregisterAudioDeviceCallback(devices);
      context.unregisterReceiver(linkChanges);
      if (Build.VERSION.SDK_INT >= 31) {
        Api31.clear(audio);
      } else {
        audio.stopBluetoothSco();
        audio.setSpeakerphoneOn(false);
      }
    });
  }

  /** What the user chose by hand; null: the best of what is there. */
  public void choose(RoutePlan.Route route) {
    handler.post(() -> {
      plan.choose(route, DriverClock.nowUs());
      obey();
    });
  }

  private void obey() {
    if (!isStarted) return;
    for (RoutePlan.Command next = plan.poll(); next != null; next = plan.poll()) {
      switch (next) {
        case START_LINK:
          startLink();
          break;
        case STOP_LINK:
          stopLink();
          break;
        default:
          apply(plan.route());
          listener.onRoute(plan.route());
      }
    }
    alarm.set(plan.wakeAtUs());
  }

  private void startLink() {
    if (Build.VERSION.SDK_INT >= 31) {
      if (Api31.use(audio, RoutePlan.Route.BLUETOOTH)) return;
    }
    audio.startBluetoothSco();
  }

  private void stopLink() {
    if (Build.VERSION.SDK_INT >= 31) {
      Api31.clear(audio);
    } else {
      audio.stopBluetoothSco();
    }
  }

  private void apply(RoutePlan.Route route) {
    if (Build.VERSION.SDK_INT >= 31) {
      Api31.use(audio, route);
      return;
    }
    audio.setBluetoothScoOn(route == RoutePlan.Route.BLUETOOTH);
    audio.setSpeakerphoneOn(route == RoutePlan.Route.SPEAKER);
  }

  private void look() {
    Set<RoutePlan.Route> found = EnumSet.noneOf(RoutePlan.Route.class);
    for (AudioDeviceInfo device : audio.getDevices(AudioManager.GET_DEVICES_OUTPUTS)) {
      RoutePlan.Route route = routeOf(device.getType());
      if (route != null) found.add(route);
    }
    plan.onDevices(found, DriverClock.nowUs());
    obey();
  }

  // Null: no way that sound of ours is sent.
  private static RoutePlan.Route routeOf(int type) {
    switch (type) {
      case AudioDeviceInfo.TYPE_WIRED_HEADSET:
      case AudioDeviceInfo.TYPE_WIRED_HEADPHONES:
        return RoutePlan.Route.WIRED_HEADSET;
      case AudioDeviceInfo.TYPE_USB_HEADSET:
      case AudioDeviceInfo.TYPE_USB_DEVICE:
        return RoutePlan.Route.USB;
      case AudioDeviceInfo.TYPE_BLUETOOTH_SCO:
      case AudioDeviceInfo.TYPE_BLE_HEADSET:
        return RoutePlan.Route.BLUETOOTH;
      case AudioDeviceInfo.TYPE_BUILTIN_SPEAKER:
        return RoutePlan.Route.SPEAKER;
      case AudioDeviceInfo.TYPE_BUILTIN_EARPIECE:
        return RoutePlan.Route.EARPIECE;
      default:
        return null;
    }
  }

  private final AudioDeviceCallback devices = new AudioDeviceCallback() {
    @Override
    public void onAudioDevicesAdded(AudioDeviceInfo[] added) {
      look();
    }

    @Override
    public void onAudioDevicesRemoved(AudioDeviceInfo[] removed) {
      look();
    }
  };

  private final BroadcastReceiver linkChanges = new BroadcastReceiver() {
    @Override
    public void onReceive(Context from, Intent intent) {
      int state = intent.getIntExtra(
          AudioManager.EXTRA_SCO_AUDIO_STATE, AudioManager.SCO_AUDIO_STATE_ERROR);
      if (state == AudioManager.SCO_AUDIO_STATE_CONNECTING) return;
      plan.onLink(
          state == AudioManager.SCO_AUDIO_STATE_CONNECTED ? RoutePlan.Link.UP : RoutePlan.Link.DOWN,
          DriverClock.nowUs());
      obey();
    }
  };

  private static final class Api31 {
    // False where no such device may be used.
    static boolean use(AudioManager audio, RoutePlan.Route route) {
      for (AudioDeviceInfo device : audio.getAvailableCommunicationDevices()) {
        if (routeOf(device.getType()) == route) return audio.setCommunicationDevice(device);
      }
      return false;
    }

    static void clear(AudioManager audio) {
      audio.clearCommunicationDevice();
    }
  }
}
