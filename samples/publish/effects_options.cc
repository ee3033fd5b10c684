// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/effects_options.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "beauty/face/cascade_detector.h"
#include "beauty/face/yunet_detector.h"
#include "capture/file/rgba_image.h"
#include "samples/common/text_file.h"

namespace onair::samples {
namespace {

Status Refuse(const std::string& what) {
  return Fail(ErrorCode::kInvalidConfig, what);
}

std::optional<double> ToNumber(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Text up to `mark`, which is taken away with it; all of it where there is none.
std::string_view TakeUpTo(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  const std::string_view head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return head;
}

float* SliderOf(BeautyConfig& beauty, std::string_view name) {
  if (name == "smooth") return &beauty.smooth;
  if (name == "whiten") return &beauty.whiten;
  if (name == "ruddy") return &beauty.ruddy;
  if (name == "sharpen") return &beauty.sharpen;
  if (name == "slim") return &beauty.slim;
  if (name == "eyes") return &beauty.eyes;
  return nullptr;
}

// name=0.5,name=0.2 …
Status ReadBeauty(std::string_view rest, BeautyConfig& beauty) {
  while (!rest.empty()) {
    std::string_view item = TakeUpTo(rest, ',');
    const std::string name(TakeUpTo(item, '='));
    float* const slider = SliderOf(beauty, name);
    if (slider == nullptr) {
      return Refuse("--beauty: '" + name + "' is none of smooth whiten ruddy sharpen slim eyes");
    }
    const auto value = ToNumber(item);
    if (!value || !(*value >= 0 && *value <= 1)) {
      return Refuse("--beauty: " + name + " wants a number from 0 to 1");
    }
    *slider = static_cast<float>(*value);
  }
  return {};
}

Status ReadRoi(const std::string& text, VideoConfig& video) {
  if (text == "auto") return video.roi_strength = 1, Status{};
  if (text == "off") return video.roi_strength = 0, Status{};
  const auto value = ToNumber(text);
  if (!value || !(*value >= 0 && *value <= 1)) {
    return Refuse("--roi: '" + text + "' is not auto, off or a number from 0 to 1");
  }
  video.roi_strength = *value;
  return {};
}

// Files are tried at once, so that a wrong one is told before going live.
Status ReadFace(const std::string& text, EffectsConfig& effects) {
  if (text == "cascade") {
    if (auto opened = beauty::OpenCascade(); !opened) return Forward(opened);
    effects.make_face_detector = [] { return beauty::OpenCascade(); };
    return {};
  }
  std::string_view path = text;
  if (TakeUpTo(path, ':') != "yunet" || path.empty()) {
    return Refuse("--face: '" + text + "' is not cascade or yunet:FILE.onnx");
  }
  if (auto opened = beauty::OpenYuNet(std::string(path)); !opened) return Forward(opened);
  effects.make_face_detector = [file = std::string(path)] { return beauty::OpenYuNet(file); };
  return {};
}

Status ReadFilter(const std::string& path, EffectsConfig& effects) {
  const auto text = ReadText(path, beauty::CubeLut::kMaxTextBytes);
  if (!text) return Forward(text);
  auto lut = beauty::CubeLut::Parse(*text);
  if (!lut) return Fail(lut.error().code, path + ": " + lut.error().detail);
  effects.colour_table.lut = std::make_shared<const beauty::CubeLut>(std::move(*lut));
  return {};
}

// FILE@x,y
Status ReadWatermark(const std::string& text, EffectsConfig& effects) {
  const std::size_t at = text.rfind('@');
  std::string_view place = at == std::string::npos ? "0,0" : std::string_view(text).substr(at + 1);
  const auto x = ToNumber(TakeUpTo(place, ','));
  const auto y = ToNumber(place);
  const auto is_pixel = [](const std::optional<double>& v) {
    return v && std::abs(*v) <= kMaxPictureSide && *v == std::trunc(*v);  // NaN is neither.
  };
  if (!is_pixel(x) || !is_pixel(y)) {
    return Refuse("--watermark: '" + text + "' is not FILE.png@x,y with whole pixels");
  }
  auto image = capture::LoadRgbaImage(text.substr(0, at));
  if (!image) return Forward(image);
  effects.watermark = beauty::Watermark{image->size, std::move(image->rgba), static_cast<int>(*x),
                                        static_cast<int>(*y)};
  return {};
}

// A drawn picture and a screen have no faces worth their search, unless somebody asks.
bool NeedsFaces(const EffectsOptions& o, const PublisherConfig& config) {
  const BeautyConfig& beauty = config.effects.beauty;
  if (beauty.slim > 0 || beauty.eyes > 0) return true;
  if (config.video->roi_strength <= 0) return false;
  return !o.face.empty() || o.roi != "auto" || o.shows_people;
}

}  // namespace

void AddEffectsOptions(CLI::App& app, EffectsOptions& o) {
  app.add_option("--beauty", o.beauty,
                 "smooth=0.5,whiten=0.3,ruddy=0.2,sharpen=0.2,slim=0.2,eyes=0.2: each 0..1 "
                 "(default: all 0)");
  app.add_option("--filter", o.filter, "Colour table, a 3D .cube file")->type_name("FILE");
  app.add_option("--watermark", o.watermark,
                 "Picture with alpha laid over the stream, x and y in pixels from the top left")
      ->type_name("FILE.png@x,y");
  app.add_option(
         "--roi", o.roi,
         "How much faces get of the bits: auto (all that is good for them; not for the test "
         "picture and screens), off, or 0..1")
      ->capture_default_str();
  app.add_option(
      "--face", o.face,
      "How faces are found: cascade (Debian's opencv-data; the default) or yunet:FILE.onnx "
      "(face_detection_yunet_2022mar.onnx: better and faster)");
  app.add_flag("--before-after", o.shows_before_after,
               "Show the left half without effects, the right half with them");
}

Status ToConfig(const EffectsOptions& o, PublisherConfig& config) {
  EffectsConfig& effects = config.effects;
  if (auto status = ReadBeauty(o.beauty, effects.beauty); !status) return status;
  if (auto status = ReadRoi(o.roi, *config.video); !status) return status;
  if (NeedsFaces(o, config)) {
    if (auto status = ReadFace(o.face.empty() ? "cascade" : o.face, effects); !status) {
      return status;
    }
  }
  if (!o.filter.empty()) {
    if (auto status = ReadFilter(o.filter, effects); !status) return status;
  }
  if (!o.watermark.empty()) {
    if (auto status = ReadWatermark(o.watermark, effects); !status) return status;
  }
  if (o.shows_before_after) effects.view = EffectsView::kBeforeAfter;
  return {};
}

}  // namespace onair::samples
