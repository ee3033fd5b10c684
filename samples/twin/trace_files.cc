// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/trace_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "core/twin/trace_text.h"
#include "samples/twin/standard_cases.h"

namespace onair::samples {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 64 << 20;
// Files of a folder. Source: ours; a folder of more is a wrong folder.
constexpr std::size_t kMostFiles = 2000;

std::string NameOf(const fs::path& path) {
  return path.parent_path().filename().string() + "/" + path.filename().string();
}

Result<PushCase> TraceCase(const fs::path& path, TimeDelta one_way) {
  const auto text = ReadText(path.string());
  if (!text) return Forward(text);
  auto trace = twin::ParseTrace(*text);
  if (!trace) return Fail(ErrorCode::kInvalidConfig, path.string() + ": " + trace.error().detail);
  return TracePushCase(NameOf(path), std::move(*trace), one_way);
}

}  // namespace

Result<std::string> ReadText(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return Fail(ErrorCode::kInvalidConfig, path + ": " + error.message());
  if (size > kLargestFile) return Fail(ErrorCode::kInvalidConfig, path + ": larger than 64 MiB");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return Fail(ErrorCode::kInvalidConfig, path + ": cannot be read");
  return std::move(text).str();
}

Result<std::vector<PushCase>> TraceCases(const std::string& path, TimeDelta one_way) {
  std::error_code error;
  std::vector<PushCase> cases;
  if (!fs::is_directory(path, error)) {
    auto one = TraceCase(path, one_way);
    if (!one) return Forward(one);
    cases.push_back(std::move(*one));
    return cases;
  }
  std::vector<fs::path> files;
  for (auto it = fs::recursive_directory_iterator(path, error);
       !error && it != fs::recursive_directory_iterator() && files.size() < kMostFiles;
       it.increment(error)) {
    if (it->is_regular_file(error)) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    // Licences and notes lie beside recordings.
    if (auto one = TraceCase(file, one_way)) cases.push_back(std::move(*one));
  }
  if (cases.empty()) return Fail(ErrorCode::kInvalidConfig, path + ": no recording in it");
  return cases;
}

}  // namespace onair::samples
