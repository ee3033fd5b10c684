// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/time_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "samples/common/page.h"

namespace onair::samples {
namespace {

constexpr double kWidth = 460;
constexpr double kHeight = 170;
constexpr double kLeft = 44;
constexpr double kRight = 10;
constexpr double kTop = 26;
constexpr double kBottom = 22;

std::string Short(double value) {
  std::array<char, 32> text{};
  if (value >= 1000) {
    std::snprintf(text.data(), text.size(), "%gk", value / 1000);
  } else {
    std::snprintf(text.data(), text.size(), "%g", value);
  }
  return text.data();
}

// Tenths of a unit where they matter, and no more: a page has tens of thousands of these.
std::string Pixel(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  std::string out = text.data();
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out;
}

class Drawing {
 public:
  explicit Drawing(const TimeChart& chart) : chart_(chart) {}

  std::string Draw() && {
    out_ = "<svg viewBox=\"0 0 " + Pixel(kWidth) + " " + Pixel(kHeight) + "\" role=\"img\">";
    Grid();
    for (const TimeLine& line : chart_.lines) {
      if (line.look == TimeLine::Look::kArea) Area(line);
    }
    for (const TimeLine& line : chart_.lines) {
      if (line.look != TimeLine::Look::kArea) Curve(line);
    }
    out_ += "<text class=\"title\" x=\"4\" y=\"17\" style=\"fill:" + chart_.colour + "\">" +
            HtmlEscaped(chart_.title) + "<tspan class=\"tick\" dx=\"6\">" +
            HtmlEscaped(chart_.unit) + "</tspan></text>";
    Text(kWidth - kRight, 17, "end", chart_.note);
    return std::move(out_) + "</svg>\n";
  }

 private:
  double X(std::size_t i, std::size_t count) const {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    return kLeft + share * (kWidth - kLeft - kRight);
  }
  double Share(double value) const {
    const double inside = std::clamp(value, chart_.from, chart_.to);
    if (chart_.scale == TimeChart::Scale::kLinear) {
      return (inside - chart_.from) / (chart_.to - chart_.from);
    }
    return std::log(inside / chart_.from) / std::log(chart_.to / chart_.from);
  }
  double Y(double value) const {
    return kHeight - kBottom - Share(value) * (kHeight - kTop - kBottom);
  }

  void Text(double x, double y, const char* anchor, const std::string& text) {
    out_ += "<text class=\"tick\" x=\"" + Pixel(x) + "\" y=\"" + Pixel(y) + "\" text-anchor=\"" +
            anchor + "\">" + HtmlEscaped(text) + "</text>";
  }
  std::vector<double> Ticks() const {
    if (chart_.scale == TimeChart::Scale::kLinear) {
      std::vector<double> ticks = RoundTicks(chart_.from, chart_.to);
      // So many that they would touch: every other one.
      while (ticks.size() > 5) {
        for (std::size_t i = 1; i < ticks.size(); ++i) {
          ticks.erase(ticks.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
      return ticks;
    }
    std::vector<double> ticks;
    for (double at = 1; at <= chart_.to * 1.001; at *= 10) {
      if (at >= chart_.from * 0.999) ticks.push_back(at);
    }
    return ticks;
  }
  void Grid() {
    std::string path;
    for (const double tick : Ticks()) {
      path += "M" + Pixel(kLeft) + " " + Pixel(Y(tick)) + "H" + Pixel(kWidth - kRight);
      Text(kLeft - 5, Y(tick) + 4, "end", Short(tick));
    }
    for (const double tick : RoundTicks(0, chart_.seconds)) {
      const double x = kLeft + tick / chart_.seconds * (kWidth - kLeft - kRight);
      path += "M" + Pixel(x) + " " + Pixel(kTop) + "V" + Pixel(kHeight - kBottom);
      const bool is_last = x > kWidth - kRight - 12;  // In the middle it would be cut.
      Text(x, kHeight - 7, is_last ? "end" : "middle", Short(tick) + (tick == 0 ? " s" : ""));
    }
    out_ += "<path class=\"grid\" d=\"" + path + "\"/>";
  }

  void Curve(const TimeLine& line) {
    std::string path;
    bool is_open = false;
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      if (!line.values[i]) {
        is_open = false;
        continue;
      }
      path +=
          (is_open ? "L" : "M") + Pixel(X(i, line.values.size())) + " " + Pixel(Y(*line.values[i]));
      is_open = true;
    }
    const bool is_thin = line.look == TimeLine::Look::kThin;
    out_ += "<path fill=\"none\" stroke=\"" + line.colour + "\" stroke-width=\"" +
            (is_thin ? "1\" stroke-dasharray=\"3 2" : "1.4") + "\" d=\"" + path + "\"/>";
  }
  // As steps: a capacity that falls, falls at once.
  void Area(const TimeLine& line) {
    const double step = (kWidth - kLeft - kRight) / static_cast<double>(line.values.size());
    std::string path = "M" + Pixel(kLeft) + " " + Pixel(Y(chart_.from));
    double x = kLeft;
    double last = -1;
    for (const auto& value : line.values) {
      const double y = Y(value.value_or(chart_.from));
      if (y != last) path += "H" + Pixel(x) + "V" + Pixel(y);
      last = y;
      x += step;
    }
    path += "H" + Pixel(x) + "V" + Pixel(Y(chart_.from)) + "Z";
    out_ += "<path fill=\"" + line.colour + "\" d=\"" + path + "\"/>";
  }

  const TimeChart& chart_;
  std::string out_;
};

}  // namespace

std::string Draw(const TimeChart& chart) {
  return Drawing(chart).Draw();
}

std::vector<std::optional<double>> Thinned(const std::vector<std::optional<double>>& values,
                                           std::size_t most, Keep keep) {
  if (values.size() <= most) return values;
  std::vector<std::optional<double>> out(most);
  std::vector<int> counts(most, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const std::size_t part = i * most / values.size();
    const double value = *values[i];
    ++counts[part];
    if (keep == Keep::kGreatest) {
      out[part] = std::max(out[part].value_or(value), value);
    } else {
      out[part] = out[part].value_or(0) + value;
    }
  }
  for (std::size_t part = 0; part < most; ++part) {
    if (keep == Keep::kMean && out[part]) *out[part] /= counts[part];
  }
  return out;
}

}  // namespace onair::samples
