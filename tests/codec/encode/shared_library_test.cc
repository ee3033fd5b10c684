// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/shared_library.h"

#include <catch2/catch.hpp>

namespace onair::codec {
namespace {

TEST_CASE("A library that is missing is told in the loader's words") {
  const auto library = SharedLibrary::Load("libno-such-codec.so.9");
  REQUIRE_FALSE(library);
  CHECK(library.error().code == ErrorCode::kCodecUnavailable);
  CHECK_THAT(library.error().detail, Catch::Contains("libno-such-codec.so.9"));
}

TEST_CASE("What a library holds is found, and what it lacks is named") {
  const auto library = SharedLibrary::Load("libm.so.6");
  REQUIRE(library);
  double (*cosine)(double) = nullptr;
  REQUIRE(library->Find("cos", cosine));
  CHECK(cosine(0) == 1);
  void (*open)() = nullptr;
  const Status found = library->Find("x264_encoder_open_1", open);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::kCodecUnavailable);
  CHECK(found.error().detail == "libm.so.6: no x264_encoder_open_1");
  CHECK(open == nullptr);
}

}  // namespace
}  // namespace onair::codec
