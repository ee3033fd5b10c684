// SPDX-License-Identifier: Apache-2.0
#include "beauty/graph/picture_pool.h"

#include <catch2/catch.hpp>

using namespace onair;
using namespace onair::beauty;

TEST_CASE("Memory comes back when the last copy of a picture is gone") {
  PicturePool pool;
  const std::uint8_t* first = nullptr;
  {
    Picture picture = (*pool.Take({64, 48})).Freeze();
    first = picture.plane(0).data;
    const Picture copy = picture;
    CHECK((*pool.Take({64, 48})).planes().planes[0].data != first);
  }
  CHECK(pool.allocations() == 2);
  for (int i = 0; i < 100; ++i) static_cast<void>((*pool.Take({64, 48})).Freeze());
  CHECK(pool.allocations() == 2);
}

TEST_CASE("Pictures outlive their pool and a change of size") {
  std::optional<Picture> kept;
  {
    PicturePool pool;
    auto sheet = *pool.Take({8, 8});
    RowOf(sheet.planes().planes[0], 7)[7] = 99;
    kept = std::move(sheet).Freeze();
    static_cast<void>((*pool.Take({16, 16})).Freeze());
  }
  CHECK(RowOf(kept->plane(0), 7)[7] == 99);
}

TEST_CASE("Beyond its slots the pool allocates and stays bounded") {
  PicturePool pool;
  std::vector<Picture> held;
  for (std::size_t i = 0; i < PicturePool::kMaxSlots + 5; ++i) {
    held.push_back((*pool.Take({8, 8})).Freeze());
  }
  held.clear();
  CHECK(pool.allocations() == PicturePool::kMaxSlots + 5);
  static_cast<void>((*pool.Take({8, 8})).Freeze());
  CHECK(pool.allocations() == PicturePool::kMaxSlots + 5);
}

TEST_CASE("A size that is none is refused") {
  PicturePool pool;
  CHECK(pool.Take({0, 8}).error().code == ErrorCode::kInvalidConfig);
  CHECK(pool.Take({8, kMaxPictureSide + 1}).error().code == ErrorCode::kInvalidConfig);
}
