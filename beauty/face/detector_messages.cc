// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/detector_messages.h"

#include <opencv2/core/utils/logger.hpp>

namespace onair::beauty {

void SetDetectorMessages(DetectorMessages messages) {
  using namespace cv::utils::logging;  // NOLINT(google-build-using-namespace)
  // Warnings are what OpenCV 4.6 prints where nobody says anything.
  setLogLevel(messages == DetectorMessages::kDropped ? LOG_LEVEL_SILENT : LOG_LEVEL_WARNING);
}

}  // namespace onair::beauty
