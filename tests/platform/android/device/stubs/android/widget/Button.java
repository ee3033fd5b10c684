// SPDX-License-Identifier: Apache-2.0
package android.widget;

public class Button extends TextView {
  public Button(android.content.Context a) { super(null); }
}
