// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/boxes.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "samples/common/text_file.h"

namespace onair::samples {
namespace {

// Source: ours; 3000 pictures with 16 faces each, written wide.
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

// Empty: no box. kInvalidConfig: something else than numbers.
Result<std::optional<FaceBox>> ParseBox(const std::string& text, PictureSize size) {
  std::istringstream in(text);
  std::vector<double> numbers;
  for (double number = 0; in >> number;) numbers.push_back(number);
  if (!in.eof()) return Fail(ErrorCode::kInvalidConfig, "not a number");
  if (numbers.empty()) return std::optional<FaceBox>();
  if (numbers.size() < 4) return Fail(ErrorCode::kInvalidConfig, "fewer than four numbers");
  if (!(numbers[2] > 0 && numbers[3] > 0)) return std::optional<FaceBox>();
  return std::optional<FaceBox>(
      {static_cast<float>(numbers[0] / size.width), static_cast<float>(numbers[1] / size.height),
       static_cast<float>(numbers[2] / size.width), static_cast<float>(numbers[3] / size.height)});
}

}  // namespace

const std::vector<FaceBox>& FacesAt(const FacesPerPicture& faces, std::size_t i) {
  static const std::vector<FaceBox> kNone;
  return faces.empty() ? kNone : faces[std::min(i, faces.size() - 1)];
}

std::optional<std::size_t> PictureToShow(const FacesPerPicture& faces, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = (count / 2 + i) % count;
    if (!FacesAt(faces, at).empty()) return at;
  }
  return std::nullopt;
}

Result<FacesPerPicture> ParseBoxes(std::string_view text, PictureSize size) {
  FacesPerPicture out;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    std::vector<FaceBox> faces;
    std::istringstream parts(line);
    for (std::string part; std::getline(parts, part, ';');) {
      const auto box = ParseBox(part, size);
      if (!box) {
        return Fail(ErrorCode::kInvalidConfig,
                    "line " + std::to_string(out.size() + 1) + ": " + box.error().detail);
      }
      if (*box) faces.push_back(**box);
    }
    out.push_back(std::move(faces));
  }
  return out;
}

Result<FacesPerPicture> ReadBoxes(const std::string& path, PictureSize size) {
  const auto text = ReadText(path, kMostBytes);
  if (!text) return Forward(text);
  auto boxes = ParseBoxes(*text, size);
  if (!boxes) return Fail(boxes.error().code, path + ": " + boxes.error().detail);
  return boxes;
}

}  // namespace onair::samples
