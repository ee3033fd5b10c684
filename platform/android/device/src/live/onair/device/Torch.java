// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** The camera's light. */
public enum Torch { OFF, ON }
