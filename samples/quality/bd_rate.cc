// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/bd_rate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace onair::samples {
namespace {

// y as a function of rising x.
struct Curve {
  std::vector<double> x;
  std::vector<double> y;
};
using Function = std::function<double(double)>;

std::vector<RatePoint> ByRate(std::span<const RatePoint> points) {
  std::vector<RatePoint> sorted(points.begin(), points.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const RatePoint& a, const RatePoint& b) { return a.kbps < b.kbps; });
  return sorted;
}

// log10 of the rate over quality. Points that cost more and give no more are left out.
Curve RateOverQuality(std::span<const RatePoint> points) {
  Curve curve;
  for (const RatePoint& point : ByRate(points)) {
    if (!curve.x.empty() && point.quality <= curve.x.back()) continue;
    curve.x.push_back(point.quality);
    curve.y.push_back(std::log10(point.kbps));
  }
  return curve;
}

Curve QualityOverRate(std::span<const RatePoint> points) {
  Curve curve;
  for (const RatePoint& point : ByRate(points)) {
    if (!curve.x.empty() && std::log10(point.kbps) <= curve.x.back()) continue;
    curve.x.push_back(std::log10(point.kbps));
    curve.y.push_back(point.quality);
  }
  return curve;
}

// Least squares by the normal equations, around the middle for their sake; exact for four points.
std::optional<Function> FitCubic(const Curve& curve) {
  constexpr std::size_t kTerms = 4;
  if (curve.x.size() < kTerms) return std::nullopt;
  const double middle = (curve.x.front() + curve.x.back()) / 2;
  const double half = (curve.x.back() - curve.x.front()) / 2;
  std::array<std::array<double, kTerms + 1>, kTerms> m{};
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const double t = (curve.x[i] - middle) / half;
    for (std::size_t r = 0; r < kTerms; ++r) {
      const double power = std::pow(t, static_cast<double>(r));
      for (std::size_t c = 0; c < kTerms; ++c)
        m[r][c] += power * std::pow(t, static_cast<double>(c));
      m[r][kTerms] += power * curve.y[i];
    }
  }
  for (std::size_t r = 0; r < kTerms; ++r) {
    std::size_t pivot = r;
    for (std::size_t k = r + 1; k < kTerms; ++k) {
      if (std::abs(m[k][r]) > std::abs(m[pivot][r])) pivot = k;
    }
    std::swap(m[r], m[pivot]);
    if (std::abs(m[r][r]) < 1e-12) return std::nullopt;
    for (std::size_t k = 0; k < kTerms; ++k) {
      if (k == r) continue;
      const double factor = m[k][r] / m[r][r];
      for (std::size_t c = r; c <= kTerms; ++c) m[k][c] -= factor * m[r][c];
    }
  }
  std::array<double, kTerms> a{};
  for (std::size_t r = 0; r < kTerms; ++r) a[r] = m[r][kTerms] / m[r][r];
  return [a, middle, half](double x) {
    const double t = (x - middle) / half;
    return a[0] + t * (a[1] + t * (a[2] + t * a[3]));
  };
}

// The three-point slope at an end, held to what keeps the curve monotone.
double EndSlope(double h0, double h1, double d0, double d1) {
  const double slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
  if (slope * d0 <= 0) return 0;
  if (d0 * d1 <= 0 && std::abs(slope) > 3 * std::abs(d0)) return 3 * d0;
  return slope;
}

std::optional<Function> FitPchip(const Curve& curve) {
  const std::size_t n = curve.x.size();
  if (n < 2) return std::nullopt;
  std::vector<double> h(n - 1);
  std::vector<double> d(n - 1);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    h[i] = curve.x[i + 1] - curve.x[i];
    d[i] = (curve.y[i + 1] - curve.y[i]) / h[i];
  }
  std::vector<double> slope(n, d[0]);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double w1 = 2 * h[i] + h[i - 1];
    const double w2 = h[i] + 2 * h[i - 1];
    slope[i] = d[i - 1] * d[i] <= 0 ? 0 : (w1 + w2) / (w1 / d[i - 1] + w2 / d[i]);
  }
  if (n > 2) {
    slope[0] = EndSlope(h[0], h[1], d[0], d[1]);
    slope[n - 1] = EndSlope(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
  }
  return [curve, h, slope](double x) {
    const auto after = std::upper_bound(curve.x.begin(), curve.x.end(), x);
    const auto rank = std::max<std::ptrdiff_t>(after - curve.x.begin(), 1) - 1;
    const std::size_t i = std::min(static_cast<std::size_t>(rank), h.size() - 1);
    const double t = (x - curve.x[i]) / h[i];
    const double s = 1 - t;
    return (1 + 2 * t) * s * s * curve.y[i] + t * t * (3 - 2 * t) * curve.y[i + 1] +
           h[i] * t * s * (s * slope[i] - t * slope[i + 1]);
  };
}

std::optional<Function> Fit(const Curve& curve, CurveFit fit) {
  return fit == CurveFit::kCubic ? FitCubic(curve) : FitPchip(curve);
}

constexpr int kSteps = 2000;

bool Rises(const Function& f, double from, double to) {
  for (int i = 0; i < kSteps; ++i) {
    const double step = (to - from) / kSteps;
    if (f(from + step * (i + 1)) <= f(from + step * i)) return false;
  }
  return true;
}

// Mean of test - base over the x that both have.
std::optional<double> MeanDistance(const Curve& base, const Curve& test, CurveFit fit) {
  const auto f = Fit(base, fit);
  const auto g = Fit(test, fit);
  if (!f || !g) return std::nullopt;
  const double from = std::max(base.x.front(), test.x.front());
  const double to = std::min(base.x.back(), test.x.back());
  if (!(to > from)) return std::nullopt;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double x = from + (to - from) * (i + 0.5) / kSteps;
    sum += (*g)(x) - (*f)(x);
  }
  return sum / kSteps;
}

bool IsWellBehaved(std::span<const RatePoint> points) {
  const Curve curve = RateOverQuality(points);
  if (curve.x.size() != points.size()) return false;
  const auto cubic = FitCubic(curve);
  return cubic && Rises(*cubic, curve.x.front(), curve.x.back());
}

}  // namespace

std::optional<double> BdRatePercent(std::span<const RatePoint> base,
                                    std::span<const RatePoint> test, CurveFit fit) {
  const auto mean = MeanDistance(RateOverQuality(base), RateOverQuality(test), fit);
  if (!mean) return std::nullopt;
  return (std::pow(10.0, *mean) - 1) * 100;
}

std::optional<BdRate> BdRateOf(std::span<const RatePoint> base, std::span<const RatePoint> test) {
  const bool is_cubic = IsWellBehaved(base) && IsWellBehaved(test);
  const CurveFit fit = is_cubic ? CurveFit::kCubic : CurveFit::kPchip;
  const auto percent = BdRatePercent(base, test, fit);
  if (!percent) return std::nullopt;
  return BdRate{*percent, fit};
}

std::optional<double> BdQuality(std::span<const RatePoint> base, std::span<const RatePoint> test) {
  return MeanDistance(QualityOverRate(base), QualityOverRate(test), CurveFit::kPchip);
}

}  // namespace onair::samples
