// SPDX-License-Identifier: Apache-2.0
//
// Reading text without copies: words, pairs, numbers, lines.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onair::webrtc {

// Words between spaces.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> Next() {
    const std::size_t begin = rest_.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    rest_.remove_prefix(begin);
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }

  // What follows the last word, without the spaces before it.
  std::string_view Rest() const {
    const std::size_t begin = rest_.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view() : rest_.substr(begin);
  }

 private:
  std::string_view rest_;
};

// Lines that end with CR LF or LF; the last may have no end.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> Next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

 private:
  std::string_view rest_;
};

// What stands before and behind the first `mark`; all and "" without one.
inline std::pair<std::string_view, std::string_view> SplitAt(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

// The whole text as a decimal number, or nothing.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The same within [least, most].
template <typename Number>
std::optional<Number> ParseNumberIn(std::string_view text, Number least, Number most) {
  const auto value = ParseNumber<Number>(text);
  if (!value || *value < least || *value > most) return std::nullopt;
  return value;
}

// Without spaces and tabs at both ends.
inline std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string Join(const std::vector<std::string>& parts, std::string_view between);

std::string Lower(std::string_view text);

bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace onair::webrtc
