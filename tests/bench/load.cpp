// scop-bench-load: an SMTP submission load generator, one process and one thread; its own CPU time is printed
// apart.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "core/ascii.hpp"
#include "figures.hpp"
#include "submission.hpp"

namespace {

using namespace scop;
using namespace scop::bench;

std::optional<asio::ip::tcp::endpoint> parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(text.substr(0, colon), error);
  const auto port = ascii::parse_unsigned(text.substr(colon + 1));
  if (error || !port || *port > 65535) return std::nullopt;
  return asio::ip::tcp::endpoint(address, static_cast<std::uint16_t>(*port));
}

std::string errors_as_json(const LoadFigures& figures) {
  std::string text;
  for (const auto& [what, count] : figures.errors) {
    if (count == 0) continue;
    text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", what, count);
  }
  return "{" + text + "}";
}

void print(const LoadFigures& figures, const LoadOptions& options) {
  auto sorted = figures.milliseconds;
  std::ranges::sort(sorted);
  const double seconds = figures.last - figures.first;
  const double rate = seconds > 0 ? static_cast<double>(figures.accepted) / seconds : 0;
  const auto cpu = own_cpu();
  const char* form = options.json
                         ? "{{\"accepted\": {}, \"wanted\": {}, \"uncertain\": {}, \"errors\": {}, "
                           "\"sessions\": {}, \"tls\": \"{}\", "
                           "\"first\": {:.6f}, \"last\": {:.6f}, \"seconds\": {:.3f}, \"per_second\": "
                           "{:.1f}, \"p50_ms\": {:.2f}, "
                           "\"p90_ms\": {:.2f}, \"p99_ms\": {:.2f}, \"max_ms\": {:.2f}, \"own_user\": "
                           "{:.3f}, \"own_system\": {:.3f}}}\n"
                         : "accepted {} of {}, uncertain {}, errors {}\nsessions {}, {}\nfrom {:.3f} to "
                           "{:.3f}: {:.3f} s, {:.1f} messages/s\n"
                           "final dot to 250: p50 {:.2f} ms, p90 {:.2f} ms, p99 {:.2f} ms, max {:.2f} ms\n"
                           "own CPU: {:.3f} s user, {:.3f} s system\n";
  fmt::print(fmt::runtime(form), figures.accepted, options.messages, figures.uncertain,
             errors_as_json(figures), figures.sessions, figures.tls, figures.first, figures.last, seconds,
             rate, percentile(sorted, 0.5), percentile(sorted, 0.9), percentile(sorted, 0.99),
             sorted.empty() ? 0 : sorted.back(), cpu.user, cpu.system);
}

}  // namespace

int main(int argc, char** argv) {
  int status = 0;
  const auto options = parse_load_options(argc, argv, status);
  if (!options) return status;
  const auto to = parse_address(options->to);
  if (!to) {
    fmt::print(stderr, "scop-bench-load: --to {}: expected an address and a port such as 127.0.0.1:587\n",
               options->to);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  raise_open_files(options->idle + options->sessions + 64);
  asio::io_context io(1);
  Load load(io, *options, *to);
  if (options->idle > 0) {
    load.start_idling();
    io.run();
    return 0;
  }
  load.start_sending();
  io.run();
  print(load.figures(), *options);
  return load.figures().accepted == options->messages ? 0 : 1;
}
