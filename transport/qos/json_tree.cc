// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/json_tree.h"

#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace onair::qos {
namespace {

// Characters, and how many lines have begun with them.
class LineCounter {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineCounter(const char* at, int* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  LineCounter& operator++() {
    if (*at_ == '\n') ++*line_;
    ++at_;
    return *this;
  }
  LineCounter operator++(int) {
    LineCounter before = *this;
    ++*this;
    return before;
  }
  bool operator==(const LineCounter& o) const { return at_ == o.at_; }
  bool operator!=(const LineCounter& o) const { return at_ != o.at_; }

 private:
  const char* at_;
  int* line_;
};

// What nlohmann's reader calls. Answers false to stop it; `open_` holds what is being read, the
// innermost last.
class Builder {
 public:
  using Json = nlohmann::json;

  explicit Builder(const int* line) : line_(line) {}

  std::optional<JsonFault> fault() const { return fault_; }
  JsonNode TakeRoot() { return std::move(root_); }

  bool null() { return Add(JsonNode::Kind::kNull, 0, {}); }
  bool boolean(bool value) { return Add(JsonNode::Kind::kBool, value ? 1 : 0, {}); }
  bool number_integer(std::int64_t value) { return Number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) { return Number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) { return Number(value); }
  bool string(std::string& value) { return Add(JsonNode::Kind::kText, 0, std::move(value)); }
  bool binary(Json::binary_t&) { return Refuse(JsonFault::Kind::kSyntax); }
  bool start_object(std::size_t) { return Open(JsonNode::Kind::kObject); }
  bool start_array(std::size_t) { return Open(JsonNode::Kind::kList); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(std::string& name) {
    name_ = std::move(name);
    name_line_ = *line_;
    return true;
  }
  template <typename Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return Refuse(JsonFault::Kind::kSyntax);
  }

 private:
  bool Number(double value) { return Add(JsonNode::Kind::kNumber, value, {}); }
  bool Refuse(JsonFault::Kind kind) {
    if (!fault_) fault_ = {kind, *line_};
    return false;
  }
  JsonNode Made(JsonNode::Kind kind) {
    JsonNode node;
    node.kind = kind;
    node.line = std::exchange(name_line_, std::nullopt).value_or(*line_);
    node.name = std::exchange(name_, {});
    return node;
  }
  bool Add(JsonNode::Kind kind, double number, std::string text) {
    JsonNode node = Made(kind);
    node.number = number;
    node.text = std::move(text);
    Place(std::move(node));
    return true;
  }
  void Place(JsonNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().items.push_back(std::move(node));
    }
  }
  bool Open(JsonNode::Kind kind) {
    if (open_.size() >= kMostJsonDepth) return Refuse(JsonFault::Kind::kTooDeep);
    open_.push_back(Made(kind));
    return true;
  }
  bool Close() {
    JsonNode node = std::move(open_.back());
    open_.pop_back();
    Place(std::move(node));
    return true;
  }

  const int* line_;
  JsonNode root_;
  std::vector<JsonNode> open_;
  std::string name_;
  std::optional<int> name_line_;
  std::optional<JsonFault> fault_;
};

}  // namespace

tl::expected<JsonNode, JsonFault> ParseJsonTree(std::string_view text) {
  if (text.size() > kMostJsonBytes) return tl::unexpected(JsonFault{JsonFault::Kind::kTooLarge, 1});
  int line = 1;
  Builder builder(&line);
  const bool is_whole = nlohmann::json::sax_parse(
      LineCounter(text.data(), &line), LineCounter(text.data() + text.size(), &line), &builder);
  if (builder.fault()) return tl::unexpected(*builder.fault());
  if (!is_whole) return tl::unexpected(JsonFault{JsonFault::Kind::kSyntax, line});
  return builder.TakeRoot();
}

}  // namespace onair::qos
