// SPDX-License-Identifier: Apache-2.0
//
// What pages of results have in common: one file each, which needs nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onair::samples {

// Up to and with <body> and the heading. `title` is plain text, `style` more CSS.
std::string PageHead(std::string_view title, std::string_view style = {});

// For text between tags and in attributes.
std::string HtmlEscaped(std::string_view text);

// Multiples of 1, 2 or 5 times a power of ten in [from, to]: two to eight of them where
// from < to, which are finite.
std::vector<double> RoundTicks(double from, double to);

}  // namespace onair::samples
