// scop-bench-filter: calls spamfilter.Pass as the receiver does, many at once, and is the verifier behind it
// that takes everything: what the filter alone can take.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "core/id.hpp"
#include "figures.hpp"
#include "net/endpoint.hpp"
#include "pipe/channel.hpp"
#include "pipe/server.hpp"

namespace {

using namespace scop;
using namespace scop::bench;

struct Options {
  std::string spamfilter;
  std::string verifier;
  std::string domain;
  std::string folder;  // of the instance: mesh/ca.pem, <daemon>/cert
  std::string mail;    // a folder of messages with CRLF
  std::uint64_t messages = 10'000;
  std::uint64_t at_once = 20;
};

struct Message {
  std::string octets;
  std::string sha256;
};

Message read_message(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Message message{std::string{std::istreambuf_iterator<char>(in), {}}, std::string(32, '\0')};
  EVP_Digest(message.octets.data(), message.octets.size(),
             reinterpret_cast<unsigned char*>(message.sha256.data()), nullptr, EVP_sha256(), nullptr);
  return message;
}

std::vector<Message> read_messages(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<Message> messages;
  for (const auto& file : files) messages.push_back(read_message(file));
  return messages;
}

Task<pipe::Result<v1::Receipt>> take_all(pipe::Incoming<v1::Part>& parts) {
  for (;;) {
    auto part = co_await parts.next(in(std::chrono::seconds(60)));
    if (!part) co_return std::unexpected(part.error());
    if (!*part) break;
  }
  v1::Receipt receipt;
  receipt.mutable_accepted()->set_queue_id("bench");
  co_return receipt;
}

class Callers {
 public:
  Callers(asio::io_context& io, Options options, pipe::Channel& filter)
      : io_(io), options_(std::move(options)), filter_(filter), mail_(read_messages(options_.mail)) {}

  void start() {
    running_ = options_.at_once;
    for (std::uint64_t i = 0; i < options_.at_once; ++i)
      asio::co_spawn(io_.get_executor(), call_in_turn(), asio::detached);
  }

  void print() {
    std::ranges::sort(milliseconds_);
    fmt::print(
        "{{\"passed\": {}, \"failed\": {}, \"why\": \"{}\", \"octets\": {}, \"seconds\": {:.3f}, \"spam\": "
        "{}, "
        "\"ham\": {}, \"unsure\": {}, \"temperror\": {}, \"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}}}\n",
        milliseconds_.size(), failed_, why_, octets_, last_ - first_, results_["spam"], results_["ham"],
        results_["unsure"], results_["temperror"], percentile(milliseconds_, 0.5),
        percentile(milliseconds_, 0.99));
  }

 private:
  Task<> call_in_turn() {
    while (next_ < options_.messages) {
      const auto& message = mail_.at(next_++ % mail_.size());
      const auto begin = std::chrono::steady_clock::now();
      if (first_ == 0) first_ = monotonic_seconds();
      const auto receipt = co_await call(message);
      last_ = monotonic_seconds();
      octets_ += message.octets.size();
      if (!receipt || !receipt->has_accepted()) {
        ++failed_;
        why_ = !receipt ? receipt.error().message : receipt->deferred().text();
        continue;
      }
      for (const auto& verdict : receipt->verdicts()) {
        if (verdict.method() == "spam") ++results_[verdict.result()];
      }
      milliseconds_.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    if (--running_ == 0) io_.stop();
  }

  Task<pipe::Result<v1::Receipt>> call(const Message& message) {
    const auto deadline = in(std::chrono::seconds(60));
    auto pass = co_await filter_.open(pipe::methods::pass, deadline);
    if (!pass) co_return std::unexpected(pass.error());
    v1::Part part;
    auto& envelope = *part.mutable_envelope();
    const auto id = Id::random();
    envelope.set_id(id.octets());
    envelope.set_trace(id.text());
    envelope.set_role(v1::ROLE_RECEIVED);
    envelope.set_client_address("192.0.2.1");
    envelope.set_client_helo("client.bench.example");
    envelope.set_reverse_path("someone@bench.example");
    envelope.add_recipients()->set_address("ann@" + options_.domain);
    auto written = co_await pass->write(part, deadline);
    for (std::size_t at = 0; written && at < message.octets.size(); at += part_octets) {
      part.set_data(message.octets.substr(at, part_octets));
      written = co_await pass->write(part, deadline);
    }
    if (written) {
      part.mutable_findings()->set_size(message.octets.size());
      part.mutable_findings()->set_sha256(message.sha256);
      written = co_await pass->write(part, deadline);
    }
    co_return co_await pass->finish(deadline);
  }

  static constexpr std::size_t part_octets = 64 * 1024;
  asio::io_context& io_;
  Options options_;
  pipe::Channel& filter_;
  std::vector<Message> mail_;
  std::map<std::string, std::uint64_t> results_;
  std::uint64_t next_ = 0;
  std::uint64_t running_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t octets_ = 0;
  std::string why_;
  double first_ = 0;
  double last_ = 0;
  std::vector<double> milliseconds_;
};

Outcome<net::TlsContext> identity_of(const Options& options, const std::string& name) {
  const auto folder = options.folder + "/" + name + "/cert";
  return net::TlsContext::pipe(options.folder + "/mesh/ca.pem", folder + "/cert.pem", folder + "/key.pem");
}

int run(const Options& options) {
  const auto to = net::parse_endpoint(options.spamfilter);
  const auto at = net::parse_endpoint(options.verifier);
  auto receiver = identity_of(options, "receiver");
  auto verifier = identity_of(options, "verifier");
  if (!to || !at || !receiver || !verifier) {
    fmt::print(stderr, "scop-bench-filter: an address or certificate cannot be used\n");
    return 2;
  }
  asio::io_context io(1);
  const Log log("bench", LogForm::text, LogLevel::warning);
  pipe::Server server(io, log, options.domain, "verifier");
  if (auto bound = server.bind(*at); !bound) {
    fmt::print(stderr, "scop-bench-filter: {}\n", bound.error().what);
    return 2;
  }
  server.use(std::move(*verifier));
  server.on_stream(pipe::methods::pass,
                   [](pipe::Call, pipe::Incoming<v1::Part>& parts) { return take_all(parts); });
  server.start();
  pipe::Channel filter(io, log, options.domain, "spamfilter", *to);
  filter.use(std::move(*receiver));
  Callers callers(io, options, filter);
  callers.start();
  io.run();
  callers.print();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Passes messages to the spamfilter as the receiver does, and takes them behind it.");
  app.add_option("--spamfilter", options.spamfilter, "address and port of its pipe")->required();
  app.add_option("--verifier", options.verifier, "address and port to listen on as the verifier")->required();
  app.add_option("--domain", options.domain, "the mesh's trust domain")->required();
  app.add_option("--folder", options.folder, "of the instance")->required();
  app.add_option("--mail", options.mail, "a folder of messages")->required();
  app.add_option("--messages", options.messages)->capture_default_str();
  app.add_option("--at-once", options.at_once, "calls under way at the same time")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return run(options);
}
