// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/roi_options.h"

#include "samples/quality/found_faces.h"

namespace onair::samples {
namespace {

// Half a second of live delay is what RTMP viewers already have several times over.
constexpr TimeDelta kQualityLookAhead = TimeDelta::Millis(334);

}  // namespace

CLI::App* AddRoiCommand(CommandLine& line, RoiOptions& o) {
  CLI::App* app = line.app().add_subcommand(
      "roi", "Codes a clip with and without regions of interest and compares the pictures");
  app->fallthrough();
  app->add_option("--input", o.input, "A media file, or raw I420 with its size in the name")
      ->required();
  app->add_option("--face", o.face,
                  "How faces are found: cascade, or yunet:FILE.onnx (better and faster). Default: "
                  "the cascade, or none where --boxes says where they are");
  app->add_option("--boxes", o.boxes,
                  "Where the faces are, to measure there: one picture per line, \"x y width "
                  "height\" in pixels; without --face the encoder is told them too");
  app->add_option("--video", o.video, "h264 or h265")->capture_default_str();
  app->add_option("--bitrates", o.bitrates_kbps, "Rates in kbit/s, apart by commas")
      ->delimiter(',')
      ->take_all()
      ->capture_default_str();
  app->add_option("--preset", o.preset, "Encoder preset")->capture_default_str();
  app->add_option("--mode", o.mode, "quality (looks ahead), fluency or balanced")
      ->capture_default_str();
  app->add_option("--look-ahead", o.look_ahead_ms,
                  "How long the encoder may hold pictures, ms, 0..1000 (default: by --mode)");
  app->add_option("--roi", o.roi, "Strength of the regions, 0..1")->capture_default_str();
  app->add_option("--noise", o.noise,
                  "Add camera noise of this many luma steps before coding (standard deviation); "
                  "the pictures are still compared with the clean ones")
      ->capture_default_str();
  app->add_option("--frames", o.frames, "Pictures to code, at most")->capture_default_str();
  app->add_option("--fps", o.fps, "Pictures per second the clip is taken for")
      ->capture_default_str();
  app->add_option("--gop", o.gop_s, "Seconds between key frames")->capture_default_str();
  app->add_option("--vbv", o.vbv_ms, "Rate buffer in ms, 100..2000")->capture_default_str();
  app->add_option("--threads", o.threads, "Encoder threads")->capture_default_str();
  app->add_option("--dump", o.dump, "Write the decoded pictures of each run: PREFIX-on-800.y4m")
      ->type_name("PREFIX");
  app->add_option("--sheet", o.sheet,
                  "Comparison sheet: without and with regions at equal rate, the lowest and a "
                  "middle one, with crops of face and background")
      ->type_name("FILE.png");
  app->add_option("--html", o.html, "Report to look at: curves, tables and the sheet in one page")
      ->type_name("FILE.html");
  return app;
}

std::optional<int> ToVideoConfig(const CommandLine& line, const RoiOptions& o,
                                 VideoConfig& config) {
  if (o.video != "h264" && o.video != "h265") {
    return line.Refuse("--video: '" + o.video + "' is not h264 or h265");
  }
  if (const auto choice = ParseFaceChoice(o.face.empty() ? "cascade" : o.face); !choice) {
    return line.Refuse("--face: " + choice.error().detail);
  }
  if (o.mode != "balanced" && o.mode != "fluency" && o.mode != "quality") {
    return line.Refuse("--mode: '" + o.mode + "' is not quality, fluency or balanced");
  }
  for (const int kbps : o.bitrates_kbps) {
    if (kbps < 50 || kbps > 50'000) return line.Refuse("--bitrates: each 50..50000 kbit/s");
  }
  if (o.frames < 1 || o.frames > 3000) return line.Refuse("--frames: 1..3000");
  if (!(o.roi >= 0 && o.roi <= 1)) return line.Refuse("--roi: 0..1");
  if (!(o.noise >= 0 && o.noise <= 50)) return line.Refuse("--noise: 0..50 luma steps");
  config.codec = o.video == "h265" ? VideoCodec::kH265 : VideoCodec::kH264;
  config.frame_rate = o.fps;
  config.gop = TimeDelta::SecondsF(o.gop_s);
  config.vbv = TimeDelta::SecondsF(o.vbv_ms / 1000);
  config.preset = o.preset;
  config.threads = o.threads;
  config.roi_strength = o.roi;
  if (o.mode == "quality") config.look_ahead = kQualityLookAhead;
  if (o.look_ahead_ms >= 0) config.look_ahead = TimeDelta::SecondsF(o.look_ahead_ms / 1000);
  if (auto valid = config.Validate(); !valid) return line.Refuse(ToString(valid.error()));
  return std::nullopt;
}

}  // namespace onair::samples
