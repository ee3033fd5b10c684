// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/flow.h"

#include <algorithm>
#include <cmath>
#include <opencv2/video/tracking.hpp>

namespace onair::beauty {
namespace {

// Patch and levels: 13 pixels at a quarter size reach 26 pixels beyond the guess, about a
// twelfth of the picture. Source: ours; face_bench, 2026-11-21.
const cv::Size kPatch(13, 13);
constexpr int kTopLevel = 2;
// Steps end after these. Source: ours; face_bench, 2026-11-21.
const cv::TermCriteria kEnough(cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 12, 0.03);
// Patches flatter than this cannot be placed. Source: OpenCV 4.6 calcOpticalFlowPyrLK default.
constexpr double kLeastTexture = 1e-4;
// A patch that differs more than this on average, in luma steps, is another one (a hand).
// Source: ours; camera noise stays under 6.
constexpr float kMostDifference = 22;
// Points this far from the common motion do not agree: pixels, and in parts of the spread of
// the points, for faces that talk and turn.
constexpr float kSlackPixels = 0.8F;
constexpr float kSlackOfSpread = 0.06F;
constexpr float kLeastAgreeing = 0.4F;
constexpr std::size_t kLeastPoints = 4;

struct Pairs {
  std::vector<cv::Point2f> from;
  std::vector<cv::Point2f> to;
};

cv::Point2f MeanOf(const std::vector<cv::Point2f>& points) {
  cv::Point2f sum(0, 0);
  for (const auto& p : points) sum += p;
  return sum * (1.0F / static_cast<float>(points.size()));
}

// The least-squares similarity, closed form.
Similarity Fit(const Pairs& pairs) {
  const cv::Point2f a = MeanOf(pairs.from);
  const cv::Point2f b = MeanOf(pairs.to);
  float along = 0;
  float across = 0;
  float spread = 0;
  for (std::size_t i = 0; i < pairs.from.size(); ++i) {
    const cv::Point2f p = pairs.from[i] - a;
    const cv::Point2f q = pairs.to[i] - b;
    along += p.dot(q);
    across += static_cast<float>(p.cross(q));
    spread += p.dot(p);
  }
  Similarity fit;
  if (spread > 0) fit = {along / spread, across / spread, {0, 0}};
  fit.shift = b - fit.Of(a);
  return fit;
}

float MedianOf(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// `motion` shifted so that half of the points lie on each side of it.
Similarity Centred(const Similarity& motion, const Pairs& pairs) {
  std::vector<float> x;
  std::vector<float> y;
  for (std::size_t i = 0; i < pairs.from.size(); ++i) {
    const cv::Point2f off = pairs.to[i] - motion.Of(pairs.from[i]);
    x.push_back(off.x);
    y.push_back(off.y);
  }
  return motion.Then({1, 0, {MedianOf(std::move(x)), MedianOf(std::move(y))}});
}

Pairs Agreeing(const Similarity& motion, const Pairs& pairs, float slack) {
  Pairs kept;
  for (std::size_t i = 0; i < pairs.from.size(); ++i) {
    if (cv::norm(pairs.to[i] - motion.Of(pairs.from[i])) > slack) continue;
    kept.from.push_back(pairs.from[i]);
    kept.to.push_back(pairs.to[i]);
  }
  return kept;
}

float SpreadOf(const std::vector<cv::Point2f>& points) {
  const cv::Point2f middle = MeanOf(points);
  float sum = 0;
  for (const auto& p : points) sum += static_cast<float>(cv::norm(p - middle));
  return sum / static_cast<float>(points.size());
}

Pairs Placed(const LumaLevels& from, const LumaLevels& to, const std::vector<cv::Point2f>& points,
             const Similarity& guess) {
  std::vector<cv::Point2f> found;
  for (const auto& p : points) found.push_back(guess.Of(p));
  std::vector<std::uint8_t> status;
  std::vector<float> difference;
  cv::calcOpticalFlowPyrLK(from, to, points, found, status, difference, kPatch, kTopLevel, kEnough,
                           cv::OPTFLOW_USE_INITIAL_FLOW, kLeastTexture);
  const cv::Rect2f inside({0, 0}, cv::Size2f(to.front().size()));
  Pairs pairs;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (status[i] == 0 || difference[i] > kMostDifference || !inside.contains(found[i])) continue;
    pairs.from.push_back(points[i]);
    pairs.to.push_back(found[i]);
  }
  return pairs;
}

}  // namespace

LumaLevels MakeLevels(const cv::Mat& luma, LevelUse use) {
  LumaLevels levels;
  cv::buildOpticalFlowPyramid(luma, levels, kPatch, kTopLevel, use == LevelUse::kFrom);
  return levels;
}

std::vector<cv::Point2f> GridOver(const cv::Rect2f& box, int side) {
  constexpr float kMargin = 0.15F;  // Outside it is hair and background.
  std::vector<cv::Point2f> points;
  const auto step = [&](int i) {
    return kMargin + (1 - 2 * kMargin) * static_cast<float>(i) / static_cast<float>(side - 1);
  };
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      points.emplace_back(box.x + box.width * step(column), box.y + box.height * step(row));
    }
  }
  return points;
}

std::optional<Flow> FindFlow(const LumaLevels& from, const LumaLevels& to,
                             const std::vector<cv::Point2f>& points, const Similarity& guess) {
  const auto enough = [&](const Pairs& pairs) {
    return pairs.from.size() >= kLeastPoints &&
           static_cast<float>(pairs.from.size()) >=
               kLeastAgreeing * static_cast<float>(points.size());
  };
  const Pairs placed = Placed(from, to, points, guess);
  if (!enough(placed)) return std::nullopt;
  const float slack = kSlackPixels + kSlackOfSpread * SpreadOf(points);
  Similarity motion = Centred(guess, placed);
  Pairs agreeing = Agreeing(motion, placed, 2 * slack);
  if (!enough(agreeing)) return std::nullopt;
  motion = Fit(agreeing);
  agreeing = Agreeing(motion, placed, slack);
  if (!enough(agreeing)) return std::nullopt;
  return Flow{Fit(agreeing),
              static_cast<float>(agreeing.from.size()) / static_cast<float>(points.size())};
}

}  // namespace onair::beauty
