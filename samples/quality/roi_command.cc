// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/roi_command.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "platform/devices/png_writer.h"
#include "platform/devices/y4m_writer.h"
#include "platform/runtime/clock.h"
#include "samples/common/report.h"
#include "samples/quality/coded_run.h"
#include "samples/quality/comparison_sheet.h"
#include "samples/quality/found_faces.h"
#include "samples/quality/html_report.h"
#include "samples/quality/roi_report.h"

namespace onair::samples {
namespace {

std::string OneDecimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

class RoiRun {
 public:
  RoiRun(const CommandLine& line, const RoiOptions& o, VideoConfig config)
      : line_(line),
        o_(o),
        config_(std::move(config)),
        status_(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown) {}

  int Run() {
    if (auto read = ReadInput(); !read) return Complain(read.error());
    if (!shown_at_) {
      line_.Complain(o_.input + ": no face found; --boxes tells where faces are");
      return kExitFailed;
    }
    for (const RoiVariant& variant : RoiVariants(config_)) {
      for (const int kbps : o_.bitrates_kbps) {
        if (auto done = CodeOne(variant, kbps); !done) return Complain(done.error());
      }
    }
    const Json report = RoiReport({o_, config_, coded_.pictures.size(), found_, rows_});
    PrintRoiReport(report);
    if (auto written = Write(report); !written) return Complain(written.error());
    return kExitDone;
  }

 private:
  int Complain(const Error& error) const {
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
    config_.size = original_.size;
    // Nothing else is left that could be wrong with it.
    if (auto valid = config_.Validate(); !valid) {
      return Fail(valid.error().code, o_.input + ": too small or too large to be coded, " +
                                          std::to_string(original_.size.width) + "x" +
                                          std::to_string(original_.size.height));
    }
    return ReadFaces();
  }

  // The encoder is told what was found in the pictures it sees, noise and all.
  Status ReadFaces() {
    if (!o_.boxes.empty()) {
      auto boxes = ReadBoxes(o_.boxes, original_.size);
      if (!boxes) return Forward(boxes);
      faces_ = std::move(*boxes);
    }
    if (o_.boxes.empty() || !o_.face.empty()) {
      const auto choice = ParseFaceChoice(o_.face.empty() ? "cascade" : o_.face);
      auto detector = OpenFaceDetector(*choice);
      if (!detector) return Forward(detector);
      auto found = FindFaces(coded_, o_.fps, **detector);
      if (!found) return Forward(found);
      found_ = std::move(*found);
      if (o_.boxes.empty()) faces_ = BoxesOf(found_->faces);
    }
    shown_at_ = PictureToShow(faces_, coded_.pictures.size());
    return {};
  }

  Status CodeOne(const RoiVariant& variant, int kbps) {
    VideoConfig config = config_;
    config.rate = DataRate::KilobitsPerSec(kbps);
    if (!variant.looks_ahead) config.look_ahead = TimeDelta::Zero();
    RunInput input{coded_, original_, faces_, {}, {}};
    if (variant.has_roi) input.roi = [this](std::size_t i) { return MapAt(i); };
    std::unique_ptr<devices::Y4mWriter> dump;
    if (!o_.dump.empty()) {
      auto opened = devices::Y4mWriter::Open(DumpPath(variant, kbps), config.frame_rate);
      if (!opened) return Forward(opened);
      dump = std::move(*opened);
    }
    Status dumped;
    std::optional<Picture> shown;
    std::size_t at = 0;
    input.show = [&](const Picture& picture) {
      if (at++ == shown_at_) shown = picture;
      if (dump && dumped) dumped = dump->Write(picture);
    };
    auto result = RunCoded(config, input);
    if (!result) return Forward(result);
    if (!dumped) return dumped;
    rows_.push_back({variant, kbps, std::move(*result), std::move(shown)});
    status_.Show(variant.name + (variant.looks_ahead ? " look-ahead " : " ") +
                     std::to_string(kbps) + " kbit/s",
                 runtime::Now());
    return {};
  }

  std::string DumpPath(const RoiVariant& variant, int kbps) const {
    return o_.dump + "-" + variant.name + (variant.looks_ahead ? "-look-ahead-" : "-") +
           std::to_string(kbps) + ".y4m";
  }

  RoiMap MapAt(std::size_t i) const {
    if (found_) return found_->maps[i];
    RoiMap map;
    for (const FaceBox& face : FacesAt(faces_, i)) {
      if (map.regions.size() == RoiMap::kMaxRegions) break;
      map.regions.push_back({face.x, face.y, face.width, face.height, 1.0F});
    }
    return map;
  }

  Status Write(const Json& report) const {
    std::string sheet_png;
    if (!o_.sheet.empty()) {
      if (auto written = WriteSheet(); !written) return written;
      std::ifstream file(o_.sheet, std::ios::binary);
      sheet_png.assign(std::istreambuf_iterator<char>(file), {});
    }
    if (!o_.html.empty()) {
      if (auto written = WriteText(o_.html, HtmlReport(report, sheet_png)); !written) {
        return written;
      }
    }
    if (line_.common().report.empty()) return {};
    return WriteReport(line_.common().report, report);
  }

  Status WriteSheet() const {
    std::vector<int> rates = o_.bitrates_kbps;
    std::sort(rates.begin(), rates.end());
    rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
    ComparisonSheet sheet{{GroupAt(rates.front())}, FacesAt(faces_, *shown_at_)};
    if (rates.size() > 1) sheet.groups.push_back(GroupAt(rates[rates.size() / 2]));
    const auto picture = DrawComparison(sheet);
    if (!picture) return Forward(picture);
    return devices::WritePng(o_.sheet, *picture);
  }

  // The original, the plain encoder and what is measured against it.
  ComparisonGroup GroupAt(int kbps) const {
    const std::string name = o_.input.substr(o_.input.rfind('/') + 1);
    ComparisonGroup group{name + " - " + o_.video + " " + o_.preset + " - " + std::to_string(kbps) +
                              " kbit/s - picture " + std::to_string(*shown_at_ + 1),
                          {{"original", "", original_.pictures[*shown_at_]}}};
    const RoiVariant test = RoiVariants(config_).back();
    for (const RoiRow& row : rows_) {
      const bool is_base = !row.variant.has_roi && !row.variant.looks_ahead;
      const bool is_test = row.variant.has_roi == test.has_roi;
      if (row.target_kbps != kbps || !(is_base || is_test) || !row.shown) continue;
      const char* label = row.variant.has_roi ? "with roi" : "without roi";
      group.columns.push_back({label, DetailOf(row), *row.shown});
    }
    return group;
  }

  static std::string DetailOf(const RoiRow& row) {
    const auto db = [&](Region region) {
      return OneDecimal(row.result.likeness.psnr(region).value_or(0));
    };
    return OneDecimal(row.result.actual_kbps) + " kbit/s face " + db(Region::kFace) +
           " background " + db(Region::kBackground) + " dB";
  }

  const CommandLine& line_;
  const RoiOptions& o_;
  VideoConfig config_;
  StatusLine status_;
  Clip original_;
  Clip coded_;
  FacesPerPicture faces_;                // Where it is measured.
  std::optional<FoundFaces> found_;      // Empty: the encoder is told the boxes.
  std::optional<std::size_t> shown_at_;  // On the sheet; empty: no face in any picture.
  std::vector<RoiRow> rows_;
};

}  // namespace

int RunRoi(const CommandLine& line, const RoiOptions& o) {
  VideoConfig config;
  if (const auto status = ToVideoConfig(line, o, config)) return *status;
  return RoiRun(line, o, std::move(config)).Run();
}

}  // namespace onair::samples
