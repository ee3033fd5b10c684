// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/face_follower.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "beauty/face/detection_pace.h"
#include "beauty/face/face_track.h"
#include "beauty/face/scene.h"
#include "beauty/face/serial.h"
#include "beauty/face/small_picture.h"
#include "beauty/face/usable_faces.h"
#include "core/base/check.h"

namespace onair::beauty {
namespace {

// Long side of the pictures that faces are followed in and detected in.
// Source: ours; face_bench, 2026-11-21: 0.2 ms a 720p picture, and a face of a tenth of the
// picture's width is still 32 pixels.
constexpr int kSmallSide = 320;
// Pictures with a shorter side show no face that could be followed.
constexpr int kLeastSide = 32;
// A detector that takes longer has died.
constexpr TimeDelta kMostWait = TimeDelta::Seconds(2);
// Longer leaps of pts are holes, not time in which faces moved.
constexpr TimeDelta kMostPassed = TimeDelta::Seconds(1);
// Points of all faces together; a lone face has 25. Source: ours; face_bench, 2026-11-21.
constexpr int kMostPoints = 120;
constexpr int kMostGrid = 5;
constexpr int kLeastGrid = 3;
// Faces kept, of which the largest kMaxFaces are shown: some of them are on their way out.
constexpr std::size_t kMostTracks = 2 * kMaxFaces;

bool HasSameShape(cv::Size a, cv::Size b) {
  // Equal up to the rounding of sides.
  return std::abs(a.width * b.height - b.width * a.height) <= std::max(a.width, b.width);
}

}  // namespace

Status FollowConfig::Validate() const {
  const auto within = [](TimeDelta v, TimeDelta least, TimeDelta most) {
    return v >= least && v <= most;
  };
  if (!within(detect_every, TimeDelta::Millis(33), TimeDelta::Seconds(2))) {
    return Fail(ErrorCode::kInvalidConfig, "detect_every");
  }
  if (!within(hold, TimeDelta::Zero(), TimeDelta::Seconds(10))) {
    return Fail(ErrorCode::kInvalidConfig, "hold");
  }
  if (!within(fade, TimeDelta::Zero(), TimeDelta::Seconds(2))) {
    return Fail(ErrorCode::kInvalidConfig, "fade");
  }
  return {};
}

class FaceFollower::Following {
 public:
  explicit Following(const FollowConfig& config)
      : timing_{config.hold, config.fade}, pace_(config.detect_every) {
    ONAIR_DCHECK(config.Validate().has_value());
  }

  Followed Follow(const Picture& picture, MediaTime pts) {
    const TimeDelta passed = Advance(pts);
    const PictureSize small = SizeWithin(picture.size(), kSmallSide);
    if (std::min(small.width, small.height) < kLeastSide) {
      Forget();
      return {};
    }
    const cv::Size size(small.width, small.height);
    if (size != size_) Resize(size);
    luma_ = SmallLuma(picture, small);
    levels_.clear();
    const bool is_cut = LookForCut();
    RunSerially([&] { FlowAll(passed); });
    Followed followed{Show(passed), std::nullopt};
    if (WantsDetection(passed, is_cut)) followed.request = Ask(picture, small, pts);
    return followed;
  }

  void OnDetections(MediaTime pts, std::span<const DetectedFace> found) {
    const auto asked = TakeAsked(pts);
    if (!asked) return;
    pace_.OnAnswered(asked->waited);
    ++stats_.answered;
    UsableFaces usable = FindUsable(found, size_);
    stats_.unusable_faces += usable.left_out;
    RunSerially([&] { Merge(*asked, std::move(usable.faces)); });
  }

  void OnDetectionFailed(MediaTime pts) {
    const auto asked = TakeAsked(pts);
    if (asked) Failed();
  }

  Faces Again() {
    if (size_.empty()) return {};
    if (is_first_picture_) {
      for (auto& track : tracks_) track.AppearAtOnce();
    }
    return Show(TimeDelta::Zero());
  }

  void StartAgain() {
    ++stats_.broken;
    Forget();
  }

  const FollowStats& stats() const { return stats_; }

 private:
  struct Asked {
    MediaTime pts;
    TimeDelta waited = TimeDelta::Zero();
    cv::Mat luma;
    bool is_stale = false;  // A cut came since.
  };

