// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.List;

/** Finds faces, for the effects that need them and for quality where faces are. */
public interface FaceFinder {
  /**
   * The faces of an upright picture, in any order. Called on a thread of the library's own, on every
   * few pictures: it may take tens of milliseconds. May call anything but {@link Publisher#close()}.
   *
   * <p>What it throws is contained and logged, and told to {@link
   * Publisher.Listener#onFacesFailed}; the stream goes on without faces.
   *
   * @param picture to look at; taken back after return
   * @return may be empty; the largest 16 are followed
   */
  List<FoundFace> find(LentPicture picture);
}
