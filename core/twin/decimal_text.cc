// SPDX-License-Identifier: Apache-2.0
#include "core/twin/decimal_text.h"

namespace onair::twin {
namespace {

bool IsDigit(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// Digits as a number; further ones than 18 do not fit and are refused by the caller's bound.
double TakeDigits(std::string_view& text, double& scale) {
  double value = 0;
  for (; IsDigit(text); text.remove_prefix(1)) {
    value = value * 10 + (text[0] - '0');
    scale *= 10;
  }
  return value;
}

}  // namespace

std::optional<double> TakeDecimal(std::string_view& text) {
  std::string_view rest = text;
  const bool is_negative = TakeChar(rest, '-');
  if (!IsDigit(rest)) return std::nullopt;
  double scale = 1;
  double value = TakeDigits(rest, scale);
  if (TakeChar(rest, '.')) {
    double fraction_scale = 1;
    const double fraction = TakeDigits(rest, fraction_scale);
    if (fraction_scale < 1e18) value += fraction / fraction_scale;
  }
  if (std::string_view e = rest; TakeChar(e, 'e') || TakeChar(e, 'E')) {
    const bool is_small = TakeChar(e, '-');
    if (!is_small) TakeChar(e, '+');
    if (IsDigit(e)) {
      double unused = 1;
      const double power = TakeDigits(e, unused);
      if (power > 15) return std::nullopt;
      for (int i = 0; i < static_cast<int>(power); ++i) value = is_small ? value / 10 : value * 10;
      rest = e;
    }
  }
  if (!(value <= 1e15)) return std::nullopt;
  text = rest;
  return is_negative ? -value : value;
}

}  // namespace onair::twin