  TimeDelta Advance(MediaTime pts) {
    const TimeDelta passed = last_pts_
                                 ? std::clamp(pts - *last_pts_, TimeDelta::Zero(), kMostPassed)
                                 : TimeDelta::Zero();
    is_first_picture_ = !last_pts_;
    last_pts_ = pts;
    if (asked_) asked_->waited += passed;
    if (asked_ && asked_->waited > kMostWait) {
      asked_.reset();
      Failed();
    }
    return passed;
  }

  void Forget() {
    tracks_.clear();
    tiny_.release();
    quiet_.release();
    size_ = {};
    if (asked_) asked_->is_stale = true;
  }

  void Resize(cv::Size size) {
    if (size_.empty() || !HasSameShape(size, size_)) {
      Forget();
    } else {
      const float factor = static_cast<float>(size.width) / static_cast<float>(size_.width);
      for (auto& track : tracks_) track.Rescale(factor);
      needs_anchor_ = true;
      tiny_.release();
      quiet_.release();
      if (asked_) asked_->is_stale = true;
    }
    size_ = size;
  }

  bool LookForCut() {
    cv::Mat tiny = TinyOf(luma_);
    const bool is_cut = !tiny_.empty() && Compare(tiny, tiny_).IsCut();
    tiny_ = std::move(tiny);
    if (!is_cut) return false;
    ++stats_.cuts;
    for (auto& track : tracks_) track.Drop();
    if (asked_) asked_->is_stale = true;
    return true;
  }

  const LumaLevels& Levels() {
    if (levels_.empty()) levels_ = MakeLevels(luma_, LevelUse::kTo);
    return levels_;
  }

  void FlowAll(TimeDelta passed) {
    if (needs_anchor_) return AnchorAll();  // The anchor had another size.
    bool wants_anchor = false;
    for (auto& track : tracks_) {
      if (track.is_adrift()) continue;
      track.Flow(anchor_, Levels(), passed);
      wants_anchor = wants_anchor || track.wants_anchor();
    }
    if (wants_anchor) AnchorAll();
  }

  void AnchorAll() {
    needs_anchor_ = false;
    if (tracks_.empty()) return;
    anchor_ = MakeLevels(luma_, LevelUse::kFrom);
    const double fair = std::sqrt(kMostPoints / static_cast<double>(tracks_.size()));
    const int grid = std::clamp(static_cast<int>(fair), kLeastGrid, kMostGrid);
    for (auto& track : tracks_) track.Anchor(grid);
  }

