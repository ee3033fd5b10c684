// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/cube_lut.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace onair::beauty {
namespace {

constexpr int kMaxFields = 4;  // A keyword and three numbers; more is malformed.

struct Fields {
  std::array<std::string_view, kMaxFields> at;
  int count = 0;  // kMaxFields + 1: too many.
};

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

Fields Split(std::string_view line) {
  Fields fields;
  std::size_t i = 0;
  while (true) {
    while (i < line.size() && IsSpace(line[i])) ++i;
    if (i == line.size() || line[i] == '#') return fields;
    std::size_t end = i;
    while (end < line.size() && !IsSpace(line[end])) ++end;
    if (fields.count == kMaxFields) {
      ++fields.count;
      return fields;
    }
    fields.at[static_cast<std::size_t>(fields.count++)] = line.substr(i, end - i);
    i = end;
  }
}

std::optional<float> Number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<Rgb> ThreeNumbers(const Fields& fields, int first) {
  if (fields.count != first + 3) return std::nullopt;
  Rgb out{};
  for (int i = 0; i < 3; ++i) {
    const auto value = Number(fields.at[static_cast<std::size_t>(first + i)]);
    if (!value) return std::nullopt;
    out[static_cast<std::size_t>(i)] = *value;
  }
  return out;
}

// Cuts the next line off `text`.
std::string_view NextLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

tl::unexpected<Error> FailAt(ErrorCode code, int line, const char* what) {
  return Fail(code, "line " + std::to_string(line) + ": " + what, line);
}

bool StartsNumber(std::string_view text) {
  const char c = text.front();
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
}

// What the header lines say, until the first line of numbers.
struct Header {
  int size = 0;
  Rgb min{0, 0, 0};
  Rgb max{1, 1, 1};
};

Result<int> ParseSize(const Fields& fields, int line) {
  int size = 0;
  const std::string_view text = fields.at[1];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (fields.count != 2 || error == std::errc::invalid_argument ||
      end != text.data() + text.size() || (error == std::errc() && size < 2)) {
    return FailAt(ErrorCode::kInvalidConfig, line, "LUT_3D_SIZE wants one number, at least 2");
  }
  if (error != std::errc() || size > CubeLut::kMaxSize) {
    return FailAt(ErrorCode::kLimit, line, "LUT_3D_SIZE above 65");
  }
  return size;
}

// One keyword line. Unknown keywords are an error: a table read half is a wrong picture.
Status TakeKeyword(const Fields& fields, int line, Header& header) {
  const std::string_view key = fields.at[0];
  if (key == "TITLE") return {};
  if (key == "LUT_1D_SIZE") return FailAt(ErrorCode::kUnsupported, line, "a 1D table");
  if (key == "LUT_3D_SIZE") {
    if (header.size != 0) return FailAt(ErrorCode::kInvalidConfig, line, "LUT_3D_SIZE twice");
    const auto size = ParseSize(fields, line);
    if (!size) return Forward(size);
    header.size = *size;
    return {};
  }
  if (key == "DOMAIN_MIN" || key == "DOMAIN_MAX") {
    const auto values = ThreeNumbers(fields, 1);
    if (!values) return FailAt(ErrorCode::kInvalidConfig, line, "a domain wants three numbers");
    (key == "DOMAIN_MIN" ? header.min : header.max) = *values;
    return {};
  }
  if (key == "LUT_3D_INPUT_RANGE") {  // Resolve's spelling of the domain.
    const auto low = fields.count == 3 ? Number(fields.at[1]) : std::nullopt;
    const auto high = fields.count == 3 ? Number(fields.at[2]) : std::nullopt;
    if (!low || !high) return FailAt(ErrorCode::kInvalidConfig, line, "a range wants two numbers");
    header.min = {*low, *low, *low};
    header.max = {*high, *high, *high};
    return {};
  }
  return FailAt(ErrorCode::kInvalidConfig, line, "unknown keyword");
}

Status CheckHeader(const Header& header, int line) {
  if (header.size == 0) {
    return FailAt(ErrorCode::kInvalidConfig, line, "numbers before LUT_3D_SIZE");
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const float width = header.max[i] - header.min[i];
    if (!(width > 1e-6F) || !std::isfinite(width)) {
      return FailAt(ErrorCode::kInvalidConfig, line, "DOMAIN_MAX is not above DOMAIN_MIN");
    }
  }
  return {};
}

}  // namespace

Result<CubeLut> CubeLut::Parse(std::string_view text) {
  if (text.size() > kMaxTextBytes) return Fail(ErrorCode::kLimit, "colour table above 32 MiB");
  CubeLut lut;
  Header header;
  std::size_t wanted = 0;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (int line = 1; !text.empty(); ++line) {
    const Fields fields = Split(NextLine(text));
    if (fields.count == 0) continue;
    if (!StartsNumber(fields.at[0])) {
      if (!lut.nodes_.empty()) {
        return FailAt(ErrorCode::kInvalidConfig, line, "not a row of three numbers");
      }
      if (auto taken = TakeKeyword(fields, line, header); !taken) return Forward(taken);
      continue;
    }
    if (lut.nodes_.empty()) {
      if (auto checked = CheckHeader(header, line); !checked) return Forward(checked);
      const auto side = static_cast<std::size_t>(header.size);
      wanted = side * side * side;
      lut.nodes_.reserve(wanted);
    }
    const auto node = ThreeNumbers(fields, 0);
    if (!node) return FailAt(ErrorCode::kInvalidConfig, line, "a row wants three numbers");
    if (lut.nodes_.size() == wanted) {
      return FailAt(ErrorCode::kInvalidConfig, line, "more rows than LUT_3D_SIZE says");
    }
    lut.nodes_.push_back(*node);
  }
  if (wanted == 0) return Fail(ErrorCode::kInvalidConfig, "no colour table in the text");
  if (lut.nodes_.size() < wanted) {
    return Fail(ErrorCode::kInvalidConfig, "truncated: " + std::to_string(lut.nodes_.size()) +
                                               " of " + std::to_string(wanted) + " rows");
  }
  lut.size_ = header.size;
  lut.domain_min_ = header.min;
  lut.domain_max_ = header.max;
  return lut;
}

const Rgb& CubeLut::Node(int red, int green, int blue) const {
  return nodes_[static_cast<std::size_t>((blue * size_ + green) * size_ + red)];
}

Rgb CubeLut::At(const Rgb& colour) const {
  std::array<int, 3> cell;
  std::array<float, 3> part;
  for (std::size_t i = 0; i < 3; ++i) {
    const float scaled = (colour[i] - domain_min_[i]) / (domain_max_[i] - domain_min_[i]) *
                         static_cast<float>(size_ - 1);
    const float inside =
        scaled > 0 ? std::min(scaled, static_cast<float>(size_ - 1)) : 0;  // NaN: 0.
    cell[i] = std::min(static_cast<int>(inside), size_ - 2);
    part[i] = inside - static_cast<float>(cell[i]);
  }
  // From the black corner to the white one along the axes, the largest part first: the four
  // nodes of the tetrahedron that holds the colour.
  std::array<std::size_t, 3> order{0, 1, 2};
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return part[a] > part[b]; });
  std::array<int, 3> at = cell;
  Rgb out = Node(at[0], at[1], at[2]);
  for (const std::size_t axis : order) {
    const Rgb& before = Node(at[0], at[1], at[2]);
    ++at[axis];
    const Rgb& after = Node(at[0], at[1], at[2]);
    for (std::size_t i = 0; i < 3; ++i) out[i] += part[axis] * (after[i] - before[i]);
  }
  return out;
}

}  // namespace onair::beauty
