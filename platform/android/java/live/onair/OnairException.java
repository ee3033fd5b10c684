// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Why a call was refused, or why something failed that a listener is told of. A call that throws
 * changed nothing, and what it was given stays the caller's.
 *
 * <p>Unchecked, because what calls refuse are mistakes of the program; what the world does to a
 * stream arrives at listeners.
 */
public final class OnairException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong. */
  private final ErrorCode code;
  /** A field, a host, a file; may be empty. */
  private final String detail;
  /** errno, HTTP status or another library's number; 0 without one. */
  private final int nativeCode;

  OnairException(ErrorCode code, String detail, int nativeCode) {
    super((detail.isEmpty() ? "" : detail + ": ") + code.meaning() + " [" + code.label() + "]");
    this.code = code;
    this.detail = detail;
    this.nativeCode = nativeCode;
  }

  // Called by the library.
  OnairException(int number, String detail, int nativeCode) {
    this(ErrorCode.of(number), detail, nativeCode);
  }

  static OnairException refuse(String argument) {
    return new OnairException(ErrorCode.INVALID_CONFIG, argument, 0);
  }

  /**
   * What failed.
   *
   * @return never null
   */
  public ErrorCode code() {
    return code;
  }

  /**
   * The stable name of the code, the same in C++, C and Java.
   *
   * @return such as {@code "config.invalid"}
   */
  public String name() {
    return code.label();
  }

  /**
   * Names what was wrong: a field, a host, a file. Never a secret.
   *
   * @return empty where there is nothing to name
   */
  public String detail() {
    return detail;
  }

  /**
   * The number of whoever refused: errno, HTTP status or another library's.
   *
   * @return 0 without one
   */
  public int nativeCode() {
    return nativeCode;
  }
}
