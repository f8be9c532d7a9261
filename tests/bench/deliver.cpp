// scop-bench-deliver: the world that sends mail to a server on 25, one process and one thread; its own CPU
// time is printed apart.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "delivery.hpp"
#include "figures.hpp"

namespace {

using namespace scop;
using namespace scop::bench;

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char octet : text) {
    if (octet == '"' || octet == '\\') result += '\\';
    result += static_cast<unsigned char>(octet) < ' ' ? ' ' : octet;
  }
  return result + '"';
}

template <class Map, class Text>
std::string object(const Map& map, Text text) {
  std::string result;
  for (const auto& [key, value] : map)
    result += fmt::format("{}{}: {}", result.empty() ? "" : ", ", in_quotes(key), text(value));
  return "{" + result + "}";
}

void print(const DeliveryFigures& figures) {
  auto sorted = figures.milliseconds;
  std::ranges::sort(sorted);
  const auto cpu = own_cpu();
  fmt::print(
      "{{\"replies\": {}, \"texts\": {}, \"connections\": {}, \"first\": {:.6f}, \"last\": {:.6f}, "
      "\"p50_ms\": {:.2f}, "
      "\"p90_ms\": {:.2f}, \"p99_ms\": {:.2f}, \"max_ms\": {:.2f}, \"own_user\": {:.3f}, \"own_system\": "
      "{:.3f}}}\n",
      object(figures.replies, [](std::uint64_t value) { return std::to_string(value); }),
      object(figures.texts, in_quotes), figures.connections, figures.first, figures.last,
      percentile(sorted, 0.5), percentile(sorted, 0.9), percentile(sorted, 0.99),
      sorted.empty() ? 0 : sorted.back(), cpu.user, cpu.system);
}

}  // namespace

int main(int argc, char** argv) {
  std::string address = "198.18.255.1";
  std::string file;
  std::uint16_t port = 25;
  std::size_t at_once = 40;
  std::int64_t patience = 120;
  bool tls = false;
  CLI::App app(
      "Delivers the sessions of a file that inbound_mail.py made and counts the replies; prints one JSON "
      "object.");
  app.add_option("file", file, "the sessions")->required();
  app.add_option("--address", address, "of the server")->capture_default_str();
  app.add_option("--port", port, "of the server")->capture_default_str();
  app.add_option("--sessions", at_once, "how many at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--patience", patience, "seconds without an answer until a session is given up")
      ->capture_default_str();
  app.add_flag("--tls", tls, "STARTTLS");
  CLI11_PARSE(app, argc, argv);

  boost::system::error_code error;
  const auto to = asio::ip::make_address(address, error);
  auto visits = read_workload(file);
  if (error || !visits) {
    fmt::print(stderr, "scop-bench-deliver: {}\n", error ? "no address: " + address : visits.error().what);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  raise_open_files(at_once + 64);
  asio::io_context io(1);
  Delivery delivery(io, {to, port}, std::move(*visits), tls);
  delivery.start(at_once, std::chrono::seconds(patience));
  io.run();
  print(delivery.figures());
}
