// SPDX-License-Identifier: Apache-2.0
//
// The edge's web page, in the program itself (from page/): it knows no stream, its script asks for
// them.
#pragma once

#include <string_view>

namespace onair::edge {

struct PageFile {
  std::string_view path;  // Of the request.
  const char* content_type;
  std::string_view text;  // Lives as long as the program.
};

// Null where the path is none of the page's.
const PageFile* FindPageFile(std::string_view path);

// What the page's own browser must refuse it: everything that does not come from this edge, and to
// stand in another page, where a click meant for that one could open the camera.
inline constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace onair::edge
