// SPDX-License-Identifier: Apache-2.0
package android.view;

public interface WindowManager {
  Display getDefaultDisplay();
}
