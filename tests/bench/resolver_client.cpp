// scop-bench-resolver: looks names up, many at once, by one pipe or by UDP, and measures: the same client for
// our resolver and for any other.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "dns/name.hpp"
#include "figures.hpp"
#include "net/endpoint.hpp"
#include "pipe/channel.hpp"

namespace {

using namespace scop;
using namespace scop::bench;

struct Options {
  std::string pipe;
  std::string udp;
  std::string domain;
  std::string authority;
  std::string certificate;
  std::string key;
  std::string pattern = "n{}.bench.test";
  std::uint64_t names = 100;
  std::uint64_t look_ups = 100'000;
  std::uint64_t at_once = 100;
};

constexpr std::chrono::seconds patience{10};

// RFC 1035 4.1, with an OPT record that sets DO: what a validator's client asks.
std::string query_of(const std::string& name, std::uint16_t id) {
  std::string query{static_cast<char>(id >> 8U), static_cast<char>(id & 0xffU)};
  query += std::string("\1\x20\0\1\0\0\0\0\0\1", 10);
  query += dns::name_to_wire(name).value_or(std::string(1, '\0'));
  query += std::string("\0\1\0\1", 4);
  return query + std::string("\0\0\x29\4\xd0\0\0\x80\0\0\0", 11);
}

class Askers {
 public:
  Askers(asio::io_context& io, Options options, pipe::Channel* resolver)
      : io_(io), options_(std::move(options)), resolver_(resolver) {}

  void start() {
    first_ = monotonic_seconds();
    for (std::uint64_t i = 0; i < options_.at_once; ++i) {
      ++running_;
      asio::co_spawn(io_.get_executor(), resolver_ != nullptr ? by_pipe() : by_udp(), asio::detached);
    }
  }

  void print() {
    std::ranges::sort(milliseconds_);
    const auto cpu = own_cpu();
    const double seconds = last_ - first_;
    fmt::print(
        "{{\"look_ups\": {}, \"failed\": {}, \"secure\": {}, \"seconds\": {:.6f}, \"per_second\": {:.0f}, "
        "\"p50_ms\": {:.3f}, \"p99_ms\": {:.3f}, \"own_cpu\": {:.3f}}}\n",
        milliseconds_.size(), failed_, secure_, seconds, static_cast<double>(milliseconds_.size()) / seconds,
        percentile(milliseconds_, 0.5), percentile(milliseconds_, 0.99), cpu.user + cpu.system);
  }

 private:
  std::string next_name() { return fmt::format(fmt::runtime(options_.pattern), next_++ % options_.names); }

  void note(std::chrono::steady_clock::time_point begin, bool good, bool secure) {
    const auto now = std::chrono::steady_clock::now();
    last_ = monotonic_seconds();
    milliseconds_.push_back(std::chrono::duration<double, std::milli>(now - begin).count());
    if (!good) ++failed_;
    if (secure) ++secure_;
  }

  Task<> by_pipe() {
    while (next_ < options_.look_ups) {
      v1::Question question;
      question.set_name(next_name());
      question.set_type(1);
      const auto begin = std::chrono::steady_clock::now();
      const auto answer = co_await resolver_->call(pipe::methods::lookup, question, in(patience));
      note(begin, answer && answer->rcode() == 0 && answer->records_size() > 0,
           answer && answer->validation() == v1::Answer::SECURE);
    }
    end();
  }

  Task<> by_udp() {
    const auto at = *net::parse_endpoint(options_.udp);
    UdpSocket socket(io_);
    socket.connect({at.address(), at.port()});
    std::array<char, 4096> buffer{};
    while (next_ < options_.look_ups) {
      const auto query = query_of(next_name(), static_cast<std::uint16_t>(next_));
      const auto begin = std::chrono::steady_clock::now();
      // On loopback nothing is lost but by a full buffer; then this one fails.
      Timer timer(io_, in(patience));
      timer.async_wait([&socket](boost::system::error_code error) {
        if (!error) socket.cancel();
      });
      boost::system::error_code error;
      co_await socket.async_send(asio::buffer(query), asio::redirect_error(use_task, error));
      const auto size =
          co_await socket.async_receive(asio::buffer(buffer), asio::redirect_error(use_task, error));
      timer.cancel();
      constexpr std::size_t flags = 3;
      const bool good = !error && size > 12 && (buffer[flags] & 0xf) == 0 && buffer[7] > 0;
      note(begin, good, good && (buffer[flags] & 0x20) != 0);
    }
    end();
  }

  void end() {
    if (--running_ == 0) io_.stop();
  }

  asio::io_context& io_;
  Options options_;
  pipe::Channel* resolver_;
  std::uint64_t next_ = 0;
  std::uint64_t running_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t secure_ = 0;
  double first_ = 0;
  double last_ = 0;
  std::vector<double> milliseconds_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Looks names up by a pipe or by UDP and measures the answers a second.");
  app.add_option("--pipe", options.pipe, "address and port of the resolver's pipe");
  app.add_option("--udp", options.udp, "address and port of a DNS server, instead");
  app.add_option("--domain", options.domain, "the mesh's trust domain");
  app.add_option("--authority", options.authority, "the mesh CA's certificate");
  app.add_option("--certificate", options.certificate, "the caller's");
  app.add_option("--key", options.key, "the caller's");
  app.add_option("--pattern", options.pattern, "names: {} is a number")->capture_default_str();
  app.add_option("--names", options.names, "different ones")->capture_default_str();
  app.add_option("--look-ups", options.look_ups)->capture_default_str();
  app.add_option("--at-once", options.at_once, "under way at the same time")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context io(1);
  const Log log("bench", LogForm::text, LogLevel::warning);
  std::unique_ptr<pipe::Channel> resolver;
  if (!options.pipe.empty()) {
    const auto endpoint = net::parse_endpoint(options.pipe);
    auto tls = net::TlsContext::pipe(options.authority, options.certificate, options.key);
    if (!endpoint || !tls) {
      fmt::print(stderr, "scop-bench-resolver: {}\n", !endpoint ? endpoint.error().what : tls.error().what);
      return 2;
    }
    resolver = std::make_unique<pipe::Channel>(io, log, options.domain, "resolver", *endpoint);
    resolver->use(std::move(*tls));
  } else if (!net::parse_endpoint(options.udp)) {
    fmt::print(stderr, "scop-bench-resolver: --pipe or --udp, as 127.0.0.1:5353\n");
    return 2;
  }
  Askers askers(io, options, resolver.get());
  askers.start();
  io.run();
  askers.print();
}
