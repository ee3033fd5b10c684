# SPDX-License-Identifier: Apache-2.0
"""Not run: see ../README.md. For Conan 2."""
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")


class OnairConan(ConanFile):
    name = "onair"
    version = "0.1.0"
    license = "Apache-2.0"
    description = "Cross-platform mobile live-streaming client SDK"
    settings = "os", "arch", "compiler", "build_type"
    requires = (
        "boost/1.81.0", "ffmpeg/5.1.3", "libx264/cci.20220602", "libx265/3.4", "libyuv/1854", "nlohmann_json/3.11.2", "opencv/4.8.1", "openh264/2.3.1",
        "openssl/[>=3 <4]", "opus/1.4", "sdl/2.28.3", "tl-expected/20190710", "usrsctp/0.9.5.0",
    )

    def export_sources(self):
        for folder in ("beauty", "capture", "cmake", "codec", "core", "platform", "transport"):
            copy(self, f"{folder}/*", ROOT, self.export_sources_folder)
        for file in ("CMakeLists.txt", "LICENSE"):
            copy(self, file, ROOT, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for option in ("TESTS", "BENCH", "SAMPLES"):
            toolchain.variables[f"ONAIR_BUILD_{option}"] = False
        toolchain.variables["ONAIR_INSTALL"] = True
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        # Our own CMake package tells the targets; Conan only says where it is.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs.append(os.path.join("lib", "cmake", "onair"))
