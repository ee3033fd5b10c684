// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.content.Context;
import android.os.Build;
import android.os.Handler;
import android.os.PowerManager;
import java.util.concurrent.Executor;

/**
 * Tells what to give up in a hot phone, by PowerManager's thermal status (API 29; before that the
 * phone is never hot). Thread-safe; the listener is called on the handler's thread.
 */
public final class ThermalWatch {
  /** Told when the step changes, and once at the start. */
  public interface Listener {
    /** What stays is in the step; on the handler's thread. */
    void onThermalStep(ThermalPlan.Step step);
  }

  private final PowerManager power;
  private final Handler handler;
  private final Listener listener;
  private final Alarm alarm;

  // Of the handler's thread.
  private final ThermalPlan plan = new ThermalPlan();
  private ThermalPlan.Step told;
  private Object watching; // Api29's.

  /** Watches nothing before start(). */
  public ThermalWatch(Context context, Handler handler, Listener listener) {
    this.power = (PowerManager) context.getSystemService(Context.POWER_SERVICE);
    this.handler = handler;
    this.listener = listener;
    this.alarm = new Alarm(handler, () -> tell(plan.onTimeout(DriverClock.nowUs())));
  }

  /** Begins, with the heat that there is already; no effect while it watches. */
  public void start() {
    handler.post(() -> {
      if (Build.VERSION.SDK_INT < 29 || watching != null) return;
      watching = Api29.watch(power, handler::post, this::onStatus);
    });
  }

  /** Ends; start() may follow. */
  public void stop() {
    handler.post(() -> {
      if (Build.VERSION.SDK_INT < 29 || watching == null) return;
      Api29.unwatch(power, watching);
      watching = null;
      alarm.set(Long.MAX_VALUE);
    });
  }

  private void onStatus(int status) {
    if (watching != null) tell(plan.onStatus(status, DriverClock.nowUs()));
  }

  private void tell(ThermalPlan.Decision decision) {
    alarm.set(decision.decideAgainAtUs);
    if (decision.step == told) return;
    told = decision.step;
    listener.onThermalStep(told);
  }

  private static final class Api29 {
    interface StatusSink {
      void onStatus(int status);
    }

    static Object watch(PowerManager power, Executor executor, StatusSink sink) {
      PowerManager.OnThermalStatusChangedListener listener = sink::onStatus;
      power.addThermalStatusListener(executor, listener);
      return listener;
    }

    static void unwatch(PowerManager power, Object listener) {
      power.removeThermalStatusListener((PowerManager.OnThermalStatusChangedListener) listener);
    }
  }
}
