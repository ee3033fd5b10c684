# SPDX-License-Identifier: Apache-2.0
# Written, not run: no pod tool and no Xcode have seen it (docs/proof.md).
Pod::Spec.new do |s|
  s.name = "Onair"
  s.version = "0.1.0"
  s.summary = "Cross-platform mobile live-streaming client SDK"
  s.homepage = "https://example.invalid/onair"
  s.license = { :type => "Apache-2.0", :file => "LICENSE" }
  s.authors = "The Onair authors"
  s.source = { :http => "https://example.invalid/onair/#{s.version}/Onair.xcframework.zip" }
  s.platform = :ios, "15.0"
  # Both faces in one; made from platform/apple for arm64 devices and both simulators.
  s.vendored_frameworks = "Onair.xcframework"
  s.frameworks = "AVFoundation", "CoreMedia", "CoreVideo", "Network", "QuartzCore", "ReplayKit", "UIKit", "VideoToolbox"
  s.libraries = "c++"
end
