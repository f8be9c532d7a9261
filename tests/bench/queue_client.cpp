// scop-bench-queue: calls relay.Pass as the signer does, many at once, on one pipe: what the queue alone can
// take.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "core/id.hpp"
#include "figures.hpp"
#include "message.hpp"
#include "net/endpoint.hpp"
#include "pipe/channel.hpp"

namespace {

using namespace scop;
using namespace scop::bench;

struct Options {
  std::string relay;
  std::string domain;
  std::string authority;
  std::string certificate;
  std::string key;
  std::string from;
  std::string to;
  std::uint64_t messages = 1000;
  std::uint64_t octets = 10 * 1024;
  std::uint64_t at_once = 20;
};

std::string sha256(std::string_view octets) {
  std::array<unsigned char, 32> sum{};
  unsigned length = 0;
  EVP_Digest(octets.data(), octets.size(), sum.data(), &length, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(sum.data()), length};
}

v1::Envelope make_envelope(const Options& options) {
  v1::Envelope envelope;
  const auto id = Id::random();
  envelope.set_id(id.octets());
  envelope.set_trace(id.text());
  envelope.set_role(v1::ROLE_SUBMITTED);
  envelope.set_client_address("192.0.2.1");
  envelope.set_client_helo("client.bench.example");
  envelope.set_client_tls("TLSv1.3 TLS_AES_256_GCM_SHA384");
  envelope.set_reverse_path(options.from);
  envelope.set_protocol("ESMTPSA");
  envelope.set_edge_host("mail.bench.example");
  envelope.add_recipients()->set_address(options.to);
  return envelope;
}

class Callers {
 public:
  Callers(asio::io_context& io, Options options, pipe::Channel& relay)
      : io_(io),
        options_(std::move(options)),
        relay_(relay),
        form_{options_.from, options_.to, options_.octets, "queue"} {}

  void start() {
    for (std::uint64_t i = 0; i < options_.at_once; ++i) {
      ++running_;
      asio::co_spawn(io_.get_executor(), call_in_turn(), asio::detached);
    }
  }

  void print() {
    std::ranges::sort(milliseconds_);
    const auto cpu = own_cpu();
    const double seconds = last_ - first_;
    fmt::print(
        "{{\"accepted\": {}, \"failed\": {}, \"why\": \"{}\", \"first\": {:.6f}, \"last\": {:.6f}, "
        "\"per_second\": {:.1f}, "
        "\"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}, \"own_cpu\": {:.3f}}}\n",
        milliseconds_.size(), failed_, why_, first_, last_,
        static_cast<double>(milliseconds_.size()) / seconds, percentile(milliseconds_, 0.5),
        percentile(milliseconds_, 0.99), cpu.user + cpu.system);
  }

 private:
  Task<> call_in_turn() {
    while (next_ < options_.messages) {
      const auto octets = make_message(form_, next_++);
      const auto begin = std::chrono::steady_clock::now();
      if (first_ == 0) first_ = monotonic_seconds();
      const auto receipt = co_await call(octets);
      last_ = monotonic_seconds();
      if (receipt && receipt->has_accepted()) {
        const auto took = std::chrono::steady_clock::now() - begin;
        milliseconds_.push_back(std::chrono::duration<double, std::milli>(took).count());
      } else {
        ++failed_;
        why_ = !receipt                  ? receipt.error().message
               : receipt->has_deferred() ? receipt->deferred().text()
                                         : receipt->refused().text();
      }
    }
    if (--running_ == 0) io_.stop();
  }

  Task<pipe::Result<v1::Receipt>> call(const std::string& octets) {
    const auto deadline = in(std::chrono::seconds(60));
    auto pass = co_await relay_.open(pipe::methods::pass, deadline);
    if (!pass) co_return std::unexpected(pass.error());
    v1::Part part;
    *part.mutable_envelope() = make_envelope(options_);
    auto written = co_await pass->write(part, deadline);
    for (std::size_t at = 0; written && at < octets.size(); at += part_octets) {
      part.set_data(octets.substr(at, part_octets));
      written = co_await pass->write(part, deadline);
    }
    if (written) {
      part.mutable_findings()->set_size(octets.size());
      part.mutable_findings()->set_sha256(sha256(octets));
      written = co_await pass->write(part, deadline);
    }
    co_return co_await pass->finish(deadline);
  }

  static constexpr std::size_t part_octets = 64 * 1024;
  asio::io_context& io_;
  Options options_;
  pipe::Channel& relay_;
  MessageForm form_;
  std::uint64_t next_ = 0;
  std::uint64_t running_ = 0;
  std::uint64_t failed_ = 0;
  std::string why_;
  double first_ = 0;
  double last_ = 0;
  std::vector<double> milliseconds_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Passes messages to the relay as the signer does and measures the time until each is durable.");
  app.add_option("--relay", options.relay, "address and port of the relay's pipe")->required();
  app.add_option("--domain", options.domain, "the mesh's trust domain")->required();
  app.add_option("--authority", options.authority, "the mesh CA's certificate")->required();
  app.add_option("--certificate", options.certificate, "the signer's")->required();
  app.add_option("--key", options.key, "the signer's")->required();
  app.add_option("--from", options.from, "reverse path")->required();
  app.add_option("--to", options.to, "recipient")->required();
  app.add_option("--messages", options.messages)->capture_default_str();
  app.add_option("--octets", options.octets)->capture_default_str();
  app.add_option("--at-once", options.at_once, "calls under way at the same time")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGPIPE, SIG_IGN);
  const auto endpoint = net::parse_endpoint(options.relay);
  auto tls = net::TlsContext::pipe(options.authority, options.certificate, options.key);
  if (!endpoint || !tls) {
    fmt::print(stderr, "scop-bench-queue: {}\n", !endpoint ? endpoint.error().what : tls.error().what);
    return 2;
  }
  asio::io_context io(1);
  const Log log("bench", LogForm::text, LogLevel::warning);
  pipe::Channel relay(io, log, options.domain, "relay", *endpoint);
  relay.use(std::move(*tls));
  Callers callers(io, options, relay);
  callers.start();
  io.run();
  callers.print();
}
