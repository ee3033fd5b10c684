// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/curve_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "samples/common/page.h"

namespace onair::samples {
namespace {

constexpr double kWidth = 460;
constexpr double kHeight = 300;
constexpr double kLeft = 58;
constexpr double kRight = 16;
constexpr double kTop = 34;
constexpr double kBottom = 44;
constexpr double kLegendRow = 15;
constexpr double kLegendDot = 17;  // With room on both sides.
constexpr double kLetter = 6.7;    // Of 12 pixels, wider than most fonts draw it on average.
// Grey for the plain encoder, then blue and orange: told apart without red and green.
constexpr std::array kColours{"#5b6770", "#2a78c2", "#e07b00", "#7a4fb5"};

std::string Short(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}
std::string Pixel(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

struct Span {
  double from = std::numeric_limits<double>::infinity();
  double to = -std::numeric_limits<double>::infinity();

  void Include(double value) {
    from = std::min(from, value);
    to = std::max(to, value);
  }
  // With a margin, and never of no width.
  Span Wider() const {
    const double margin = std::max((to - from) * 0.06, std::max(std::abs(to), 1e-3) * 1e-3);
    return {from - margin, to + margin};
  }
  double Share(double value) const { return (value - from) / (to - from); }
};

class Chart {
 public:
  Chart(const ChartText& text, std::span<const ChartLine> lines) : text_(text), lines_(lines) {
    for (const ChartLine& line : lines) {
      for (const RatePoint& point : line.points) {
        x_.Include(point.kbps);
        y_.Include(point.quality);
      }
    }
  }

  std::string Draw() && {
    out_ = "<svg viewBox=\"0 0 " + Short(kWidth) + " " + Short(kHeight) +
           "\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">";
    Text(kLeft, 18, "start", text_.title, "title");
    if (x_.from <= x_.to) {
      x_ = x_.Wider();
      y_ = y_.Wider();
      DrawGrid();
      DrawLegend();
      for (std::size_t i = 0; i < lines_.size(); ++i) DrawLine(i);
    } else {
      Text(kWidth / 2, kHeight / 2, "middle", "nothing was measured", "tick");
    }
    return std::move(out_) + "</svg>\n";
  }

 private:
  double X(double kbps) const { return kLeft + x_.Share(kbps) * (kWidth - kLeft - kRight); }
  double Y(double quality) const {
    return kHeight - kBottom - y_.Share(quality) * (kHeight - kTop - kBottom);
  }

  void Text(double x, double y, const char* anchor, const std::string& text, const char* kind) {
    out_ += "<text class=\"" + std::string(kind) + "\" x=\"" + Pixel(x) + "\" y=\"" + Pixel(y) +
            "\" text-anchor=\"" + anchor + "\">" + HtmlEscaped(text) + "</text>";
  }
  void Rule(double x1, double y1, double x2, double y2) {
    out_ += "<line class=\"grid\" x1=\"" + Pixel(x1) + "\" y1=\"" + Pixel(y1) + "\" x2=\"" +
            Pixel(x2) + "\" y2=\"" + Pixel(y2) + "\"/>";
  }
  void DrawGrid() {
    for (const double kbps : RoundTicks(x_.from, x_.to)) {
      Rule(X(kbps), kTop, X(kbps), kHeight - kBottom);
      Text(X(kbps), kHeight - kBottom + 16, "middle", Short(kbps), "tick");
    }
    for (const double quality : RoundTicks(y_.from, y_.to)) {
      Rule(kLeft, Y(quality), kWidth - kRight, Y(quality));
      Text(kLeft - 6, Y(quality) + 4, "end", Short(quality), "tick");
    }
    Text(kWidth - kRight, kHeight - 10, "end", "kbit/s", "tick");
    Text(kLeft - 6, kTop - 6, "end", text_.unit, "tick");
  }
  void DrawLine(std::size_t i) {
    const std::string colour = ColourOf(i);
    std::vector<RatePoint> points = lines_[i].points;
    std::sort(points.begin(), points.end(),
              [](const RatePoint& a, const RatePoint& b) { return a.kbps < b.kbps; });
    out_ += "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\" points=\"";
    for (const RatePoint& p : points) out_ += Pixel(X(p.kbps)) + "," + Pixel(Y(p.quality)) + " ";
    out_ += "\"/>";
    for (const RatePoint& p : points) {
      out_ += "<circle r=\"3\" fill=\"" + colour + "\" cx=\"" + Pixel(X(p.kbps)) + "\" cy=\"" +
              Pixel(Y(p.quality)) + "\"><title>" + Short(p.kbps) + " kbit/s, " + Short(p.quality) +
              " " + HtmlEscaped(text_.unit) + "</title></circle>";
    }
  }
  // At the lower right, where curves that rise are not; white behind it hides the grid.
  void DrawLegend() {
    std::size_t longest = 0;
    for (const ChartLine& line : lines_) longest = std::max(longest, line.name.size());
    const double width = kLegendDot + kLetter * static_cast<double>(longest);
    const double height = kLegendRow * static_cast<double>(lines_.size());
    const double left = kWidth - kRight - width - 4;
    const double top = kHeight - kBottom - height - 6;
    out_ += "<rect fill=\"#fff\" x=\"" + Pixel(left) + "\" y=\"" + Pixel(top) + "\" width=\"" +
            Pixel(width) + "\" height=\"" + Pixel(height) + "\"/>";
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const double y = top + kLegendRow * static_cast<double>(i) + 11;
      out_ += std::string("<circle r=\"4\" fill=\"") + ColourOf(i) + "\" cx=\"" + Pixel(left + 7) +
              "\" cy=\"" + Pixel(y - 4) + "\"/>";
      Text(left + kLegendDot, y, "start", lines_[i].name, "tick");
    }
  }
  static const char* ColourOf(std::size_t line) { return kColours[line % kColours.size()]; }

  const ChartText& text_;
  const std::span<const ChartLine> lines_;
  Span x_;
  Span y_;
  std::string out_;
};

}  // namespace

std::string CurveChart(const ChartText& text, std::span<const ChartLine> lines) {
  return Chart(text, lines).Draw();
}

}  // namespace onair::samples
