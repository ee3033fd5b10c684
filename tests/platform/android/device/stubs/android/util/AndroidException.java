// SPDX-License-Identifier: Apache-2.0
package android.util;

public class AndroidException extends Exception {
  public AndroidException() {}
}
