// SPDX-License-Identifier: Apache-2.0
//
// Action Message Format 0 (Adobe, "AMF 0 File Format Specification", 2007): the values in
// FLV script tags and in RTMP commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/byte_writer.h"
#include "core/base/bytes.h"

namespace onair::flv::amf0 {

struct Value;
struct Property;

struct Undefined {};
struct Null {};
struct Date {
  double utc_ms;
};
// Anonymous object, typed object (its class name is dropped) or ECMA array.
struct Object {
  std::vector<Property> properties;
};
struct Array {
  std::vector<Value> items;
};

struct Value {
  std::variant<Undefined, Null, double, bool, std::string, Object, Array, Date> data;

  std::optional<double> number() const;  // Only of a number.
  const std::string* text() const;       // Null when it is no string. Borrowed.
  const Object* object() const;          // Null when it is no object. Borrowed.
  // A property of an object; null when there is none. Borrowed.
  const Value* Find(std::string_view name) const;
  // The same, one step further: null or empty when the property is of another type.
  const std::string* FindText(std::string_view name) const;
  std::optional<double> FindNumber(std::string_view name) const;
};

struct Property {
  std::string name;
  Value value;
};

// Deeper nesting is malformed. Source: ours; real peers nest three deep.
inline constexpr int kMaxDepth = 16;
// More values in one message are malformed; bounds memory at about 2 MiB. Source: ours; the
// key frame index in the metadata of a two-hour file holds about 7000.
inline constexpr std::size_t kMaxValues = 16384;

// The values up to the first malformed one. Any bytes are accepted.
struct Parsed {
  std::vector<Value> values;
  bool is_complete = false;  // Every byte was understood.
};
Parsed Parse(ByteView bytes);

// Writes values one after another. An object is Begin..., then Key() and a value for each
// property, then EndObject().
class Writer {
 public:
  Writer& Number(double value);
  Writer& Boolean(bool value);
  Writer& Text(std::string_view value);  // Long form above 65535 bytes.
  Writer& Null();
  Writer& Undefined();
  Writer& BeginObject();
  Writer& BeginEcmaArray(std::uint32_t count_hint);
  Writer& BeginStrictArray(std::uint32_t count);  // `count` values follow; nothing ends it.
  Writer& Key(std::string_view name);             // At most 65535 bytes.
  Writer& EndObject();

  ByteView view() const { return out_.view(); }
  Bytes Take() { return out_.Take(); }

 private:
  ByteWriter out_;
};

}  // namespace onair::flv::amf0
