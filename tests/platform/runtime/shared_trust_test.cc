// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/shared_trust.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "platform/runtime/clock.h"
#include "tests/transport/tls/test_certificates.h"

namespace onair::runtime {
namespace {

using tls::VerifyPeer;

TEST_CASE("Settings are loaded once for all threads of a process") {
  const tls::test::CertificateFiles files;
  std::vector<std::shared_ptr<SharedTrust>> got(8);
  std::vector<std::thread> threads;
  for (auto& place : got) {
    threads.emplace_back([&] { place = TrustOfProcess(files.ca_file, VerifyPeer::kYes).value(); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::set(got.begin(), got.end()).size() == 1);
  CHECK(TrustOfProcess(files.ca_file, VerifyPeer::kNo).value() != got.front());
}

TEST_CASE("A certificate file that changed is loaded again") {
  const tls::test::CertificateFiles files;
  const auto before = TrustOfProcess(files.ca_file, VerifyPeer::kYes).value();
  std::filesystem::last_write_time(
      files.ca_file, std::filesystem::last_write_time(files.ca_file) + std::chrono::seconds(1));
  CHECK(TrustOfProcess(files.ca_file, VerifyPeer::kYes).value() != before);
}

TEST_CASE("An absent certificate file is told each time and found once it is there") {
  const tls::test::CertificateFiles files;
  const std::string late = files.ca_file + ".late";
  for (int i = 0; i < 2; ++i) {
    CHECK(TrustOfProcess(late, VerifyPeer::kYes).error().code == ErrorCode::kFileNotFound);
  }
  std::filesystem::copy_file(files.ca_file, late);
  CHECK(TrustOfProcess(late, VerifyPeer::kYes).has_value());
}

}  // namespace
}  // namespace onair::runtime
