// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** Which way a camera looks. An external one is treated as one that looks away from the user. */
public enum Facing { FRONT, BACK, EXTERNAL }
