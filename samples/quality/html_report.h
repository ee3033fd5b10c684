// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "samples/common/report.h"

namespace onair::samples {

// One page that needs nothing else, from the object of --report: curves, BD-rates, rows,
// settings, and the sheet where there is one (PNG bytes; empty: none).
std::string HtmlReport(const Json& report, std::string_view sheet_png);

// RFC 4648 section 4, with padding.
std::string Base64(std::string_view bytes);

}  // namespace onair::samples
