// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/yunet_detector.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <opencv2/objdetect.hpp>
#include <opencv2/objdetect/face.hpp>
#include <utility>
#include <vector>

#include "beauty/face/caught.h"
#include "beauty/face/serial.h"
#include "beauty/face/small_picture.h"

namespace onair::beauty {
namespace {

// Overlap above which two boxes are one face. Source: OpenCV 4.6 samples/dnn/face_detect.cpp.
constexpr float kSameFace = 0.3F;
// Candidates looked at. Source: ours; far more than kMaxFaces even with every face found 20 times.
constexpr int kCandidates = 512;
// A side below this shows no face.
constexpr int kLeastSide = 16;
// The network halves its input six times: smaller pictures get a border.
constexpr int kLeastInput = 64;
constexpr int kRowFloats = 15;  // Box 4, landmarks 10, score 1.

FacePoint PointAt(const float* row, PictureSize size) {
  return {row[0] / static_cast<float>(size.width), row[1] / static_cast<float>(size.height)};
}

DetectedFace FaceOf(const float* row, PictureSize size) {
  const FacePoint corner = PointAt(row, size);
  const FacePoint extent = PointAt(row + 2, size);
  DetectedFace face;
  face.box = {corner.x, corner.y, extent.x, extent.y};
  face.landmarks =
      FaceLandmarks{PointAt(row + 4, size), PointAt(row + 6, size), PointAt(row + 8, size),
                    PointAt(row + 10, size), PointAt(row + 12, size)};
  face.confidence = std::clamp(row[14], 0.0F, 1.0F);
  return face;
}

// The picture at its top left, grown where it is too small for the network.
cv::Mat ForNetwork(const cv::Mat& bgr) {
  cv::Mat input;
  cv::copyMakeBorder(bgr, input, 0, std::max(0, kLeastInput - bgr.rows), 0,
                     std::max(0, kLeastInput - bgr.cols), cv::BORDER_CONSTANT);
  return input;
}

class YuNetDetector final : public FaceDetector {
 public:
  YuNetDetector(cv::Ptr<cv::FaceDetectorYN> network, const YuNetConfig& config)
      : network_(std::move(network)), config_(config) {}

  Result<std::vector<DetectedFace>> Detect(const Picture& picture) override {
    const PictureSize size = SizeWithin(picture.size(), config_.long_side);
    if (std::min(size.width, size.height) < kLeastSide) return std::vector<DetectedFace>{};
    try {
      auto small = SmallCopy(picture, size);
      if (!small) return Forward(small);
      return FacesIn(ForNetwork(ToBgr(*small)), size);
    } catch (...) {
      return FailAsCaught("YuNet");
    }
  }

 private:
  Result<std::vector<DetectedFace>> FacesIn(const cv::Mat& bgr, PictureSize size) {
    cv::Mat rows;
    RunSerially([&] {
      if (network_->getInputSize() != bgr.size()) network_->setInputSize(bgr.size());
      network_->detect(bgr, rows);
    });
    std::vector<DetectedFace> faces;
    if (rows.empty()) return faces;
    if (rows.cols != kRowFloats || rows.type() != CV_32FC1) {
      return Fail(ErrorCode::kFaceModel, "the model answers in another shape");
    }
    for (int i = 0; i < rows.rows; ++i) {
      const float* row = rows.ptr<float>(i);
      if (!std::all_of(row, row + kRowFloats, [](float v) { return std::isfinite(v); })) {
        return Fail(ErrorCode::kFaceModel, "the model answers with no numbers");
      }
      faces.push_back(FaceOf(row, size));
    }
    return faces;
  }

  cv::Ptr<cv::FaceDetectorYN> network_;
  const YuNetConfig config_;
};

// A flat grey picture: the whole network runs, and a sane one sees no face in it.
Status DryRun(YuNetDetector& detector) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {160, 96});
  if (!builder) return Forward(builder);
  for (std::size_t p = 0; p < 3; ++p) {
    const int rows = p == 0 ? 96 : 48;
    std::fill_n(builder->plane(p).data, builder->plane(p).stride_bytes * rows, std::uint8_t{128});
  }
  const auto found = detector.Detect(std::move(*builder).Freeze());
  if (!found) return Forward(found);
  if (!found->empty()) return Fail(ErrorCode::kFaceModel, "the model sees faces in a grey picture");
  return {};
}

}  // namespace

Status YuNetConfig::Validate() const {
  if (long_side < 64 || long_side > 640) return Fail(ErrorCode::kInvalidConfig, "long_side");
  if (!(least_confidence > 0 && least_confidence < 1)) {
    return Fail(ErrorCode::kInvalidConfig, "least_confidence");
  }
  return {};
}

Result<std::unique_ptr<FaceDetector>> OpenYuNet(const std::string& model_path,
                                                const YuNetConfig& config) {
  if (const auto valid = config.Validate(); !valid) return Forward(valid);
  if (!std::ifstream(model_path, std::ios::binary)) {
    return Fail(ErrorCode::kFileNotFound, model_path, errno);
  }
  try {
    auto network = cv::FaceDetectorYN::create(model_path, "", cv::Size(160, 96),
                                              config.least_confidence, kSameFace, kCandidates);
    auto detector = std::make_unique<YuNetDetector>(std::move(network), config);
    if (const auto ran = DryRun(*detector); !ran) return Forward(ran);
    return detector;
  } catch (...) {
    return FailAsCaught(model_path);
  }
}

}  // namespace onair::beauty
