// The command line of scop-bench-load.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scop::bench {

enum class TlsUse { none, starttls, implicit };

struct LoadOptions {
  std::string to = "127.0.0.1:587";
  TlsUse tls = TlsUse::starttls;
  std::string user;  // empty: no AUTH
  std::string password;
  std::string from = "anna@bench.example";
  std::vector<std::string> recipients{"bob@sink.example"};
  std::string run = "bench";
  std::uint64_t messages = 1000;
  std::uint64_t octets = 10 * 1024;
  std::uint64_t sessions = 20;
  std::uint64_t per_session = 0;  // messages until a session ends and another begins; 0: all
  std::uint64_t idle = 0;         // hold that many sessions instead of sending
  std::uint64_t source_addresses = 16;
  std::uint64_t patience_seconds = 120;
  bool pipelining = true;
  bool json = false;
  std::string journal;  // a file of "accepted KEY", "refused KEY CODE", "uncertain KEY"
};

// nullopt: --help was printed or the arguments are wrong; `status` is the exit status then.
std::optional<LoadOptions> parse_load_options(int argc, char** argv, int& status);

}  // namespace scop::bench
