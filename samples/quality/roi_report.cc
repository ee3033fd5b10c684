// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/roi_report.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "samples/quality/bd_rate.h"

namespace onair::samples {
namespace {

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

// Similarities of good pictures differ in the third.
Json FiveDecimals(std::optional<double> value) {
  return value ? Json(std::round(*value * 1e5) / 1e5) : Json(nullptr);
}

class Reporter {
 public:
  explicit Reporter(const RoiFindings& findings) : f_(findings) {}

  Json Report() const {
    Json out = Settings();
    out["rows"] = Json::array();
    for (const RoiRow& row : f_.rows) out["rows"].push_back(RowJson(row));
    out["bd_rate_percent"] = BdRates(false);
    out["bd_rate_ssim_percent"] = BdRates(true);
    out["bd_psnr_db"] = BdDecibels();
    return out;
  }

 private:
  Json Settings() const {
    const RoiOptions& o = f_.options;
    Json out;
    out["input"] = o.input;
    out["frames"] = f_.pictures;
    out["width"] = f_.config.size.width;
    out["height"] = f_.config.size.height;
    out["fps"] = Number(o.fps);
    out["preset"] = o.preset;
    out["mode"] = o.mode;
    out["gop_s"] = Number(o.gop_s);
    out["vbv_ms"] = Number(o.vbv_ms);
    out["threads"] = o.threads;
    out["roi_strength"] = Number(o.roi);
    out["noise"] = Number(o.noise);
    out["face"] = FaceJson();
    out["boxes"] = o.boxes.empty() ? Json(nullptr) : Json(o.boxes);
    return out;
  }

  // Null: the encoder was told the boxes.
  Json FaceJson() const {
    if (!f_.found) return nullptr;
    Json out;
    out["detector"] = f_.options.face.empty() ? "cascade" : f_.options.face;
    out["pictures_with_face"] = f_.found->pictures_with_face;
    out["detections"] = f_.found->detections;
    out["ms"] = {{"mean", Number(f_.found->ms_mean)},
                 {"p50", Number(f_.found->ms_p50)},
                 {"p95", Number(f_.found->ms_p95)}};
    return out;
  }

  std::vector<RatePoint> CurveOf(bool has_roi, bool looks_ahead, Region region,
                                 bool is_ssim) const {
    std::vector<RatePoint> curve;
    for (const RoiRow& row : f_.rows) {
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
    const RoiVariant test = RoiVariants(f_.config).back();
    for (const NamedRegion& named : kNamedRegions) {
      const auto base = CurveOf(false, false, named.region, is_ssim);
      const auto bd = BdRateOf(base, CurveOf(true, test.looks_ahead, named.region, is_ssim));
      out[named.name] = bd ? Number(bd->percent) : Json(nullptr);
    }
    return out;
  }
  Json BdDecibels() const {
    Json out = Json::object();
    const RoiVariant test = RoiVariants(f_.config).back();
    for (const NamedRegion& named : kNamedRegions) {
      const auto base = CurveOf(false, false, named.region, false);
      out[named.name] =
          OrNull(BdQuality(base, CurveOf(true, test.looks_ahead, named.region, false)));
    }
    return out;
  }

  Json RowJson(const RoiRow& row) const {
    Json out;
    out["video"] = f_.options.video;
    out["roi"] = row.variant.name;
    out["look_ahead_ms"] = row.variant.looks_ahead ? Ms(f_.config.look_ahead) : Json(0);
    out["target_kbps"] = row.target_kbps;
    out["actual_kbps"] = Number(row.result.actual_kbps);
    out["rate_error_percent"] = Number((row.result.actual_kbps / row.target_kbps - 1) * 100);
    for (const NamedRegion& named : kNamedRegions) {
      out[named.psnr] = OrNull(row.result.likeness.psnr(named.region));
    }
    for (const NamedRegion& named : kNamedRegions) {
      out[named.ssim] = FiveDecimals(row.result.likeness.ssim(named.region));
    }
    out["encode_ms"] = {{"p50", Number(row.result.encode_ms_p50)},
                        {"p95", Number(row.result.encode_ms_p95)}};
    out["held_pictures"] = row.result.held_pictures;
    return out;
  }

  const RoiFindings& f_;
};

}  // namespace

std::vector<RoiVariant> RoiVariants(const VideoConfig& config) {
  std::vector<RoiVariant> variants{{"off", false, false}};
  const bool looks_ahead = config.look_ahead > TimeDelta::Zero();
  if (looks_ahead) variants.push_back({"off", false, true});
  variants.push_back({"on", true, looks_ahead});
  return variants;
}

Json RoiReport(const RoiFindings& findings) {
  return Reporter(findings).Report();
}

void PrintRoiReport(const Json& report) {
  std::printf("%-4s %7s %8s %7s %7s %7s %7s %7s %7s\n", "roi", "ahead", "target", "actual", "face",
              "ring", "backgr", "all", "ms p50");
  for (const Json& row : report["rows"]) {
    const auto number = [&](const char* key) { return row[key].is_null() ? 0 : double(row[key]); };
    std::printf("%-4s %7.0f %8d %7.0f %7.2f %7.2f %7.2f %7.2f %7.2f\n",
                row["roi"].get<std::string>().c_str(), number("look_ahead_ms"),
                row["target_kbps"].get<int>(), number("actual_kbps"), number("face_psnr"),
                number("ring_psnr"), number("background_psnr"), number("psnr"),
                row["encode_ms"]["p50"].get<double>());
  }
  std::printf("BD-rate %%: %s\n", report["bd_rate_percent"].dump().c_str());
  std::printf("BD-PSNR dB: %s\n", report["bd_psnr_db"].dump().c_str());
}

}  // namespace onair::samples
