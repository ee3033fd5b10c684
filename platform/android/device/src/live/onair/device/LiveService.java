// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.os.Build;
import android.os.IBinder;
import java.util.EnumSet;

/**
 * Keeps the process, and its right to camera, microphone and screen, while the app is not shown: a
 * foreground service with a notice. It holds no stream; it is started before going live and stopped
 * after it, and ends with the app's task.
 */
public class LiveService extends Service {
  private static final String CHANNEL = "onair.live";
  private static final int NOTICE = 0x0A1;
  private static final String USES = "onair.uses";
  private static final String TITLE = "onair.title";
  private static final String ICON = "onair.icon";
  // Of the process, as the service is.
  private static final ServiceNotice state = new ServiceNotice();

  /**
   * Starts it, from an activity that is shown. `icon`: a resource of the app's; `title` stands in
   * the notice, a tap on which opens the app. False where the system refuses a service of this use
   * now: go live only while the app is shown.
   */
  public static boolean start(Context context, EnumSet<LiveUse> uses, String title, int icon) {
    Intent intent = new Intent(context, LiveService.class);
    intent.putExtra(USES, bits(uses));
    intent.putExtra(TITLE, title);
    intent.putExtra(ICON, icon);
    state.onStart();
    try {
      if (Build.VERSION.SDK_INT >= 26) {
        Api26.start(context, intent);
      } else {
        context.startService(intent);
      }
    } catch (IllegalStateException inBackground) {
      // Since API 31 ForegroundServiceStartNotAllowedException, which is one.
      state.onRefused();
      return false;
    }
    return true;
  }

  /** Ends it; one that has just been started, as soon as its notice was shown. */
  public static void stop(Context context) {
    if (state.stop()) context.stopService(new Intent(context, LiveService.class));
  }

  @Override
  public int onStartCommand(Intent intent, int flags, int startId) {
    if (intent == null) { // The system started it anew, without a stream to keep.
      stopSelf(startId);
      return START_NOT_STICKY;
    }
    boolean isShown = show(intent);
    if (state.onShown() || !isShown) stopSelf(startId);
    return START_NOT_STICKY;
  }

  // False where the system refuses it what it is for.
  private boolean show(Intent intent) {
    Notification notice = notice(intent.getStringExtra(TITLE), intent.getIntExtra(ICON, 0));
    int types = ServiceTypes.types(uses(intent.getIntExtra(USES, 0)), Build.VERSION.SDK_INT);
    if (showAs(types, notice)) return true;
    // A permission of one of its types is missing, or it began in the background (API 34). The
    // stream goes on while the app is shown. The system ends an app whose service never shows
    // its notice, so it is shown as of one that plays before it goes.
    if (Build.VERSION.SDK_INT >= 29) showAs(ServiceTypes.MEDIA_PLAYBACK, notice);
    return false;
  }

  private boolean showAs(int types, Notification notice) {
    try {
      if (Build.VERSION.SDK_INT >= 29) {
        Api29.show(this, NOTICE, notice, types);
      } else {
        startForeground(NOTICE, notice);
      }
    } catch (SecurityException | IllegalArgumentException | IllegalStateException refused) {
      // Types that the manifest does not name, or since API 34 may not have now, are such, too.
      return false;
    }
    return true;
  }

  @Override
  public void onTaskRemoved(Intent rootIntent) {
    if (state.stop()) stopSelf();
  }

  @Override
  public IBinder onBind(Intent intent) {
    return null;
  }

  private Notification notice(String title, int icon) {
    Notification.Builder builder;
    if (Build.VERSION.SDK_INT >= 26) {
      builder = Api26.builder(this, CHANNEL, title);
    } else {
      builder = new Notification.Builder(this);
    }
    builder.setContentTitle(title).setSmallIcon(icon).setOngoing(true);
    Intent open = getPackageManager().getLaunchIntentForPackage(getPackageName());
    if (open != null) {
      builder.setContentIntent(
          PendingIntent.getActivity(this, 0, open, PendingIntent.FLAG_IMMUTABLE));
    }
    return builder.build();
  }

  private static int bits(EnumSet<LiveUse> uses) {
    int bits = 0;
    for (LiveUse use : uses) bits |= 1 << use.ordinal();
    return bits;
  }

  private static EnumSet<LiveUse> uses(int bits) {
    EnumSet<LiveUse> uses = EnumSet.noneOf(LiveUse.class);
    for (LiveUse use : LiveUse.values()) {
      if ((bits & 1 << use.ordinal()) != 0) uses.add(use);
    }
    return uses;
  }

  private static final class Api26 {
    static void start(Context context, Intent intent) {
      context.startForegroundService(intent);
    }

    static Notification.Builder builder(Context context, String id, String title) {
      NotificationManager notices =
          (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
      notices.createNotificationChannel(
          new NotificationChannel(id, title, NotificationManager.IMPORTANCE_LOW));
      return new Notification.Builder(context, id);
    }
  }

  private static final class Api29 {
    static void show(Service service, int id, Notification notice, int types) {
      service.startForeground(id, notice, types);
    }
  }
}
