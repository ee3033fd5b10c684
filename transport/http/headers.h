// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace onair::http {

// The fields of one message in their order. Names compare without case.
class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
    bool operator==(const Field&) const = default;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  void Add(std::string name, std::string value) {
    fields_.push_back({std::move(name), std::move(value)});
  }

  // The first value of `name`; borrowed until the next Add().
  std::optional<std::string_view> Find(std::string_view name) const;

  // Fields of this name.
  std::size_t Count(std::string_view name) const;

  // Whether a comma-separated field such as Connection names `token` (without case).
  bool HasToken(std::string_view name, std::string_view token) const;

  const std::vector<Field>& fields() const { return fields_; }
  bool operator==(const Headers&) const = default;

  // Ok, or kInvalidConfig naming the field that would break a message: a name that is no
  // token, a value with line ends or other control characters.
  Status Validate() const;

 private:
  std::vector<Field> fields_;
};

// Equal but for the case of ASCII letters.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// "Not Found" for 404; "Status" for a number without a phrase of its own here.
std::string_view ReasonPhrase(int status);

}  // namespace onair::http
