// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace onair::devices {

// What FFmpeg and ALSA themselves write to stderr, such as eight lines of ALSA about a microphone
// that is not there. Our errors say the same in one line.
enum class LibraryMessages { kPrinted = 1, kDropped = 2 };

// Process-wide, so nothing in the library calls this: it is the program's choice, best made first
// in main(). Any thread.
void SetLibraryMessages(LibraryMessages messages);

}  // namespace onair::devices