  Faces Show(TimeDelta passed) {
    Faces faces;
    for (auto& track : tracks_) {
      if (const auto face = track.Show(passed, size_)) faces.push_back(*face);
    }
    tracks_.erase(std::remove_if(tracks_.begin(), tracks_.end(),
                                 [](const FaceTrack& t) { return t.is_over(); }),
                  tracks_.end());
    std::erase_if(faces, [](const Face& face) { return face.presence <= 0; });
    std::stable_sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) {
      return a.box.width * a.box.height > b.box.width * b.box.height;
    });
    if (faces.size() > kMaxFaces) faces.resize(kMaxFaces);
    return faces;
  }

  SceneState State(bool is_cut) const {
    if (is_cut || is_new_scene_) return SceneState::kCut;
    SceneState state = SceneState::kStill;
    for (const auto& track : tracks_) {
      if (track.is_doubtful() || track.speed() > kFastSpeed) return SceneState::kDoubtful;
      if (track.speed() > kStillSpeed) state = SceneState::kLively;
    }
    if (!tracks_.empty()) return state;
    const bool is_same = !quiet_.empty() && Compare(tiny_, quiet_).IsNothing();
    return is_same ? SceneState::kSame : SceneState::kLively;
  }

  bool WantsDetection(TimeDelta passed, bool is_cut) {
    is_new_scene_ = is_new_scene_ || is_cut;
    const bool is_due = pace_.OnPicture(passed, State(is_cut));
    return is_due && (!asked_ || asked_->is_stale);
  }

  std::optional<DetectionRequest> Ask(const Picture& picture, PictureSize small, MediaTime pts) {
    auto copy = SmallCopy(picture, small);
    if (!copy) return std::nullopt;
    asked_ = Asked{pts, TimeDelta::Zero(), luma_, false};
    asked_tiny_ = tiny_;
    is_new_scene_ = false;
    pace_.OnAsked();
    ++stats_.asked;
    RunSerially([&] { AnchorAll(); });
    for (auto& track : tracks_) track.MarkAsked();
    return DetectionRequest{std::move(*copy), pts};
  }

  // The request that `pts` answers, unless it is too late for it.
  std::optional<Asked> TakeAsked(MediaTime pts) {
    if (!asked_ || asked_->pts != pts || asked_->is_stale) {
      if (asked_ && asked_->pts == pts) asked_.reset();
      ++stats_.ignored;
      return std::nullopt;
    }
    return std::exchange(asked_, std::nullopt);
  }

  void Failed() {
    ++stats_.failed;
    pace_.OnFailed();
    for (auto& track : tracks_) track.Miss();
  }

  // Nearest pairs first.
  void Merge(const Asked& asked, std::vector<FoundFace> found) {
    std::vector<bool> is_seen(tracks_.size(), false);
    bool is_any_new = false;
    quiet_ = found.empty() && tracks_.empty() ? asked_tiny_ : cv::Mat();
    while (const auto pair = Nearest(found, is_seen)) {
      is_seen[pair->track] = true;
      FaceTrack& track = tracks_[pair->track];
      if (track.is_adrift()) {
        track.Revive(MovedOn(asked, found[pair->found]));
        is_any_new = true;
      } else {
        track.Correct(found[pair->found]);
      }
      found.erase(found.begin() + static_cast<std::ptrdiff_t>(pair->found));
    }
    for (std::size_t i = 0; i < is_seen.size(); ++i) {
      if (!is_seen[i]) tracks_[i].Miss();
    }
    for (const FoundFace& face : found) {
      if (tracks_.size() >= kMostTracks) break;
      tracks_.emplace_back(next_id_++, MovedOn(asked, face), timing_);
      is_any_new = true;
    }
    if (is_any_new) AnchorAll();
  }

  struct Pair {
    std::size_t track;
    std::size_t found;
  };
  std::optional<Pair> Nearest(const std::vector<FoundFace>& found,
                              const std::vector<bool>& is_seen) const {
    float least = 1;
    std::optional<Pair> nearest;
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      for (std::size_t f = 0; !is_seen[t] && f < found.size(); ++f) {
        const float distance = tracks_[t].DistanceTo(found[f]);
        if (distance >= least) continue;
        least = distance;
        nearest = Pair{t, f};
      }
    }
    return nearest;
  }

  // `face` of the asked picture, in the newest one.
  FoundFace MovedOn(const Asked& asked, const FoundFace& face) {
    if (asked.luma.data == luma_.data) return face;
    const LumaLevels from = MakeLevels(asked.luma, LevelUse::kFrom);
    const auto flow = FindFlow(from, Levels(), GridOver(face.box, kMostGrid), {});
    return flow ? Moved(face, flow->motion) : face;
  }

  const FaceTrack::Timing timing_;
  DetectionPace pace_;
  FollowStats stats_;
  std::vector<FaceTrack> tracks_;
  std::uint32_t next_id_ = 1;

  std::optional<MediaTime> last_pts_;
  bool is_first_picture_ = false;
  cv::Size size_;
  cv::Mat luma_;       // Of the newest picture,
  LumaLevels levels_;  // made when they are first needed.
  LumaLevels anchor_;
  bool needs_anchor_ = false;
  cv::Mat tiny_;               // Of the newest picture;
  cv::Mat asked_tiny_;         // of the asked one;
  cv::Mat quiet_;              // of the last one in which no face was found.
  bool is_new_scene_ = false;  // A cut that no detection was asked for yet.
  std::optional<Asked> asked_;
};

FaceFollower::FaceFollower(const FollowConfig& config)
    : following_(std::make_unique<Following>(config)) {}
FaceFollower::~FaceFollower() = default;

// OpenCV throws when memory runs out, and for mistakes of ours: this picture then has no faces.
FaceFollower::Followed FaceFollower::Follow(const Picture& picture, MediaTime pts) {
  try {
    return following_->Follow(picture, pts);
  } catch (const std::exception&) {
    following_->StartAgain();
    return {};
  }
}

void FaceFollower::OnDetections(MediaTime pts, std::span<const DetectedFace> found) {
  try {
    following_->OnDetections(pts, found);
  } catch (const std::exception&) {
    following_->StartAgain();
  }
}

void FaceFollower::OnDetectionFailed(MediaTime pts) {
  following_->OnDetectionFailed(pts);
}

Faces FaceFollower::Again() {
  return following_->Again();
}

const FollowStats& FaceFollower::stats() const {
  return following_->stats();
}

}  // namespace onair::beauty
