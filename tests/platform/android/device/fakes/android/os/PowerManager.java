// SPDX-License-Identifier: Apache-2.0
package android.os;

import java.util.concurrent.Executor;

/** Fake: as hot as tests say. */
public final class PowerManager {
  private OnThermalStatusChangedListener listener;
  private Executor executor;

  public void addThermalStatusListener(Executor on, OnThermalStatusChangedListener added) {
    executor = on;
    listener = added;
  }

  public void removeThermalStatusListener(OnThermalStatusChangedListener removed) {
    if (listener == removed) listener = null;
  }

  public void fakeStatus(int status) {
    if (listener != null) executor.execute(() -> listener.onThermalStatusChanged(status));
  }

  public boolean fakeIsWatched() {
    return listener != null;
  }

  /** As Android's. */
  public interface OnThermalStatusChangedListener {
    void onThermalStatusChanged(int status);
  }
}
