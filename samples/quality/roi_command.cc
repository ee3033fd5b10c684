// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/roi_command.h"

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "platform/devices/y4m_writer.h"
#include "platform/runtime/clock.h"
#include "samples/common/report.h"
#include "samples/quality/bd_rate.h"
#include "samples/quality/coded_run.h"

namespace onair::samples {
namespace {

// What is compared: the plain encoder, the regions, and, where the encoder looks ahead, that
// alone, so that nobody takes one's gain for the other's.
struct Variant {
  std::string name;
  bool has_roi;
  bool looks_ahead;
};

struct Row {
  Variant variant;
  int target_kbps;
  RunResult result;
};

struct NamedRegion {
  const char* name;
  const char* psnr;
  const char* ssim;
  Region region;
};
constexpr std::array kNamedRegions{
    NamedRegion{"face", "face_psnr", "face_ssim", Region::kFace},
    NamedRegion{"background", "background_psnr", "background_ssim", Region::kBackground},
    NamedRegion{"all", "psnr", "ssim", Region::kAll},
    NamedRegion{"ring", "ring_psnr", "ring_ssim", Region::kRing},
};

Json OrNull(std::optional<double> value) {
  return value ? Number(*value) : Json(nullptr);
}

// Half a second of live delay is what RTMP viewers already have several times over.
constexpr TimeDelta kQualityLookAhead = TimeDelta::Millis(334);

class RoiRun {
 public:
  RoiRun(const CommandLine& line, const RoiOptions& o, VideoConfig config)
      : line_(line),
        o_(o),
        config_(std::move(config)),
        status_(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown) {}

  int Run() {
    if (auto read = ReadInput(); !read) return Fail(read.error());
    for (const Variant& variant : Variants()) {
      for (const int kbps : o_.bitrates_kbps) {
        if (auto done = CodeOne(variant, kbps); !done) return Fail(done.error());
      }
    }
    const Json report = Report();
    Print(report);
    if (line_.common().report.empty()) return kExitDone;
    auto written = WriteReport(line_.common().report, report);
    return written ? kExitDone : Fail(written.error());
  }

 private:
  int Fail(const Error& error) const {
    line_.Complain(ToString(error));
    return kExitFailed;
  }

  Status ReadInput() {
    auto clip = ReadClip(o_.input, o_.frames);
    if (!clip) return Forward(clip);
    original_ = std::move(*clip);
    coded_ = original_;
    if (o_.noise > 0) {
      auto noisy = WithNoise(original_, o_.noise);
      if (!noisy) return Forward(noisy);
      coded_ = std::move(*noisy);
    }
    auto faces = ReadBoxes(o_.boxes, original_.size);
    if (!faces) return Forward(faces);
    faces_ = std::move(*faces);
    config_.size = original_.size;
    return config_.Validate();
  }

  std::vector<Variant> Variants() const {
    std::vector<Variant> variants{{"off", false, false}};
    const bool looks_ahead = config_.look_ahead > TimeDelta::Zero();
    if (looks_ahead) variants.push_back({"off", false, true});
    variants.push_back({"on", true, looks_ahead});
    return variants;
  }

  Status CodeOne(const Variant& variant, int kbps) {
    VideoConfig config = config_;
    config.rate = DataRate::KilobitsPerSec(kbps);
    if (!variant.looks_ahead) config.look_ahead = TimeDelta::Zero();
    RunInput input{coded_, original_, faces_, {}, {}};
    if (variant.has_roi) input.roi = [this](std::size_t i) { return MapAt(i); };
    std::unique_ptr<devices::Y4mWriter> dump;
    Status dumped;
    if (!o_.dump.empty()) {
      auto opened = devices::Y4mWriter::Open(DumpPath(variant, kbps), config.frame_rate);
      if (!opened) return Forward(opened);
      dump = std::move(*opened);
      input.show = [&](const Picture& picture) {
        if (dumped) dumped = dump->Write(picture);
      };
    }
    auto result = RunCoded(config, input);
    if (!result) return Forward(result);
    if (!dumped) return dumped;
    rows_.push_back({variant, kbps, std::move(*result)});
    status_.Show(variant.name + (variant.looks_ahead ? " look-ahead " : " ") +
                     std::to_string(kbps) + " kbit/s",
                 runtime::Now());
    return {};
  }

  std::string DumpPath(const Variant& variant, int kbps) const {
    return o_.dump + "-" + variant.name + (variant.looks_ahead ? "-look-ahead-" : "-") +
           std::to_string(kbps) + ".y4m";
  }

  RoiMap MapAt(std::size_t i) const {
    RoiMap map;
    for (const FaceBox& face : FacesAt(faces_, i)) {
      if (map.regions.size() == RoiMap::kMaxRegions) break;
      map.regions.push_back({face.x, face.y, face.width, face.height, 1.0F});
    }
    return map;
  }

  std::vector<RatePoint> CurveOf(bool has_roi, bool looks_ahead, Region region,
                                 bool is_ssim) const {
    std::vector<RatePoint> curve;
    for (const Row& row : rows_) {
      if (row.variant.has_roi != has_roi || row.variant.looks_ahead != looks_ahead) continue;
      const auto psnr = row.result.likeness.psnr(region);
      const auto ssim = row.result.likeness.ssim(region);
      if (!psnr || !ssim) continue;
      curve.push_back({row.result.actual_kbps, is_ssim ? SsimDb(*ssim) : *psnr});
    }
    return curve;
  }

