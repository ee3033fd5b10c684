// SPDX-License-Identifier: Apache-2.0
//
// From the camera's picture to its bits in a live publisher: scaling, faces, beauty, regions of
// interest, x264 superfast at 720p30 and 1500 kbit/s.
//   effects_bench CLIP [MODEL.onnx]    faces by the cascade, or by YuNet where its model is given
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "beauty/face/cascade_detector.h"
#include "beauty/face/yunet_detector.h"
#include "capture/file/file_source.h"
#include "platform/sdk/publisher.h"

namespace onair {
namespace {

constexpr int kSeconds = 12;

PublisherConfig Plain(const std::string& recording) {
  PublisherConfig config;
  config.urls = {"file:" + recording};
  config.audio.reset();
  config.video->preset = "superfast";
  config.video->roi_strength = 0;
  return config;
}

PublisherConfig WithEffects(const std::string& recording, const std::string& model) {
  PublisherConfig config = Plain(recording);
  config.video->roi_strength = 1;
  config.effects.beauty = {
      .smooth = 0.4F, .whiten = 0.3F, .ruddy = 0.2F, .sharpen = 0.3F, .slim = 0.3F, .eyes = 0.2F};
  config.effects.make_face_detector = [model] {
    return model.empty() ? beauty::OpenCascade() : beauty::OpenYuNet(model);
  };
  return config;
}

void Print(const char* name, const Percentiles& spans) {
  const auto ms = [&](double q) { return spans.Quantile(q).value_or(TimeDelta::Zero()).ms_f(); };
  std::printf("  %-22s %8.2f %8.2f %8.2f\n", name, ms(0.5), ms(0.95), ms(1.0));
}

void Run(const char* title, const PublisherConfig& config, const std::string& clip) {
  capture::FileSourceConfig file;
  file.loop = capture::Loop::kForever;
  auto source = capture::OpenFile(clip, file);
  auto publisher = Publisher::Create(
      config, [](const auto& task) { task(); }, [](const PublishEvent&) {});
  if (!source || !publisher) {
    std::fprintf(stderr, "%s\n", ToString(source ? publisher.error() : source.error()).c_str());
    std::exit(1);
  }
  Publisher::Sources sources;
  sources.media.push_back(std::move(*source));
  (*publisher)->SetSources(std::move(sources));
  if (!(*publisher)->Start()) std::exit(1);
  std::this_thread::sleep_for(std::chrono::seconds(kSeconds));
  const PublisherStats stats = (*publisher)->stats();
  std::printf("%s: %lld pictures, %lld dropped\n", title,
              static_cast<long long>(stats.frames_encoded),
              static_cast<long long>(stats.frames_dropped));
  if (stats.faces) {
    Print("faces (video thread)", stats.faces->follow);
    Print("detection (own thread)", stats.faces->detect);
    Print("beauty", stats.beauty);
  }
  Print("encode", stats.encode);
  Print("picture to bits", stats.picture_to_bits);
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: effects_bench CLIP [MODEL.onnx]\n");
    return 2;
  }
  const std::string recording = "/tmp/onair_effects_bench_" + std::to_string(getpid()) + ".flv";
  std::printf("%-24s %8s %8s %8s\n", "ms", "p50", "p95", "max");
  Run("without effects", Plain(recording), argv[1]);
  Run("faces, beauty, regions", WithEffects(recording, argc > 2 ? argv[2] : ""), argv[1]);
  unlink(recording.c_str());
  return 0;
}

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  return onair::Main(argc, argv);
}
