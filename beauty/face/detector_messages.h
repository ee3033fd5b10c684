// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace onair::beauty {

// OpenCV prints to stderr what goes wrong in it, beside the error that it gives.
enum class DetectorMessages { kPrinted = 1, kDropped = 2 };

// For the whole process, also for the app's own use of OpenCV: for a program to call as it
// starts. This library never does.
void SetDetectorMessages(DetectorMessages messages);

}  // namespace onair::beauty
