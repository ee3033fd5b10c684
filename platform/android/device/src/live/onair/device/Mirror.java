// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** Whether left and right change places. */
public enum Mirror { NONE, LEFT_RIGHT }
