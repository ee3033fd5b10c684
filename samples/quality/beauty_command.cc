// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/beauty_command.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "platform/devices/png_writer.h"
#include "platform/runtime/clock.h"
#include "samples/common/report.h"
#include "samples/quality/beauty_looks.h"
#include "samples/quality/comparison_sheet.h"
#include "samples/quality/timing.h"

namespace onair::samples {
namespace {

class BeautyRun {
 public:
  BeautyRun(const CommandLine& line, const BeautyOptions& o, std::vector<PictureSize> sizes)
      : line_(line),
        o_(o),
        sizes_(std::move(sizes)),
        status_(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown) {}

  int Run() {
    if (auto read = ReadInput(); !read) return Complain(read.error());
    if (!o_.sheet.empty() && !shown_at_) {
      line_.Complain(o_.input + ": no face found to put on the sheet");
      return kExitFailed;
    }
    if (auto done = Measure(); !done) return Complain(done.error());
    return kExitDone;
  }

 private:
  int Complain(const Error& error) const {
    line_.Complain(ToString(error));
    return kExitFailed;
  }

  Status Measure() {
    if (sizes_.empty()) sizes_.push_back(clip_.size);
    for (const PictureSize size : sizes_) {
      auto clip = Scaled(clip_, size);
      if (!clip) return Forward(clip);
      if (auto timed = TimeAll(*clip); !timed) return timed;
    }
    const Json report = Report();
    Print(report);
    if (!o_.sheet.empty()) {
      if (auto drawn = WriteSheet(); !drawn) return drawn;
    }
    if (line_.common().report.empty()) return {};
    return WriteReport(line_.common().report, report);
  }

  Status ReadInput() {
    auto clip = ReadClip(o_.input, o_.frames);
    if (!clip) return Forward(clip);
    clip_ = std::move(*clip);
    auto detector = OpenFaceDetector(*ParseFaceChoice(o_.face));
    if (!detector) return Forward(detector);
    constexpr double kFps = 30;
    auto found = FindFaces(clip_, kFps, **detector);
    if (!found) return Forward(found);
    found_ = std::move(*found);
    boxes_ = BoxesOf(found_.faces);
    shown_at_ = PictureToShow(boxes_, clip_.pictures.size());
    return {};
  }

  static Result<Clip> Scaled(const Clip& clip, PictureSize size) {
    if (clip.size == size) return clip;
    Clip out{{}, size};
    for (const Picture& picture : clip.pictures) {
      auto canvas = Canvas::Make(size);
      if (!canvas) return Forward(canvas);
      const PixelRect whole{0, 0, clip.size.width, clip.size.height};
      if (auto s = canvas->Paste(picture, whole, {0, 0, size.width, size.height}); !s) {
        return Forward(s);
      }
      out.pictures.push_back(std::move(*canvas).Freeze());
    }
    return out;
  }

  Status TimeAll(const Clip& clip) {
    for (const BeautyLook& look : BeautyLooks(static_cast<float>(o_.strength))) {
      const auto spans = TimeLook(look, clip, found_.faces);
      if (!spans) return Forward(spans);
      Json row;
      row["filter"] = look.name;
      row["width"] = clip.size.width;
      row["height"] = clip.size.height;
      row["ms"] = {{"p50", Number(QuantileMs(*spans, 0.5))},
                   {"p95", Number(QuantileMs(*spans, 0.95))}};
      rows_.push_back(std::move(row));
      status_.Show(look.name + " " + std::to_string(clip.size.width) + "x" +
                       std::to_string(clip.size.height),
                   runtime::Now());
    }
    return {};
  }

  Json Report() const {
    Json out;
    out["input"] = o_.input;
    out["frames"] = clip_.pictures.size();
    out["width"] = clip_.size.width;
    out["height"] = clip_.size.height;
    out["strength"] = Number(o_.strength);
    out["threads"] = 1;
    out["face"] = {{"detector", o_.face},
                   {"pictures_with_face", found_.pictures_with_face},
                   {"pictures_with_landmarks", PicturesWithLandmarks()},
                   {"ms",
                    {{"mean", Number(found_.ms_mean)},
                     {"p50", Number(found_.ms_p50)},
                     {"p95", Number(found_.ms_p95)}}}};
    out["rows"] = rows_;
    return out;
  }

