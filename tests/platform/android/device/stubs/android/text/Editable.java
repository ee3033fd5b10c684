// SPDX-License-Identifier: Apache-2.0
package android.text;

public interface Editable extends CharSequence {
}
