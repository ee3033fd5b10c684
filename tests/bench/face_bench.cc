// SPDX-License-Identifier: Apache-2.0
//
// What finding and following faces costs, and how well it does.
//   face_bench [CLIPS [MODEL]]
// CLIPS: a folder with clips and, in CLIPS/boxes, the reference: NAME_WxH.txt holds a line
// "x y width height found" in pixels for each picture of the first clip whose file name has
// NAME in it. MODEL: the YuNet file; without one CLIPS/models is looked into.
// The cost of pictures without faces is measured always, on a drawn one.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "beauty/face/cascade_detector.h"
#include "beauty/face/face_follower.h"
#include "beauty/face/face_regions.h"
#include "beauty/face/yunet_detector.h"
#include "capture/file/file_source.h"
#include "core/base/rng.h"

namespace {

using namespace onair;
namespace fs = std::filesystem;

struct Clip {
  std::string name;
  std::vector<Picture> pictures;
  std::vector<std::optional<FaceBox>> reference;
};

// CPU time of this thread: others on the machine do not count.
double CpuMs() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

std::vector<Picture> ReadPictures(const std::string& path, std::size_t most) {
  std::vector<Picture> pictures;
  capture::FileSourceConfig config;
  config.tracks = capture::FileTracks::kVideoOnly;
  auto source = capture::OpenFile(path, config);
  while (source && pictures.size() < most) {
    const auto next = (*source)->Next();
    if (!next || !*next) break;
    auto frame = (*source)->ReadVideo({Timestamp::Zero(), UtcTime::Micros(0)});
    if (!frame) break;
    pictures.push_back(frame->picture);
  }
  return pictures;
}

Clip ReadClip(const fs::path& folder, const fs::path& boxes) {
  Clip clip;
  const std::string stem = boxes.stem().string();
  clip.name = stem.substr(0, stem.rfind('_'));
  float w = 1, h = 1;
  std::sscanf(stem.c_str() + stem.rfind('_') + 1, "%fx%f", &w, &h);
  std::ifstream lines(boxes);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    float x = 0, y = 0, bw = 0, bh = 0, found = 0;
    in >> x >> y >> bw >> bh >> found;
    clip.reference.push_back(found > 0 ? std::optional(FaceBox{x / w, y / h, bw / w, bh / h})
                                       : std::nullopt);
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    if (entry.path().filename().string().find(clip.name) == std::string::npos) continue;
    clip.pictures = ReadPictures(entry.path().string(), clip.reference.size());
    break;
  }
  return clip;
}

float Overlap(const FaceBox& a, const FaceBox& b) {
  const float w = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const float h = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a.width * a.height + b.width * b.height - w * h);
}

struct Score {
  int wanted = 0, hit = 0, extra = 0, pictures = 0, detections = 0, changes = 0,
      landmark_changes = 0;
  double iou = 0;
  std::int64_t cuts = 0;                // Seen; no clip has one.
  std::vector<double> ms;               // Following and detecting, a picture.
  std::vector<double> detect_ms;        // A detection.
  std::vector<double> follow_ms;        // Following alone, a picture: what the video thread pays.
  int wanted_later = 0, hit_later = 0;  // From the first face shown on.

  void Judge(const Faces& faces, const std::optional<FaceBox>& reference) {
    ++pictures;
    float best = 0;
    for (const Face& face : faces) {
      if (reference) best = std::max(best, Overlap(face.box, *reference));
    }
    if (reference) ++wanted;
    if (best > 0) ++hit;
    if (reference && hit > 0) ++wanted_later;
    if (best > 0) ++hit_later;
    iou += best;
    extra += static_cast<int>(faces.size()) - (best > 0 ? 1 : 0);
  }
  void Add(const Score& other) {
    wanted += other.wanted;
    hit += other.hit;
    extra += other.extra;
    pictures += other.pictures;
    detections += other.detections;
    iou += other.iou;
    cuts += other.cuts;
    wanted_later += other.wanted_later;
    hit_later += other.hit_later;
    follow_ms.insert(follow_ms.end(), other.follow_ms.begin(), other.follow_ms.end());
    ms.insert(ms.end(), other.ms.begin(), other.ms.end());
    detect_ms.insert(detect_ms.end(), other.detect_ms.begin(), other.detect_ms.end());
  }
};