  // Of the last variant against the plain encoder.
  Json BdRates(bool is_ssim) const {
    Json out = Json::object();
    const Variant test = Variants().back();
    for (const NamedRegion& named : kNamedRegions) {
      const auto base = CurveOf(false, false, named.region, is_ssim);
      const auto bd = BdRateOf(base, CurveOf(true, test.looks_ahead, named.region, is_ssim));
      out[named.name] = bd ? Number(bd->percent) : Json(nullptr);
    }
    return out;
  }
  Json BdDecibels() const {
    Json out = Json::object();
    const Variant test = Variants().back();
    for (const NamedRegion& named : kNamedRegions) {
      const auto base = CurveOf(false, false, named.region, false);
      out[named.name] =
          OrNull(BdQuality(base, CurveOf(true, test.looks_ahead, named.region, false)));
    }
    return out;
  }

  Json Report() const {
    Json out;
    out["input"] = o_.input;
    out["frames"] = coded_.pictures.size();
    out["width"] = coded_.size.width;
    out["height"] = coded_.size.height;
    out["preset"] = o_.preset;
    out["noise"] = Number(o_.noise);
    out["rows"] = Json::array();
    for (const Row& row : rows_) out["rows"].push_back(RowJson(row));
    out["bd_rate_percent"] = BdRates(false);
    out["bd_rate_ssim_percent"] = BdRates(true);
    out["bd_psnr_db"] = BdDecibels();
    return out;
  }

  Json RowJson(const Row& row) const {
    Json out;
    out["video"] = o_.video;
    out["roi"] = row.variant.name;
    out["look_ahead_ms"] = row.variant.looks_ahead ? Ms(config_.look_ahead) : Json(0);
    out["target_kbps"] = row.target_kbps;
    out["actual_kbps"] = Number(row.result.actual_kbps);
    out["rate_error_percent"] = Number((row.result.actual_kbps / row.target_kbps - 1) * 100);
    for (const NamedRegion& named : kNamedRegions) {
      out[named.psnr] = OrNull(row.result.likeness.psnr(named.region));
    }
    for (const NamedRegion& named : kNamedRegions) {
      out[named.ssim] = OrNull(row.result.likeness.ssim(named.region));
    }
    out["encode_ms"] = {{"p50", Number(row.result.encode_ms_p50)},
                        {"p95", Number(row.result.encode_ms_p95)}};
    out["held_pictures"] = row.result.held_pictures;
    return out;
  }

  static void Print(const Json& report) {
    std::printf("%-4s %7s %8s %7s %7s %7s %7s %7s %7s\n", "roi", "ahead", "target", "actual",
                "face", "ring", "backgr", "all", "ms p50");
    for (const Json& row : report["rows"]) {
      const auto number = [&](const char* key) {
        return row[key].is_null() ? 0 : double(row[key]);
      };
      std::printf("%-4s %7.0f %8d %7.0f %7.2f %7.2f %7.2f %7.2f %7.2f\n",
                  row["roi"].get<std::string>().c_str(), number("look_ahead_ms"),
                  row["target_kbps"].get<int>(), number("actual_kbps"), number("face_psnr"),
                  number("ring_psnr"), number("background_psnr"), number("psnr"),
                  row["encode_ms"]["p50"].get<double>());
    }
    std::printf("BD-rate %%: %s\n", report["bd_rate_percent"].dump().c_str());
    std::printf("BD-PSNR dB: %s\n", report["bd_psnr_db"].dump().c_str());
  }

  const CommandLine& line_;
  const RoiOptions& o_;
  VideoConfig config_;
  StatusLine status_;
  Clip original_;
  Clip coded_;
  FacesPerPicture faces_;
  std::vector<Row> rows_;
};

std::optional<int> ToConfig(const CommandLine& line, const RoiOptions& o, VideoConfig& config) {
  if (o.video != "h264" && o.video != "h265") {
    return line.Refuse("--video: '" + o.video + "' is not h264 or h265");
  }
  if (o.boxes.empty()) return line.Refuse("--boxes: where are the faces?");
  if (o.mode != "balanced" && o.mode != "fluency" && o.mode != "quality") {
    return line.Refuse("--mode: '" + o.mode + "' is not quality, fluency or balanced");
  }
  for (const int kbps : o.bitrates_kbps) {
    if (kbps < 50 || kbps > 50'000) return line.Refuse("--bitrates: each 50..50000 kbit/s");
  }
  if (o.frames < 1 || o.frames > 3000) return line.Refuse("--frames: 1..3000");
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

}  // namespace

CLI::App* AddRoiCommand(CommandLine& line, RoiOptions& o) {
  CLI::App* app = line.app().add_subcommand(
      "roi", "Codes a clip with and without regions of interest and compares the pictures");
  app->fallthrough();
  app->add_option("--input", o.input, "A media file, or raw I420 with its size in the name")
      ->required();
  app->add_option("--boxes", o.boxes,
                  "Where the faces are: one picture per line, \"x y width height\" in pixels");
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
  return app;
}

int RunRoi(const CommandLine& line, const RoiOptions& o) {
  VideoConfig config;
  if (const auto status = ToConfig(line, o, config)) return *status;
  return RoiRun(line, o, std::move(config)).Run();
}

}  // namespace onair::samples
