// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/cascade_detector.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <opencv2/objdetect.hpp>
#include <span>
#include <utility>
#include <vector>

#include "beauty/face/caught.h"
#include "beauty/face/serial.h"
#include "beauty/face/small_picture.h"

namespace onair::beauty {
namespace {

// How finely a search goes: the step between sizes, and the overlapping hits that make a face.
struct Search {
  double step;
  int least_hits;
};
// Source: ours; seven clips, 2026-11-21: steps of 1.1 and 3 hits find 92.1 % in 25 ms, these
// 91.8 % in 14 ms; 3 hits at this step 87.7 %.
constexpr Search kWhole{1.2, 2};
constexpr Search kKnown{1.1, 3};  // A small area: finer costs nothing.
// Every so many detections the whole picture is searched, for faces that came new.
// Source: ours; face_bench, 2026-11-21.
constexpr int kFullSearchEvery = 4;
// A known face is looked for in its box grown by this on each side, and between these sizes.
// Source: ours; face_bench, 2026-11-21: faces of seven clips are found again.
constexpr double kReach = 0.4;
constexpr double kShrink = 0.75;
constexpr double kGrow = 1.35;
// A cascade's square against the box from ear to ear and hairline to chin.
// Source: ours; medians over seven clips, 2026-11-21.
constexpr float kBoxWidth = 0.84F;
constexpr float kBoxHeight = 1.07F;
constexpr float kBoxDown = 0.015F;  // How far its middle lies lower, in parts of the height.
// Hits at which a face is as likely as not.
constexpr float kEvenHits = 2;

class CascadeDetector final : public FaceDetector {
 public:
  CascadeDetector(cv::CascadeClassifier cascade, const CascadeConfig& config)
      : cascade_(std::move(cascade)), config_(config) {}

  Result<std::vector<DetectedFace>> Detect(const Picture& picture) override {
    const PictureSize size = SizeWithin(picture.size(), config_.long_side);
    const cv::Size least = cascade_.getOriginalWindowSize();
    if (size.width < least.width || size.height < least.height) return std::vector<DetectedFace>{};
    try {
      const cv::Mat luma = SmallLuma(picture, size);
      std::vector<DetectedFace> faces;
      RunSerially([&] { faces = FacesIn(luma); });
      return faces;
    } catch (...) {
      return FailAsCaught("cascade");
    }
  }

 private:
  struct Hit {
    cv::Rect box;
    int count;  // Overlapping windows that said face.
  };

  std::vector<DetectedFace> FacesIn(const cv::Mat& luma) {
    if (luma.size() != searched_) known_.clear();
    searched_ = luma.size();
    const bool everywhere = known_.empty() || ++since_full_ >= kFullSearchEvery;
    std::vector<Hit> hits;
    if (everywhere || !SearchKnown(luma, hits)) {
      hits = SearchWhole(luma);
      since_full_ = 0;
    }
    Remember(hits);
    std::vector<DetectedFace> faces;
    for (const Hit& hit : hits) faces.push_back(FaceOf(hit));
    return faces;
  }

  std::vector<Hit> SearchWhole(const cv::Mat& luma) {
    const int least =
        static_cast<int>(config_.least_face * static_cast<float>(std::min(luma.cols, luma.rows)));
    return Find(luma, kWhole, {least, least}, {});
  }

  // Whether every known face was found again.
  bool SearchKnown(const cv::Mat& luma, std::vector<Hit>& hits) {
    for (const cv::Rect& face : known_) {
      const int reach = static_cast<int>(face.width * kReach);
      const cv::Rect area = cv::Rect(face.x - reach, face.y - reach, face.width + 2 * reach,
                                     face.height + 2 * reach) &
                            cv::Rect({}, luma.size());
      const auto sized = [&](double factor) {
        const int side = static_cast<int>(face.width * factor);
        return cv::Size(side, side);
      };
      const auto found = Find(luma(area), kKnown, sized(kShrink), sized(kGrow));
      if (found.empty()) return false;
      const auto best = std::max_element(found.begin(), found.end(),
                                         [](auto& a, auto& b) { return a.count < b.count; });
      hits.push_back({best->box + area.tl(), best->count});
    }
    return true;
  }

  std::vector<Hit> Find(const cv::Mat& luma, const Search& search, cv::Size least, cv::Size most) {
    std::vector<cv::Rect> boxes;
    std::vector<int> counts;
    cascade_.detectMultiScale(luma, boxes, counts, search.step, search.least_hits, 0, least, most);
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < boxes.size() && i < counts.size(); ++i) {
      hits.push_back({boxes[i], counts[i]});
    }
    return hits;
  }

  void Remember(const std::vector<Hit>& hits) {
    known_.clear();
    for (const Hit& hit : hits) {
      if (known_.size() < kMaxFaces) known_.push_back(hit.box);
    }
  }

  DetectedFace FaceOf(const Hit& hit) const {
    const auto width = static_cast<float>(hit.box.width);
    const auto height = static_cast<float>(hit.box.height);
    const float x = static_cast<float>(hit.box.x) + width / 2;
    const float y = static_cast<float>(hit.box.y) + height * (0.5F + kBoxDown);
    const auto across = static_cast<float>(searched_.width);
    const auto down = static_cast<float>(searched_.height);
    DetectedFace face;
    face.box = {(x - width * kBoxWidth / 2) / across, (y - height * kBoxHeight / 2) / down,
                width * kBoxWidth / across, height * kBoxHeight / down};
    face.confidence = static_cast<float>(hit.count) / (static_cast<float>(hit.count) + kEvenHits);
    return face;
  }

  cv::CascadeClassifier cascade_;
  const CascadeConfig config_;
  cv::Size searched_;
  std::vector<cv::Rect> known_;
  int since_full_ = 0;
};

}  // namespace

Status CascadeConfig::Validate() const {
  if (long_side < 96 || long_side > 640) return Fail(ErrorCode::kInvalidConfig, "long_side");
  if (!(least_face >= 0.05F && least_face <= 1)) {
    return Fail(ErrorCode::kInvalidConfig, "least_face");
  }
  return {};
}

Result<std::unique_ptr<FaceDetector>> OpenCascade(const CascadeConfig& config) {
  if (const auto valid = config.Validate(); !valid) return Forward(valid);
  if (!std::ifstream(config.path, std::ios::binary)) {
    return Fail(ErrorCode::kFileNotFound, config.path, errno);
  }
  try {
    cv::CascadeClassifier cascade;
    if (!cascade.load(config.path) || cascade.empty()) {
      return Fail(ErrorCode::kFaceModel, config.path + " is no cascade");
    }
    return std::make_unique<CascadeDetector>(std::move(cascade), config);
  } catch (...) {
    return FailAsCaught(config.path);
  }
}

}  // namespace onair::beauty