double At(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Answers come `late` pictures after the request, as from a thread of its own.
Score Follow(const Clip& clip, FaceDetector& detector, int late) {
  Score score;
  beauty::FaceFollower follower;
  struct Pending {
    MediaTime pts;
    std::vector<DetectedFace> found;
    int due;
  };
  std::optional<Pending> pending;
  RoiMap last;
  Faces last_faces;
  for (std::size_t i = 0; i < clip.pictures.size(); ++i) {
    const double begin = CpuMs();
    if (pending && pending->due <= static_cast<int>(i)) {
      follower.OnDetections(pending->pts, pending->found);
      pending.reset();
    }
    const auto pts = MediaTime::Micros(static_cast<std::int64_t>(i) * 1'000'000 / 30);
    const auto followed = follower.Follow(clip.pictures[i], pts);
    score.follow_ms.push_back(CpuMs() - begin);
    if (followed.request) {
      const double before = CpuMs();
      auto found = detector.Detect(followed.request->picture);
      score.detect_ms.push_back(CpuMs() - before);
      if (found) pending = Pending{pts, std::move(*found), static_cast<int>(i) + late};
      ++score.detections;
    }
    score.ms.push_back(CpuMs() - begin);
    RoiMap map = beauty::FacesToRoi(followed.faces);
    score.changes += i > 0 && map != last;
    last = std::move(map);
    score.landmark_changes += i > 0 && followed.faces != last_faces;
    last_faces = followed.faces;
    score.cuts = follower.stats().cuts;
    score.Judge(followed.faces, i < clip.reference.size() ? clip.reference[i] : std::nullopt);
  }
  return score;
}

// The detector alone on every picture.
Score DetectAll(const Clip& clip, FaceDetector& detector) {
  Score score;
  for (std::size_t i = 0; i < clip.pictures.size(); ++i) {
    const double begin = CpuMs();
    const auto found = detector.Detect(clip.pictures[i]);
    score.ms.push_back(CpuMs() - begin);
    Faces faces;
    if (found) {
      for (const auto& face : *found) faces.push_back({1, face.box, face.landmarks, 1});
    }
    score.Judge(faces, i < clip.reference.size() ? clip.reference[i] : std::nullopt);
  }
  return score;
}

void PrintHead(const char* title) {
  std::printf("\n%-26s %7s %7s %7s %9s %9s %7s %7s %7s %7s %8s\n", title, "mean ms", "p50", "p95",
              "follow50", "follow95", "hit %", "later %", "IoU", "extra", "detects");
}

void PrintRow(const std::string& name, const Score& s) {
  const double wanted = std::max(1, s.wanted);
  std::printf("%-26s %7.3f %7.3f %7.3f %9.3f %9.3f %7.2f %7.2f %7.3f %7.3f %8d\n", name.c_str(),
              Mean(s.ms), At(s.ms, 0.5), At(s.ms, 0.95), At(s.follow_ms, 0.5),
              At(s.follow_ms, 0.95), 100 * s.hit / wanted,
              100.0 * s.hit_later / std::max(1, s.wanted_later), s.iou / wanted,
              static_cast<double>(s.extra) / std::max(1, s.pictures), s.detections);
}

void Compare(const char* name, const std::vector<Clip>& clips, FaceDetector& detector) {
  Score all;
  PrintHead((std::string(name) + ", every picture").c_str());
  for (const Clip& clip : clips) {
    const Score score = DetectAll(clip, detector);
    PrintRow(clip.name, score);
    all.Add(score);
  }
  PrintRow("all", all);
  for (const int late : {1, 4}) {
    Score sum, hd;
    PrintHead((std::string(name) + ", followed, " + std::to_string(late) + " late").c_str());
    for (const Clip& clip : clips) {
      const Score score = Follow(clip, detector, late);
      PrintRow(clip.name, score);
      sum.Add(score);
      if (clip.pictures.size() > 100 && clip.pictures[0].size().width == 1280) hd.Add(score);
    }
    PrintRow("all", sum);
    if (hd.pictures > 0) PrintRow("1280x720 clips", hd);
    std::printf("one detection: %.2f ms p50, %.2f ms p95; cuts seen: %d\n", At(sum.detect_ms, 0.5),
                At(sum.detect_ms, 0.95), static_cast<int>(sum.cuts));
  }
}

Picture Noisy(const Picture& picture, Rng& rng, int peak) {
  auto builder = *PictureBuilder::Allocate(picture.format(), picture.size());
  const auto [width, height] = picture.size();
  const bool is_planar = picture.format() == PixelFormat::kI420;
  for (std::size_t p = 0; p < (is_planar ? 3U : 2U); ++p) {
    const int columns = p == 0 ? width : ChromaSide(width) * (is_planar ? 1 : 2);
    const int rows = p == 0 ? height : ChromaSide(height);
    for (int y = 0; y < rows; ++y) {
      const auto* from = picture.plane(p).data + y * picture.plane(p).stride_bytes;
      auto* to = builder.plane(p).data + y * builder.plane(p).stride_bytes;
      for (int x = 0; x < columns; ++x) {
        const auto r = rng.Next();  // Four dice: near to a bell.
        const int sum = static_cast<int>(r & 255) + static_cast<int>((r >> 8) & 255) +
                        static_cast<int>((r >> 16) & 255) + static_cast<int>((r >> 24) & 255);
        to[x] = static_cast<std::uint8_t>(std::clamp(from[x] + (sum - 510) * peak / 510, 0, 255));
      }
    }
  }
  return std::move(builder).Freeze();
}

// Straying of the detector's own box: standard deviation of its middle, in widths.
double Straying(const Clip& still, FaceDetector& detector) {
  std::vector<double> x, y, widths;
  for (const Picture& picture : still.pictures) {
    const auto found = detector.Detect(picture);
    if (!found || found->size() != 1) continue;
    const FaceBox& box = found->front().box;
    const double shape = static_cast<double>(picture.size().height) / picture.size().width;
    x.push_back(box.x + box.width / 2);
    y.push_back((box.y + box.height / 2) * shape);
    widths.push_back(box.width);
  }
  double sum = 0;
  for (const auto& v : {x, y}) {
    for (const double value : v) sum += (value - Mean(v)) * (value - Mean(v));
  }
  return x.empty() ? 0 : std::sqrt(sum / static_cast<double>(x.size())) / Mean(widths);
}

// One picture over and over under fresh camera noise: nothing may change once it is found.
void StillFace(const char* name, const std::vector<Clip>& clips, FaceDetector& detector) {
  std::printf(
      "\n%s, still face under camera noise: changes in 100 pictures of the map, of faces and "
      "landmarks; straying of the detector, widths\n",
      name);
  for (const Clip& clip : clips) {
    Rng rng(1);
    Clip still{clip.name, {}, {}};
    for (int i = 0; i < 140; ++i) still.pictures.push_back(Noisy(clip.pictures[0], rng, 12));
    Clip settling = still;
    settling.pictures.resize(40, still.pictures[0]);
    const Score all = Follow(still, detector, 2);
    const Score first = Follow(settling, detector, 2);
    std::printf("%-26s %7d %7d %7.4f\n", clip.name.c_str(), all.changes - first.changes,
                all.landmark_changes - first.landmark_changes, Straying(still, detector));
  }
}

// What a picture costs while there is nobody in it and no detector.
void NoFaces() {
  std::printf("\nnobody in the picture, ms: mean, p95\n");
  for (const PictureSize size : {PictureSize{1280, 720}, {1920, 1080}, {3840, 2160}}) {
    auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
    for (int y = 0; y < size.height; ++y) {
      std::uint8_t* row = builder.plane(0).data + y * builder.plane(0).stride_bytes;
      for (int x = 0; x < size.width; ++x) row[x] = static_cast<std::uint8_t>(x * y >> 8);
    }
    const Picture picture = std::move(builder).Freeze();
    beauty::FaceFollower follower;
    std::vector<double> ms;
    for (int i = 0; i < 200; ++i) {
      const auto pts = MediaTime::Micros(i * 33'333);
      const double begin = CpuMs();
      const auto followed = follower.Follow(picture, pts);
      ms.push_back(CpuMs() - begin);
      if (followed.request) follower.OnDetections(pts, {});
    }
    std::printf("%4dx%-21d %7.3f %7.3f\n", size.width, size.height, Mean(ms), At(ms, 0.95));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = argc > 1 ? argv[1] : "";
  NoFaces();
  std::vector<Clip> clips;
  if (fs::is_directory(folder / "boxes")) {
    for (const auto& entry : fs::directory_iterator(folder / "boxes")) {
      Clip clip = ReadClip(folder, entry.path());
      if (!clip.pictures.empty()) clips.push_back(std::move(clip));
    }
  }
  if (clips.empty()) {
    std::printf("face_bench: no clips (face_bench CLIPS [MODEL]); no detector measured\n");
    return argc > 1 ? 1 : 0;
  }
  std::sort(clips.begin(), clips.end(), [](auto& a, auto& b) { return a.name < b.name; });
  const fs::path model =
      argc > 2 ? fs::path(argv[2]) : folder / "models" / "face_detection_yunet_2022mar.onnx";
  if (auto detector = beauty::OpenYuNet(model.string())) {
    Compare("YuNet", clips, **detector);
    StillFace("YuNet", clips, **detector);
  } else {
    std::printf("YuNet: %s\n", ToString(detector.error()).c_str());
  }
  if (auto detector = beauty::OpenCascade()) {
    Compare("cascade", clips, **detector);
    StillFace("cascade", clips, **detector);
  } else {
    std::printf("cascade: %s\n", ToString(detector.error()).c_str());
  }
  return 0;
}
