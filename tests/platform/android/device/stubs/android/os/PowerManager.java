// SPDX-License-Identifier: Apache-2.0
package android.os;

public final class PowerManager {
  PowerManager() {}
  public void addThermalStatusListener(java.util.concurrent.Executor a, OnThermalStatusChangedListener b) {}
  public void removeThermalStatusListener(OnThermalStatusChangedListener a) {}

  public interface OnThermalStatusChangedListener {
    void onThermalStatusChanged(int a);
  }
}
