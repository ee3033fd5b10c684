// SPDX-License-Identifier: Apache-2.0
//
// Paths, queries and redirects: pure functions on text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/url.h"

namespace onair::http {

// A query string's parameters, decoded, in their order.
class Query {
 public:
  Query() = default;
  explicit Query(std::vector<std::pair<std::string, std::string>> parameters)
      : parameters_(std::move(parameters)) {}

  // The first value of `name` (exact case); borrowed. "" for a name without '='.
  std::optional<std::string_view> Find(std::string_view name) const;

  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }
  bool operator==(const Query&) const = default;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// Empty for a '%' without two hex digits after it.
std::optional<std::string> PercentDecode(std::string_view text);

// "a=1&b=%20+x": '+' is a space, as forms write it. Empty for broken percent-encoding.
std::optional<Query> ParseQuery(std::string_view text);

// The address that `location` (absolute, "//host/..", "/path", "path", "?query") means on a
// page of `base`; dot segments are removed. kInvalidUrl.
Result<Url> ResolveRedirect(const Url& base, std::string_view location);

}  // namespace onair::http
