// swift-tools-version:5.7
// SPDX-License-Identifier: Apache-2.0
//
// Written, not run: no Swift has seen it (docs/proof.md). The library is C++ with libraries of its
// own, which Swift packages cannot build: it is taken as a framework that was made before.
import PackageDescription

let package = Package(
  name: "Onair",
  platforms: [.iOS(.v15)],
  products: [.library(name: "Onair", targets: ["Onair"])],
  targets: [.binaryTarget(name: "Onair", path: "build/ios/Onair.xcframework")]
)
