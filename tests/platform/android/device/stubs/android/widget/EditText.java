// SPDX-License-Identifier: Apache-2.0
package android.widget;

public class EditText extends TextView {
  public EditText(android.content.Context a) { super(null); }
  public android.text.Editable getText() { return null; }
}
