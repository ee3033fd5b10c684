// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/options.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "samples/edge/page_files.h"
#include "samples/edge/pages.h"
#include "tests/transport/tls/test_certificates.h"

namespace onair::edge {
namespace {

using Wish = CommandLine::Wish;

TEST_CASE("onair-edge serves on its defaults without options") {
  const CommandLine line = ParseCommandLine({});
  REQUIRE(line.wish == Wish::kServe);
  CHECK(line.options.edge.listen == "127.0.0.1");
  CHECK(line.options.edge.rtmp_port == 1935);
  CHECK(line.options.edge.http_port == 8080);
  CHECK(line.options.edge.streams.stream.gop_cache == relay::GopCache::kOn);
  CHECK_FALSE(line.options.edge.identity);
  const EdgeConfig usual;
  CHECK(line.options.edge.publisher_grace == usual.publisher_grace);
  CHECK(line.options.edge.lost_publisher_grace == usual.lost_publisher_grace);
  CHECK(line.options.edge.publisher_timeout == usual.publisher_timeout);
  CHECK(line.options.edge.max_memory == usual.max_memory);
}

TEST_CASE("onair-edge is told how viewers join and what their bursts may take") {
  CHECK(ParseCommandLine({}).options.edge.join == relay::Join::kAuto);
  const CommandLine line = ParseCommandLine({"--join", "key", "--burst-rate", "50"});
  REQUIRE(line.wish == Wish::kServe);
  CHECK(line.options.edge.join == relay::Join::kNewestKeyFrame);
  CHECK(line.options.edge.burst_rate == DataRate::KilobitsPerSec(50'000));
  CHECK(ParseCommandLine({"--join", "gop"}).wish == Wish::kRefuse);
  CHECK(ParseCommandLine({"--burst-rate", "0"}).wish == Wish::kRefuse);
}

TEST_CASE("onair-edge takes its options in both spellings") {
  const tls::test::CertificateFiles files;
  const CommandLine line = ParseCommandLine({"--rtmp",
                                             "0",
                                             "--http=0",
                                             "--listen",
                                             "::",
                                             "--publish-key=k",
                                             "--gop-cache",
                                             "off",
                                             "--tls",
                                             files.chain_file + "," + files.key_file,
                                             "--grace",
                                             "0.5",
                                             "--lost-grace=4",
                                             "--publisher-timeout=5",
                                             "--max-memory",
                                             "64",
                                             "--max-connections=9",
                                             "--max-streams",
                                             "8",
                                             "--max-viewers",
                                             "7",
                                             "--report",
                                             "r.json",
                                             "--quiet"});
  INFO(line.text);
  REQUIRE(line.wish == Wish::kServe);
  CHECK(line.options.edge.rtmp_port == 0);
  CHECK(line.options.edge.listen == "::");
  CHECK(line.options.edge.publish_key == "k");
  CHECK(line.options.edge.streams.stream.gop_cache == relay::GopCache::kOff);
  CHECK(line.options.edge.identity);
  CHECK(line.options.edge.publisher_grace == TimeDelta::Millis(500));
  CHECK(line.options.edge.lost_publisher_grace == TimeDelta::Seconds(4));
  CHECK(line.options.edge.publisher_timeout == TimeDelta::Seconds(5));
  CHECK(line.options.edge.max_memory == DataSize::Mebibytes(64));
  CHECK(line.options.edge.max_connections == 9);
  CHECK(line.options.edge.streams.max_streams == 8);
  CHECK(line.options.edge.streams.stream.max_viewers == 7);
  CHECK(line.options.report_file == "r.json");
  CHECK(line.options.is_quiet);
}

TEST_CASE("onair-edge refuses wrong usage in one line") {
  const std::vector<std::vector<std::string>> rows = {{"--rtmp", "70000"},
                                                      {"--rtmp", "x"},
                                                      {"--gop-cache", "maybe"},
                                                      {"--unknown"},
                                                      {"stray"},
                                                      {"--grace", "-1"},
                                                      {"--tls", "only-one"},
                                                      {"--tls", "/no/a,/no/b"},
                                                      {"--trace", "t.json"},
                                                      {"--config", "/no/such.json"},
                                                      {"--max-streams", "0"},
                                                      {"--listen", ""}};
  for (const auto& arguments : rows) {
    INFO(arguments[0]);
    const CommandLine line = ParseCommandLine(arguments);
    CHECK(line.wish == Wish::kRefuse);
    CHECK_FALSE(line.text.empty());
    CHECK(line.text.find('\n') == std::string::npos);
  }
}

TEST_CASE("onair-edge tells its options with defaults, and hides what it lacks") {
  const CommandLine help = ParseCommandLine({"--help"});
  REQUIRE(help.wish == Wish::kPrint);
  for (const char* word :
       {"--rtmp", "1935", "--http", "8080", "--listen", "127.0.0.1", "--publish-key", "--takeover",
        "--reconnect-to", "--tls", "--gop-cache", "--report", "SECONDS"}) {
    CHECK(help.text.find(word) != std::string::npos);
  }
  CHECK(help.text.find("--trace") == std::string::npos);
  CHECK(ParseCommandLine({"--version"}).text.starts_with("onair-edge "));
}

TEST_CASE("onair-edge reads options from a JSON file, the command line going before it") {
  const std::string path =
      (std::filesystem::temp_directory_path() / "onair-edge-options-test.json").string();
  std::ofstream(path) << R"({"rtmp": 0, "http": 81, "publish-key": "k", "quiet": true})";
  const CommandLine line = ParseCommandLine({"--http", "82", "--config", path});
  REQUIRE(line.wish == Wish::kServe);
  CHECK(line.options.edge.rtmp_port == 0);
  CHECK(line.options.edge.http_port == 82);
  CHECK(line.options.edge.publish_key == "k");
  CHECK(line.options.is_quiet);

  std::ofstream(path) << R"({"rtmp": [1]})";
  CHECK(ParseCommandLine({"--config", path}).wish == Wish::kRefuse);
  std::ofstream(path) << "not json";
  CHECK(ParseCommandLine({"--config", path}).wish == Wish::kRefuse);
  std::ofstream(path) << R"({"unknown": 1})";
  CHECK(ParseCommandLine({"--config", path}).wish == Wish::kRefuse);
  std::filesystem::remove(path);
}

TEST_CASE("edge configs name the field that is out of range") {
  const auto detail = [](auto change) {
    EdgeConfig config;
    change(config);
    return config.Validate().error().detail;
  };
  CHECK(detail([](auto& c) { c.listen = ""; }).find("listen") == 0);
  CHECK(detail([](auto& c) {
          c.publisher_grace = TimeDelta::Millis(-1);
        }).find("publisher_grace") == 0);
  CHECK(detail([](auto& c) {
          c.lost_publisher_grace = TimeDelta::Seconds(601);
        }).find("lost_publisher_grace") == 0);
  CHECK(detail([](auto& c) {
          c.publisher_timeout = TimeDelta::Zero();
        }).find("publisher_timeout") == 0);
  CHECK(detail([](auto& c) { c.setup_timeout = TimeDelta::Zero(); }).find("setup_timeout") == 0);
  CHECK(detail([](auto& c) { c.max_connections = 0; }).find("max_connections") == 0);
  CHECK(detail([](auto& c) {
          c.viewer_unsent_limit = DataSize::Zero();
        }).find("viewer_unsent_limit") == 0);
  CHECK(detail([](auto& c) {
          c.viewer_stall_timeout = TimeDelta::Zero();
        }).find("viewer_stall_timeout") == 0);
  CHECK(EdgeConfig{}.Validate());
}

TEST_CASE("edge JSON takes any bytes of a Host header") {
  StreamSnapshot stream;
  stream.name = "live/show";
  CHECK(StreamsJson({"\xff\xfe\"", 1, Security::kPlain}, {stream}).find("live/show") !=
        std::string::npos);
}

TEST_CASE("edge pages take everything they need from the edge itself") {
  REQUIRE(FindPageFile("/") != nullptr);
  const std::string_view page = FindPageFile("/")->text;
  for (const std::string_view name : {"/page.css", "/page.js", "/rtc.js"}) {
    REQUIRE(FindPageFile(name) != nullptr);
    CHECK(page.find("\"" + std::string(name) + "\"") != std::string_view::npos);
  }
  // The policy refuses the browser what stands in the page itself, and what comes from elsewhere.
  CHECK(page.find("<style") == std::string_view::npos);
  CHECK(page.find(" style=") == std::string_view::npos);
  CHECK(page.find(" onclick=") == std::string_view::npos);
  CHECK(page.find("//") == std::string_view::npos);
  CHECK(std::string_view(kPagePolicy).find("default-src 'none'") == 0);
  CHECK(FindPageFile("/page.txt") == nullptr);
}

TEST_CASE("edge addresses follow the way the asker came") {
  CHECK(RtmpAddress({"e.test:8080", 1936, Security::kPlain}, "a/b") == "rtmp://e.test:1936/a/b");
  CHECK(RtmpAddress({"[::1]:8080", 1936, Security::kTls}, "a/b") == "rtmps://[::1]:1936/a/b");
  CHECK(RtmpAddress({"[::1]", 1936, Security::kTls}, "a/b") == "rtmps://[::1]:1936/a/b");
  CHECK(FlvAddress({"e.test", 1936, Security::kTls}, "a/b") == "https://e.test/a/b.flv");
}

TEST_CASE("Addresses of a NAT are taken one by one, and only as addresses") {
  const CommandLine line =
      ParseCommandLine({"--rtc-address", "203.0.113.7", "--rtc-address=2001:db8::7"});
  REQUIRE(line.wish == CommandLine::Wish::kServe);
  CHECK(line.options.edge.rtc_addresses == std::vector<std::string>{"203.0.113.7", "2001:db8::7"});
  CHECK(ParseCommandLine({"--rtc-address", "edge.example"}).wish == CommandLine::Wish::kRefuse);
  CHECK(ParseCommandLine({"--rtc-address", "0.0.0.0"}).wish == CommandLine::Wish::kRefuse);
}

}  // namespace
}  // namespace onair::edge
