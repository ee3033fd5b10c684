// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/input_log_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/session/publish_log.h"

namespace onair {
namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "onair-log-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

TEST_CASE("An input log begins as one, keeps the order and is its owner's alone") {
  const Folder folder;
  const std::string path = folder.path / "log";
  auto file = InputLogFile::Open(path);
  REQUIRE(file);
  (*file)->Append({1, 2, 3});
  (*file)->Append({4});
  REQUIRE((*file)->Close());

  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK(text == std::string(session::kPublishLogMagic) + "\1\2\3\4");
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("An input log that cannot be created names its path") {
  const auto file = InputLogFile::Open("/nowhere/log");
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::kFileWrite);
  CHECK(file.error().detail.find("/nowhere/log") != std::string::npos);
}

TEST_CASE("A full disk ends the log and is told at its close") {
  if (!std::filesystem::exists("/dev/full")) return;
  auto file = InputLogFile::Open("/dev/full");
  REQUIRE(file);
  (*file)->Append(Bytes(100, 1));
  const auto status = (*file)->Close();
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDiskFull);
}

}  // namespace
}  // namespace onair
