// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/html_report.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

Json Row(const char* roi, int kbps, double face) {
  Json row{{"video", "h264"},           {"roi", roi},
           {"look_ahead_ms", 0},        {"target_kbps", kbps},
           {"actual_kbps", kbps + 0.5}, {"rate_error_percent", 0.1}};
  for (const char* region : {"face_", "background_", "", "ring_"}) {
    row[std::string(region) + "psnr"] = face;
    row[std::string(region) + "ssim"] = 0.9;
  }
  row["encode_ms"] = {{"p50", 1.25}, {"p95", 2.5}};
  return row;
}
Json Report() {
  const Json bd{{"face", -50.25}, {"background", 7.5}, {"all", nullptr}, {"ring", 1}};
  return {{"input", "/a/<b>.mp4"},
          {"preset", "veryfast"},
          {"rows", {Row("off", 400, 33.125), Row("off", 800, 36), Row("on", 400, 35)}},
          {"bd_rate_percent", bd},
          {"bd_rate_ssim_percent", bd},
          {"bd_psnr_db", bd}};
}
bool Has(const std::string& page, const char* what) {
  return page.find(what) != std::string::npos;
}

TEST_CASE("The page holds the curves, the BD-rates, the rows and the settings") {
  const std::string page = HtmlReport(Report(), "");
  std::size_t charts = 0;
  for (auto at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at + 1)) {
    ++charts;
  }
  CHECK(charts == 6);
  CHECK(Has(page, "<td class=\"good\">−50.2 %</td>"));
  CHECK(Has(page, "<td class=\"bad\">+7.5 %</td>"));
  CHECK(Has(page, "<td>400.5</td>"));
  CHECK(Has(page, "<td>33.12</td>"));
  CHECK(Has(page, "<td>Encoder preset</td><td>veryfast</td>"));
  CHECK(Has(page, "without regions</text>"));
  CHECK(Has(page, "with regions</text>"));
}

TEST_CASE("The page asks nobody for anything and takes a file's name for text") {
  const std::string page = HtmlReport(Report(), "PNG");
  CHECK(Has(page, "&lt;b&gt;.mp4"));
  CHECK_FALSE(Has(page, "<b>"));
  CHECK_FALSE(Has(page, "<script"));
  CHECK_FALSE(Has(page, "src=\"http"));
  CHECK(Has(page, "src=\"data:image/png;base64,UE5H\""));
  CHECK_FALSE(Has(HtmlReport(Report(), ""), "<img"));
}

TEST_CASE("Base64 follows the vectors of RFC 4648 section 10") {
  CHECK(Base64("") == "");
  CHECK(Base64("f") == "Zg==");
  CHECK(Base64("fo") == "Zm8=");
  CHECK(Base64("foo") == "Zm9v");
  CHECK(Base64("foob") == "Zm9vYg==");
  CHECK(Base64("fooba") == "Zm9vYmE=");
  CHECK(Base64("foobar") == "Zm9vYmFy");
  CHECK(Base64("\xff\xfe") == "//4=");
}

}  // namespace
}  // namespace onair::samples
