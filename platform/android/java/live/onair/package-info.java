// SPDX-License-Identifier: Apache-2.0
/**
 * Live streaming for apps in Java: {@link live.onair.Publisher}, {@link live.onair.Player} and
 * {@link live.onair.PreloadPool}. Nothing here needs Android; it runs on any JVM of Java 8 or newer
 * that finds the native library {@code onair_jni}.
 */
package live.onair;