  std::int64_t PicturesWithLandmarks() const {
    return std::count_if(found_.faces.begin(), found_.faces.end(), [](const Faces& faces) {
      return std::any_of(faces.begin(), faces.end(),
                         [](const Face& face) { return face.landmarks.has_value(); });
    });
  }

  void Print(const Json& report) const {
    std::printf("%zu pictures, %zu with a face, %lld with landmarks (which eyes needs)\n",
                clip_.pictures.size(), found_.pictures_with_face,
                static_cast<long long>(PicturesWithLandmarks()));
    std::printf("%-12s %11s %8s %8s\n", "filter", "size", "ms p50", "ms p95");
    for (const Json& row : report["rows"]) {
      std::printf("%-12s %6dx%-4d %8.3f %8.3f\n", row["filter"].get<std::string>().c_str(),
                  row["width"].get<int>(), row["height"].get<int>(), row["ms"]["p50"].get<double>(),
                  row["ms"]["p95"].get<double>());
    }
  }

  // At the clip's own size: scaling would hide what smoothing does.
  Status WriteSheet() const {
    const std::string name = o_.input.substr(o_.input.rfind('/') + 1);
    ComparisonGroup group{name + " - picture " + std::to_string(*shown_at_ + 1) +
                              " - smooth whiten ruddy sharpen slim eyes",
                          {{"before", "", clip_.pictures[*shown_at_]}}};
    for (const auto& [label, strength] :
         {std::pair("sliders 0.3", 0.3F), {"sliders 0.6", 0.6F}, {"sliders 1.0", 1.0F}}) {
      auto picture = PictureIn({label, AllSliders(strength)}, clip_, found_.faces, *shown_at_);
      if (!picture) return Forward(picture);
      group.columns.push_back({label, "", std::move(*picture)});
    }
    const auto sheet = DrawComparison({{std::move(group)}, boxes_[*shown_at_]});
    if (!sheet) return Forward(sheet);
    return devices::WritePng(o_.sheet, *sheet);
  }

  const CommandLine& line_;
  const BeautyOptions& o_;
  std::vector<PictureSize> sizes_;
  StatusLine status_;
  Clip clip_;
  FoundFaces found_;
  FacesPerPicture boxes_;
  std::optional<std::size_t> shown_at_;
  Json rows_ = Json::array();
};

bool IsUsable(PictureSize size) {
  const auto is_side = [](int side) { return side >= 16 && side <= 4096 && side % 2 == 0; };
  return is_side(size.width) && is_side(size.height);
}

}  // namespace

CLI::App* AddBeautyCommand(CommandLine& line, BeautyOptions& o) {
  CLI::App* app = line.app().add_subcommand(
      "beauty", "Times each filter on a clip, on one thread, and shows what sliders do");
  app->fallthrough();
  app->add_option("--input", o.input, "A media file, or raw I420 with its size in the name")
      ->required();
  app->add_option("--size", o.sizes,
                  "Sizes to measure at, apart by commas: 640x360,1280x720 (default: the clip's)")
      ->delimiter(',')
      ->take_all()
      ->type_name("WxH");
  app->add_option("--frames", o.frames, "Pictures to use, at most; all are kept in memory")
      ->capture_default_str();
  app->add_option("--strength", o.strength, "Of the sliders while they are timed, 0..1")
      ->capture_default_str();
  app->add_option("--face", o.face, "How faces are found: cascade, or yunet:FILE.onnx")
      ->capture_default_str();
  app->add_option("--sheet", o.sheet, "Before and after, with all sliders at 0.3, 0.6 and 1")
      ->type_name("FILE.png");
  return app;
}

int RunBeauty(const CommandLine& line, const BeautyOptions& o) {
  if (const auto choice = ParseFaceChoice(o.face); !choice) {
    return line.Refuse("--face: " + choice.error().detail);
  }
  if (o.frames < 1 || o.frames > 600) return line.Refuse("--frames: 1..600");
  if (!(o.strength >= 0 && o.strength <= 1)) return line.Refuse("--strength: 0..1");
  std::vector<PictureSize> sizes;
  for (const std::string& text : o.sizes) {
    const auto size = ParseSize(text);
    if (!size) return line.Refuse("--size: " + size.error().detail);
    if (!IsUsable(*size)) return line.Refuse("--size: even sides, each 16..4096");
    sizes.push_back(*size);
  }
  return BeautyRun(line, o, std::move(sizes)).Run();
}

}  // namespace onair::samples
